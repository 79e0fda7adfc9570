"""What a second text's states make of a first text's answer ("activation patching"): take one token's state at one
layer, or one part's output, from the second text, let the first go on from there, and see how far its answer moves.

The answer is measured as a logit difference, of what the first text should be followed by against what the second
should. Where it moves far, the patched place carries what tells the two texts apart. Both have equally many tokens, so
that each has one to be exchanged with.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from dataclasses import replace as replaced

import numpy as np
import torch
from torch import Tensor

from gptcore.errors import InputError
from gptcore.lazy import cached_property
from gptcore.model.capture import Part
from gptcore.model.gpt import GPT, require_causal
from gptcore.model.intervention import Intervention, in_row, replace
from gptcore.trace.trace import Trace

PATCHED: tuple[Part, ...] = ("hidden", "attn_out", "mlp_out")
"""What patch_grid can take from a second text, token by token."""
PARTS: tuple[Part, ...] = ("hidden", "final")
"""What the first text's trace needs; the second's needs "final" and what is taken from it."""
MOST_TOKENS = 64
"""Up to the one after which is predicted: each of them has a pass at each layer, so twice as many take four times as
long (the shipped model and 64: 9 s of processor time)."""
_AT_ONCE = 4_096
"""Tokens of all rows of a batch, which bounds the memory: 16 MB in the feed-forward network of a model 256 wide."""
_EQUAL = 1e-6
"""Logit differences that are no further apart than this are the same but for rounding."""


@dataclass(frozen=True)
class PatchGrid:
    """How far each patch moves the answer."""

    raw: np.ndarray
    """(rows, columns) float64: the logit difference, answer against other answer, after each patch. Rows are layers
    (of "hidden" the n_layer + 1 boundaries), columns tokens or heads."""
    first: float
    """The logit difference in the first text as it is."""
    second: float
    """And in the second."""

    @property
    def is_comparable(self) -> bool:
        """Whether the two texts differ in it at all; else no patch can be said to go a part of the way."""
        return abs(self.second - self.first) > _EQUAL

    @cached_property
    def moved(self) -> np.ndarray:
        """(rows, columns): how far along the way from the first text's (0) to the second's (1); may be less or more.
        All nan where both are the same."""
        if not self.is_comparable:
            return np.full_like(self.raw, np.nan)
        return (self.raw - self.first) / (self.second - self.first)

    @property
    def strongest(self) -> np.ndarray:
        """(rows,): in each row the column that moves it furthest; the last of equals."""
        columns = self.raw.shape[1]
        last: np.ndarray = columns - 1 - np.nan_to_num(self.moved)[:, ::-1].argmax(axis=1)
        return last

    @property
    def stations(self) -> list[tuple[int, int, int]]:
        """(column, first row, last row): where the strongest patch is on its way through the rows."""
        found: list[tuple[int, int, int]] = []
        for row, column in enumerate(self.strongest.tolist()):
            if found and found[-1][0] == column:
                found[-1] = (column, found[-1][1], row)
            else:
                found.append((column, row, row))
        return found

    @property
    def peak(self) -> tuple[int, int]:
        """(row, column) of the patch that moves it furthest."""
        row, column = np.unravel_index(np.nan_to_num(self.moved).argmax(), self.raw.shape)
        return int(row), int(column)


def differing(ids: np.ndarray | Collection[int], other_ids: np.ndarray | Collection[int]) -> np.ndarray:
    """(T,) bool: where two texts of equally many tokens have different ones.

    Raises:
        InputError: one has more than the other.
    """
    if len(ids) != len(other_ids):
        raise InputError(
            f"the first text has {len(ids)} tokens and the second {len(other_ids)}; give both equally many, so that "
            "each token has one to be exchanged with"
        )
    different: np.ndarray = np.asarray(ids) != np.asarray(other_ids)
    return different


def patch(
    other_trace: Trace, part: Part, layer: int, token: int | None = None, head: int | None = None
) -> Intervention:
    """What takes one thing from a second text.

    Args:
        other_trace: of the second text, with the part.
        part: of PATCHED, or "head_out" with a head.
        layer: from 0; of "hidden" the boundary, 0 to n_layer.
        token: the one whose values are taken, from 0; None: all of them.
        head: the one head of head_out.
    """
    row = layer if part == "hidden" else other_trace.row(layer)
    values = other_trace.part(part)[row] if head is None else other_trace.part(part)[row, head]
    return replace(part, layer, values if token is None else values[token], None if token is None else [token], head)


def patch_grid(
    model: GPT,
    trace: Trace,
    other_trace: Trace,
    answer: int,
    other_answer: int,
    position: int = -1,
    part: Part = "hidden",
    pause: Callable[[], None] = lambda: None,
) -> PatchGrid:
    """Each token's state, or a part's output at it, taken from the second text, at each layer.

    Args:
        model: the one that was traced.
        trace: of the first text, with PARTS; its interventions are made in every patched pass, too.
        other_trace: of the second, with "final" and `part`.
        answer, other_answer: ids of the tokens that follow the first and the second text.
        position: the token after which is predicted, from 0; negative from the end. Columns end with it, for later
            tokens cannot reach it.
        part: of PATCHED.
        pause: called after each block of each pass; what it raises ends the work.

    Raises:
        InputError: the texts have not equally many tokens, or too many; an answer, position or part is unknown; or a
            trace lacks a part.
    """
    if part not in PATCHED:
        raise InputError(f"{part!r} cannot be patched token by token; choose from {', '.join(PATCHED)}")
    passes = _Passes(model, trace, other_trace, answer, other_answer, position, pause)
    boundaries = range(model.config.n_layer + (part == "hidden"))
    tokens = range(passes.n_same, passes.n_tokens)
    grid = passes.grid((layer, [patch(other_trace, part, layer, token) for token in tokens]) for layer in boundaries)
    same = np.full((len(boundaries), min(passes.n_same, passes.n_tokens)), grid.first)
    return replaced(grid, raw=np.concatenate((same, grid.raw), axis=1))


def head_patch_grid(
    model: GPT,
    trace: Trace,
    other_trace: Trace,
    answer: int,
    other_answer: int,
    position: int = -1,
    pause: Callable[[], None] = lambda: None,
) -> PatchGrid:
    """Each head's output at all tokens taken from the second text: rows are layers, columns heads.

    Args:
        other_trace: of the second text, with "final" and "head_out".

    The other arguments, and what is raised, as in patch_grid.
    """
    passes = _Passes(model, trace, other_trace, answer, other_answer, position, pause)
    layers, heads = range(model.config.n_layer), range(model.config.n_head)
    return passes.grid(
        (layer, [patch(other_trace, "head_out", layer, head=head) for head in heads]) for layer in layers
    )


class _Passes:
    """Of the first text, patched: many at once, each going on from the layer where its patch is."""

    def __init__(
        self,
        model: GPT,
        trace: Trace,
        other_trace: Trace,
        answer: int,
        other_answer: int,
        position: int,
        pause: Callable[[], None],
    ):
        require_causal(model.config)
        n_tokens, config = len(trace.ids), model.config
        different = differing(trace.ids, other_trace.ids)
        if not -n_tokens <= position < n_tokens:
            raise InputError(f"there is no position {position}; these texts have {n_tokens} tokens, from 0")
        for one in (answer, other_answer):
            if not 0 <= one < config.vocab_size:
                raise InputError(f"there is no token {one}; the vocabulary has {config.vocab_size}, from 0")
        self._position = position % n_tokens
        self.n_tokens = self._position + 1
        if self.n_tokens > MOST_TOKENS:
            raise InputError(
                f"{self.n_tokens} tokens up to the one after which is predicted, where patching takes up to "
                f"{MOST_TOKENS}; take shorter texts"
            )
        self._model, self._trace, self._pause = model, trace, pause
        is_whole = not trace.interventions and not other_trace.interventions
        self.n_same = int(np.argmax([*different, True])) if is_whole else 0
        """Tokens at the start that have the same states in both texts, so that no patch of one moves anything."""
        table = model.output_table.detach()
        self._direction = table[answer] - table[other_answer]
        self._first, self._second = (
            self._of(torch.from_numpy(one.part("final").copy())) for one in (trace, other_trace)
        )

    def grid(self, rows: Iterable[tuple[int, list[Intervention]]]) -> PatchGrid:
        """From (layer, its patches) of each row."""
        raw = np.array([self._row(*row) for row in rows], dtype=np.float64)
        return PatchGrid(raw, self._first, self._second)

    @torch.no_grad()
    def _row(self, layer: int, patches: list[Intervention]) -> list[float]:
        at_once = max(1, _AT_ONCE // self.n_tokens)
        start = torch.from_numpy(self._trace.part("hidden")[layer, : self.n_tokens].copy()).to(self._model.device)
        found: list[float] = []
        for first in range(0, len(patches), at_once):
            some = patches[first : first + at_once]
            all_of_it = (*self._trace.interventions, *(in_row(one, row) for row, one in enumerate(some)))
            final = self._model.resume(start.expand(len(some), -1, -1), layer, all_of_it, self._pause)
            found += [self._of(one) for one in final]
        return found

    def _of(self, final: Tensor) -> float:
        """The logit difference from what the output layer reads, (T, D)."""
        return float((final[self._position].to(self._direction.device) @ self._direction).item())
