"""The places that a model's neurons answer to, as a file beside it: neurons.safetensors, of MOST_BYTES at most.

It holds the sample of text as token ids, and for each neuron where in it the neuron is most active, and how much. It
names the weights that it was made with: those of another model, or of the same one after more training, do not have it.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from gptcore.checkpoints.beside import HEADER, fingerprint, read_beside, write_beside
from gptcore.errors import CheckpointError, InputError
from gptcore.model.kinds import as_gpt
from gptcore.model.language_model import LanguageModel
from gptcore.trace.contexts import MOST_TOKENS, Contexts, Sample

NEURONS = "neurons.safetensors"
MOST_BYTES = 1_000_000
_ABOUT = "neurons"
_FEWEST = 3
"""Places of each neuron, without which a file is not worth its while."""
_HALF = 65_504.0
"""The largest number in half precision."""


@dataclass(frozen=True)
class KeptContexts:
    """What a file holds."""

    contexts: Contexts
    source: str
    """Where the sample comes from, in words. Whoever wrote the file wrote this."""


def room_for(model: LanguageModel, n_tokens: int, most: int = 10) -> int:
    """How many places of each neuron fit into a file, beside a sample of so many tokens.

    Raises:
        InputError: too few to be worth it.
    """
    as_gpt(model)
    wide = 2 if model.config.vocab_size <= 2**16 else 4
    # Each token may begin a text.
    left = MOST_BYTES - HEADER - n_tokens * (wide + 4)
    room = left // (4 * model.config.n_layer * model.config.d_inner)
    if room < min(_FEWEST, most):
        raise InputError(
            f"{model.config.n_layer} layers of {model.config.d_inner:,} neurons and {n_tokens:,} tokens do not fit "
            f"into {MOST_BYTES:,} bytes; take fewer tokens, or a smaller model"
        )
    return min(most, room)


def write_contexts(folder: Path, model: LanguageModel, contexts: Contexts, source: str) -> Path:
    """Puts a file into a model's folder."""
    sample = contexts.sample
    ids = sample.ids.astype(np.int32)
    if model.config.vocab_size <= 2**16:
        ids = sample.ids.astype(np.uint16)
    tensors = {
        "ids": torch.from_numpy(ids),
        "starts": torch.from_numpy(sample.starts.astype(np.int32)),
        "places": torch.from_numpy(contexts.places.astype(np.uint16)),
        "values": torch.from_numpy(np.clip(contexts.values, -_HALF, _HALF).astype(np.float16)),
    }
    return write_beside(folder / NEURONS, _ABOUT, model, tensors, source)


def read_contexts(folder: Path, model: LanguageModel) -> KeptContexts | None:
    """What lies beside the model in a folder; None if there is nothing.

    Args:
        model: as it was read from there.

    Raises:
        CheckpointError: the file is damaged, too large, or was made with other weights.
    """
    path = folder / NEURONS
    if (found := read_beside(path, _ABOUT, MOST_BYTES, _AGAIN)) is None:
        return None
    tensors = found.tensors
    if found.weights != fingerprint(model):
        raise CheckpointError(f"{path} was made with other weights than those beside it; {_AGAIN}")
    if problem := _problem(tensors, model):
        raise CheckpointError(f"{path} is damaged: {problem}; {_AGAIN}")
    ids, starts, places = (tensors[name].numpy().astype(np.int64) for name in ("ids", "starts", "places"))
    values = tensors["values"].numpy().astype(np.float32)
    return KeptContexts(Contexts(Sample(ids, starts), places, values), found.source)


_AGAIN = "make it again with python -m gptcore neurons"
_KINDS = {
    "ids": (torch.uint16, torch.int32),
    "starts": (torch.int32,),
    "places": (torch.uint16,),
    "values": (torch.float16,),
}


def _problem(tensors: dict[str, torch.Tensor], model: LanguageModel) -> str | None:
    """Why these are not what `write_contexts` writes for a model; None if they are."""
    for name, kinds in _KINDS.items():
        if name not in tensors or tensors[name].dtype not in kinds:
            return f"its {name} are missing, or numbers of another kind"
    ids, starts, places, values = (tensors[name].numpy() for name in _KINDS)
    config = model.config
    if ids.ndim != 1 or not 1 <= len(ids) <= MOST_TOKENS:
        return "its sample has no tokens, or too many"
    if ids.min() < 0 or ids.max() >= config.vocab_size:
        return f"its sample has tokens outside the vocabulary of {config.vocab_size:,}"
    if starts.ndim != 1 or len(starts) == 0 or starts[0] != 0 or (np.diff(starts) <= 0).any() or starts[-1] >= len(ids):
        return "its texts begin where none can"
    if places.ndim != 3 or places.shape[:2] != (config.n_layer, config.d_inner) or places.shape != values.shape:
        return f"it does not have {config.n_layer} layers of {config.d_inner:,} neurons"
    if places.size and places.max() >= len(ids):
        return "it names places outside of its sample"
    return "its activations are not numbers" if np.isnan(values).any() else None
