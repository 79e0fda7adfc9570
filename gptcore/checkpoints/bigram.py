"""A bigram's counts on disk: model.safetensors has, for each token, which tokens followed it and how often; bigram.json
how they are smoothed. Nothing is left out.

    starts (V + 1,) int32      the pairs of token c are those from starts[c] on, to before starts[c + 1]
    followers (P,)             their second tokens, ascending
    counts (P,)                how often; both in 16 bits where every number fits, in 32 otherwise
"""

import json
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from gptcore.checkpoints.weights import WEIGHTS, read_tensors, write_tensors
from gptcore.errors import CheckpointError, InputError
from gptcore.files import read_object, write_text
from gptcore.model.ngram import Bigram

SMOOTHED = "bigram.json"
_NAMES = {"starts", "followers", "counts"}
_WHOLE = (torch.int16, torch.int32, torch.int64)


def write_bigram(bigram: Bigram, folder: Path) -> None:
    """Writes counts and smoothing into a model's folder; the counts come last, as all weights do."""
    smoothing = {"smoothing": bigram.smoothing, "added": bigram.added}
    write_text(folder / SMOOTHED, json.dumps(smoothing, indent=2) + "\n")
    tensors = {"starts": bigram.starts, "followers": bigram.codes % bigram.vocab_size, "counts": bigram.counts}
    write_tensors(folder / WEIGHTS, {name: _small(value) for name, value in tensors.items()})


def read_bigram(folder: Path, vocab_size: int) -> Bigram:
    """What is there.

    Raises:
        CheckpointError: a file is damaged or missing, or belongs to another vocabulary.
    """
    path, values = folder / WEIGHTS, read_object(folder / SMOOTHED)
    tensors = read_tensors(path)
    if set(tensors) != _NAMES or any(value.dim() != 1 or value.dtype not in _WHOLE for value in tensors.values()):
        raise CheckpointError(f"{path} holds no bigram: it needs {', '.join(sorted(_NAMES))} as rows of whole numbers")
    starts, followers, counts = (tensors[name].long().numpy() for name in ("starts", "followers", "counts"))
    in_order = len(starts) == vocab_size + 1 and starts[0] == 0 and bool((np.diff(starts) >= 0).all())
    if not in_order or not len(counts) == len(followers) == starts[-1] or not len(counts) or counts.min() < 1:
        raise CheckpointError(f"{path} is damaged: its counts do not belong to a vocabulary of {vocab_size:,}")
    codes = np.repeat(np.arange(vocab_size), np.diff(starts)) * vocab_size + followers
    if followers.min() < 0 or followers.max() >= vocab_size or not (np.diff(codes) > 0).all():
        raise CheckpointError(f"{path} is damaged: a token's followers are not in order")
    try:
        return Bigram(vocab_size, codes, counts, values.get("smoothing"), values.get("added"))  # type: ignore[arg-type]
    except (InputError, TypeError) as error:
        raise CheckpointError(f"{folder / SMOOTHED} does not say how counts are smoothed: {error}") from error


def _small(values: np.ndarray) -> Tensor:
    fits = values.max(initial=0) <= torch.iinfo(torch.int16).max
    return torch.from_numpy(values.astype(np.int16 if fits else np.int32))
