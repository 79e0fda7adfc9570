"""A model measured on a whole text: perplexity and bits per byte over windows that overlap by half a context.

Every token but the text's first is counted exactly once, and (but for the start of the text) sees at least half a
context before it.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from gptcore.checkpoints.checkpoint import load_text_model
from gptcore.config import require_causal
from gptcore.errors import InputError
from gptcore.measures import Perplexity, bits_per_byte
from gptcore.model.language_model import LanguageModel
from gptcore.text.corpus import read_documents
from gptcore.text.tokenizer import Tokenizer


@dataclass(frozen=True)
class Evaluation:
    """Measures of one text."""

    perplexity: Perplexity
    n_bytes: int

    @property
    def bits_per_byte(self) -> float:
        """Over the UTF-8 bytes of the text as it was given, whatever the tokenizer kept of it."""
        return bits_per_byte(-self.perplexity.log_probability_sum, self.n_bytes)


def evaluate_text(model: str | Path, path: str | Path) -> Evaluation:
    """Measures a checkpoint on a text file; what `python -m gptcore evaluate` prints.

    Raises:
        InputError: the model has no tokenizer or is a masked one, or the text has fewer than two tokens.
    """
    checkpoint = load_text_model(model)
    ids, n_bytes = read_ids(path, checkpoint.tokenizer)
    return evaluate_ids(checkpoint.model, ids, n_bytes)


def read_ids(path: str | Path, tokenizer: Tokenizer) -> tuple[np.ndarray, int]:
    """A text file as ids (N,), with the end-of-text token between documents, and its length in UTF-8 bytes."""
    documents = list(read_documents(path))
    end = tokenizer.end_of_text_id
    ids: list[int] = []
    for encoded in tokenizer.encode_batch(documents):
        ids += encoded if end is None else [*encoded, end]
    if end is not None:
        ids.pop()  # the mark tells where one document ends and the next begins; after the last there is none
    return np.array(ids), sum(len(document.encode("utf-8", "surrogatepass")) for document in documents)


def evaluate_ids(model: LanguageModel, ids: np.ndarray, n_bytes: int, batch_size: int = 16) -> Evaluation:
    """Measures token ids (N,).

    Args:
        n_bytes: of the text that the ids stand for.

    Raises:
        InputError: fewer than two tokens, or a masked model, which would be told each answer.
    """
    require_causal(model.config)
    if len(ids) < 2:
        raise InputError("a text needs at least two tokens, so that one can be predicted from the other")
    plan = windows(len(ids), model.config.n_positions)
    nats = 0.0
    with torch.no_grad():
        for first in range(0, len(plan), batch_size):
            batch = plan[first : first + batch_size]
            width = max(stop - start for start, stop, _ in batch)
            rows = np.zeros((len(batch), width), dtype=np.int64)
            counted = np.zeros((len(batch), width), dtype=bool)
            for row, (start, stop, count) in enumerate(batch):
                rows[row, : stop - start] = ids[start:stop]
                counted[row, stop - start - count : stop - start] = True
            tokens = torch.from_numpy(rows).to(model.device)
            hidden = model.hidden_states(tokens[:, :-1])
            chosen = torch.from_numpy(counted[:, 1:]).to(model.device)
            nats += float(model.surprisal(hidden[chosen], tokens[:, 1:][chosen]).double().sum())
    return Evaluation(Perplexity(-nats, len(ids) - 1), n_bytes)


def windows(n_tokens: int, n_positions: int) -> list[tuple[int, int, int]]:
    """(start, stop, count): read ids[start:stop], count the predictions of the last `count` of them.

    A window holds n_positions + 1 ids, the last as a target only; each starts half a context after the one before.
    """
    plan, done = [], 1  # ids[0] has nothing before it
    stride = max(1, n_positions // 2)
    start = 0
    while done < n_tokens:
        stop = min(start + n_positions + 1, n_tokens)
        plan.append((start, stop, stop - done))
        done = stop
        start += stride
    return plan
