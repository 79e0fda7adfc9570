"""The logit lens (nostalgebraist 2020): what the state at each boundary would predict, were it the last.

A state h_l goes through the output layer as h_n does: softmax(h_l W_e^T), after the model's final LayerNorm where it
has one (pre-norm). Only the last state was trained to be read so.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, fields

import numpy as np
import torch
from torch import Tensor

from gptcore.errors import InputError
from gptcore.model.gpt import GPT
from gptcore.model.intervention import Intervention
from gptcore.model.kinds import as_gpt
from gptcore.model.language_model import LanguageModel
from gptcore.trace.trace import Trace

MOST_BYTES = 400_000_000
"""Of a whole lens; a larger one is refused."""
_CHUNK = 64
"""Columns whose scores of the whole vocabulary lie in memory together."""


@dataclass(frozen=True)
class Guesses:
    """What the states of C tokens would predict, at B = n_layer + 1 boundaries. Ranks count from 1."""

    tokens: np.ndarray
    """(B, C, k) int64: the likeliest next tokens, the likeliest first."""
    probability: np.ndarray
    """(B, C, k) float32: theirs."""
    final_rank: np.ndarray
    """(B, C) int64: of the final answer, the token that is likeliest at the last boundary."""
    final_probability: np.ndarray
    """(B, C) float32."""
    next_rank: np.ndarray
    """(B, C) int64: of the token that follows in the text; 0 where none does."""
    next_probability: np.ndarray
    """(B, C) float32; NaN where none does."""

    def joined(self, other: "Guesses") -> "Guesses":
        """These columns, and then another's."""
        return Guesses(*(np.concatenate(both, axis=1) for both in zip(self._parts, other._parts, strict=True)))

    def last(self, n_columns: int) -> "Guesses":
        """The last columns alone."""
        return Guesses(*(part[:, -n_columns:] for part in self._parts))

    @property
    def _parts(self) -> list[np.ndarray]:
        return [getattr(self, one.name) for one in fields(self)]


@dataclass(frozen=True)
class Followed:
    """R tokens as one position's states see them, at B = n_layer + 1 boundaries."""

    logit: np.ndarray
    """(B, R) float32."""
    probability: np.ndarray
    """(B, R) float32."""
    rank: np.ndarray
    """(B, R) int64, from 1."""


@torch.no_grad()
def logit_lens(model: LanguageModel, trace: Trace) -> np.ndarray:
    """The scores that each boundary's states would give every token of the vocabulary.

    Args:
        model: the one that was traced.
        trace: it has "hidden".

    Returns:
        (n_layer + 1, T, V) float32 logits; the last are the trace's own.

    Raises:
        InputError: the trace has no hidden, or the whole would take more than MOST_BYTES.
    """
    model, hidden = as_gpt(model), trace.part("hidden")
    size = 4 * hidden.shape[0] * hidden.shape[1] * model.config.vocab_size
    if size > MOST_BYTES:
        raise InputError(
            f"the lens of {hidden.shape[1]} tokens would take {size / 1e6:,.0f} MB; shorten the text, or use "
            "gptcore.trace.lens.guesses, which keeps the likeliest alone"
        )
    last = len(hidden) - 1
    out = np.empty((*hidden.shape[:2], model.config.vocab_size), np.float32)
    for boundary, states in enumerate(hidden):
        changed = trace.interventions if boundary == last else ()
        out[boundary] = _scores(model, _tensor(states, model), changed).cpu().numpy()
    return out


@torch.no_grad()
def guesses(
    model: LanguageModel,
    states: np.ndarray,
    logits: np.ndarray,
    following: Sequence[int | None],
    most: int = 5,
    pause: Callable[[], None] = lambda: None,
) -> Guesses:
    """The likeliest tokens at every boundary, a few columns at a time: memory does not grow with the text.

    Args:
        model: whose states they are.
        states: (n_layer + 1, C, D): "hidden" of C tokens.
        logits: (C, V): the model's own scores after them, which the last boundary is taken to say.
        following: the token that follows each in the text; None where none does.
        most: how many tokens, at most.
        pause: called between pieces; what it raises ends the work.

    Raises:
        InputError: sizes do not fit each other.
    """
    model = as_gpt(model)
    n_boundaries, n_columns = states.shape[:2]
    if not len(logits) == len(following) == n_columns:
        raise InputError(f"{n_columns} states, {len(logits)} rows of logits and {len(following)} tokens after them")
    most = min(most, model.config.vocab_size)
    tokens = np.zeros((n_boundaries, n_columns, most), np.int64)
    probability = np.zeros((n_boundaries, n_columns, most), np.float32)
    wanted = np.stack([logits.argmax(-1), [0 if token is None else token for token in following]], axis=-1)
    rank, chance = np.zeros((n_boundaries, n_columns, 2), np.int64), np.zeros((n_boundaries, n_columns, 2), np.float32)
    for first in range(0, n_columns, _CHUNK):
        here = slice(first, first + _CHUNK)
        for boundary in range(n_boundaries):
            is_last = boundary == n_boundaries - 1
            scores = _tensor(logits[here], model) if is_last else _scores(model, _tensor(states[boundary, here], model))
            total = scores.logsumexp(-1, keepdim=True)
            best = scores.topk(most)
            tokens[boundary, here] = best.indices.cpu()
            probability[boundary, here] = (best.values - total).exp().cpu()
            _, chance[boundary, here], rank[boundary, here] = _of(scores, total, torch.from_numpy(wanted[here]))
            pause()
    none = [token is None for token in following]
    rank[:, none, 1], chance[:, none, 1] = 0, np.nan
    return Guesses(tokens, probability, rank[..., 0], chance[..., 0], rank[..., 1], chance[..., 1])


@torch.no_grad()
def follow(model: LanguageModel, trace: Trace, position: int, tokens: Sequence[int]) -> Followed:
    """Some next tokens through the boundaries, as the states of one position see them.

    Args:
        trace: it has "hidden" and "logits".
        tokens: R ids.

    Raises:
        InputError: a token is not in the vocabulary, or the position not in the text.
    """
    model = as_gpt(model)
    hidden, size = trace.part("hidden")[:, position : position + 1], model.config.vocab_size
    if not 0 <= position < len(trace.ids) or any(not 0 <= token < size for token in tokens):
        raise InputError(f"there is no position {position} in this text, or a token of {list(tokens)} is not known")
    scores = _scores(model, _tensor(hidden[:, 0], model))
    scores[-1] = _tensor(trace.part("logits")[position], model)
    wanted = torch.tensor([list(tokens)] * len(scores), dtype=torch.long).reshape(len(scores), -1)
    return Followed(*_of(scores, scores.logsumexp(-1, keepdim=True), wanted))


def _scores(model: GPT, states: Tensor, interventions: Collection[Intervention] = ()) -> Tensor:
    """(N, D) -> (N, V), as if the states were the last. Where they are, what a pass changed in front of the output is
    done, too."""
    return model.unembed(model.resume(states[None], model.config.n_layer, interventions)[0])


def _of(scores: Tensor, total: Tensor, wanted: Tensor) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Logit, probability and rank of some tokens (N, R) among scores (N, V)."""
    logit = scores.gather(-1, wanted.to(scores.device))
    rank = torch.stack([(scores > one).sum(-1) for one in logit.split(1, dim=-1)], dim=-1) + 1
    return logit.cpu().numpy(), (logit - total).exp().cpu().numpy(), rank.cpu().numpy()


def _tensor(values: np.ndarray, model: GPT) -> Tensor:
    return torch.from_numpy(np.array(values, np.float32)).to(model.device)
