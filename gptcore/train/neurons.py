"""A sample of text for a model's neurons, and the places in it that each answers to: neurons.safetensors beside it.

The sample is a text's, a stretch at a time; or, where none may be kept beside a model, what the model writes itself,
with stories of our story world. Either way each stretch is short and read from its own start, as a learner's text is.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch

from gptcore.checkpoints.checkpoint import Checkpoint, TextModel, load_text_model
from gptcore.checkpoints.contexts import room_for, write_contexts
from gptcore.decode.side_by_side import continued
from gptcore.errors import InputError
from gptcore.evaluate.evaluation import read_ids
from gptcore.model.language_model import LanguageModel
from gptcore.tasks import storyworld
from gptcore.tasks.formats import task_token_ids
from gptcore.text.tokenizer import Tokenizer
from gptcore.trace.contexts import MOST_TOKENS, Sample, strongest

TOKENS = 40_000
"""Of a sample, where nobody says how many."""
RUN_TOKENS = 20_000
"""The same at the end of a run, which should not wait for it."""
_STRETCH = 64
"""Tokens of a text of the sample at most."""
_STORIES = 0.1
"""Share of our stories beside what a model writes."""
_TOGETHER = 50
"""Texts that are written side by side."""
WRITTEN = "text that the model wrote itself (temperature 1, seed {seed}), with stories of this program's story world"
VALIDATION = "the part of the run's own text that was kept back from training"


def make_neurons(
    model: str | Path,
    out: str | Path | None = None,
    text: str | Path | None = None,
    n_tokens: int = TOKENS,
    seed: int = 0,
    report: Callable[[str], object] = str,
) -> tuple[Path, int, int]:
    """Finds the places that a model's neurons answer to, and writes them into its folder.

    Args:
        model: its folder or name.
        out: another folder to write into.
        text: a text file that the model was not trained on; None: it writes the sample itself.
        n_tokens: of the sample, at most.
        seed: of what it writes.
        report: told what is done now.

    Returns:
        (the file, tokens of the sample, places of each neuron).

    Raises:
        InputError: there is no such model or text, one of them is too short, or the model has too many neurons.
        CheckpointError: the model is damaged.
    """
    checkpoint, folder = model_and_folder(model, out, n_tokens)
    room_for(checkpoint.model, n_tokens)  # before the work
    if text is None:
        report("writing a sample")
        sample, source = own_sample(checkpoint, n_tokens, seed), WRITTEN.format(seed=seed)
    else:
        ids, _ = read_ids(text, checkpoint.tokenizer)
        sample, source = sample_of(ids, checkpoint.config.n_positions, n_tokens), Path(text).name
    report("reading it")
    path, most = remember_neurons(folder, checkpoint, sample, source)
    return path, len(sample.ids), most


def model_and_folder(model: str | Path, out: str | Path | None, n_tokens: int) -> tuple[TextModel, Path]:
    """A model that is to read a sample of so many tokens, and the folder for what is found.

    Raises:
        InputError: too many tokens or none, there is no such model, or it lies where nothing may be written.
    """
    if not 1 <= n_tokens <= MOST_TOKENS:
        raise InputError(f"--tokens must be a whole number from 1 to {MOST_TOKENS:,}, not {n_tokens:,}")
    checkpoint = load_text_model(model)
    folder = checkpoint.folder if out is None else Path(out)
    if folder is None:
        raise InputError(f"{model} is in another program's layout, which stays as it is; name a folder with --out")
    return checkpoint, folder


def remember_neurons(folder: Path, checkpoint: Checkpoint, sample: Sample, source: str) -> tuple[Path, int]:
    """Writes the file from a sample; returns it, and how many places of each neuron fit.

    Raises:
        InputError: the model has too many neurons for a file.
    """
    most = room_for(checkpoint.model, len(sample.ids))
    contexts = strongest(checkpoint.model, sample, most)
    return write_contexts(folder, checkpoint.model, contexts, source), contexts.places.shape[-1]


def sample_of(ids: np.ndarray, n_positions: int, n_tokens: int) -> Sample:
    """Stretches of a text (N,), taken evenly from it, `n_tokens` in all at most.

    Raises:
        InputError: it has no tokens.
    """
    length = min(_STRETCH, n_positions, n_tokens)
    starts = np.arange(0, max(1, len(ids) - length + 1), length)
    most = max(1, n_tokens // length)
    chosen = starts[np.unique(np.linspace(0, len(starts) - 1, min(most, len(starts))).astype(int))]
    return Sample.of(ids[start : start + length].tolist() for start in chosen.tolist())


def own_sample(checkpoint: TextModel, n_tokens: int, seed: int) -> Sample:
    """What a model writes from end-of-text on, and stories of our story world, the shorter part.

    Raises:
        InputError: its vocabulary has no end-of-text, after which a text begins.
    """
    model, tokenizer = checkpoint.model, checkpoint.tokenizer
    length = min(_STRETCH, model.config.n_positions - 1, n_tokens)
    if tokenizer.end_of_text_id is None or length < 1:
        raise InputError("this model cannot begin a text by itself; give it one with --text")
    n_ours = int(_STORIES * n_tokens)
    ours = _as_long(_told(tokenizer, length, seed), n_ours)
    written = _as_long(_written(model, tokenizer, length, seed), n_tokens - sum(map(len, ours)))
    return Sample.of([*written, *ours])


def _written(model: LanguageModel, tokenizer: Tokenizer, length: int, seed: int) -> Iterator[list[int]]:
    end = tokenizer.end_of_text_id
    assert end is not None
    never = [token for token in (end, *task_token_ids(tokenizer)) if token < tokenizer.vocab_size]
    generator = torch.Generator().manual_seed(seed)
    while True:
        yield from continued(model, torch.full((_TOGETHER, 1), end), length, generator, never).tolist()


def _told(tokenizer: Tokenizer, length: int, seed: int) -> Iterator[list[int]]:
    for index in range(MOST_TOKENS):
        yield list(tokenizer.encode(storyworld.tell(seed, "test", index).text).ids[:length])


def _as_long(texts: Iterator[list[int]], n_tokens: int) -> list[list[int]]:
    """The first texts, so many that they have n_tokens together; the last one is cut."""
    taken, left = [], n_tokens
    while left > 0 and (text := next(texts, None)) is not None:
        taken.append(text[:left])
        left -= len(taken[-1])
    return [text for text in taken if text]
