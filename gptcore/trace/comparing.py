"""Two readings side by side: which token stands for which, how much more surprising each is, what a head does else.

In: ids, offsets, scores and weights as arrays. Out: plain records. It runs no model and knows none.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np

from gptcore.measures import TokenScores

Pair = tuple[int | None, int | None]
"""A token of the one text and the token of the other that stands for it; None: there is none."""
Stretch = tuple[tuple[int, int], tuple[int, int]]
"""Tokens [first, end) of the one cut and of the other, over the same characters."""


def align(ids: Sequence[int], others: Sequence[int]) -> list[Pair]:
    """Which token stands for which, in the order of both texts; every token of both is in it once.

    What both begin with and end with is paired as it stands; what lies between, by its longest common runs. Where as
    many tokens were changed as stand there now, they are paired in order, though their ids differ.
    """
    n, m = len(ids), len(others)
    head = _shared(ids, others)
    tail = min(_shared(ids[::-1], others[::-1]), min(n, m) - head)
    pairs: list[Pair] = [(i, i) for i in range(head)]
    matcher = SequenceMatcher(None, ids[head : n - tail], others[head : m - tail], autojunk=False)
    for _, a, b, c, d in matcher.get_opcodes():
        if b - a == d - c:
            pairs += [(head + a + k, head + c + k) for k in range(b - a)]
        else:
            pairs += [(head + i, None) for i in range(a, b)]
            pairs += [(None, head + j) for j in range(c, d)]
    return pairs + [(n - k, m - k) for k in range(tail, 0, -1)]


def both(pairs: Sequence[Pair]) -> list[tuple[int, int]]:
    """The pairs that have a token in both texts."""
    return [(i, j) for i, j in pairs if i is not None and j is not None]


def counterpart(pairs: Sequence[Pair], position: int) -> int | None:
    """The other text's token that stands for the one at `position`; None if there is none."""
    return next((j for i, j in pairs if i == position), None)


@dataclass(frozen=True)
class Surprise:
    """Two texts' surprisals beside each other, in bits; arrays are (P,), an entry for each pair."""

    pairs: list[Pair]
    now: np.ndarray
    """NaN where this text has no token there, or its first one, which nothing predicts."""
    beside: np.ndarray
    """The same of the other text."""

    @property
    def difference(self) -> np.ndarray:
        """now - beside: above 0, more surprising now. NaN where either is missing."""
        difference: np.ndarray = self.now - self.beside
        return difference

    def largest(self, most: int, least: float = 0.1) -> list[int]:
        """The pairs that differ most, the most first; none that differs by less than `least` bits."""
        size = np.nan_to_num(np.abs(self.difference), nan=-1.0)
        order = np.argsort(-size, kind="stable")[:most]
        return [int(at) for at in order if size[at] >= least]


def surprise(pairs: Sequence[Pair], now: TokenScores, beside: TokenScores) -> Surprise:
    """The surprisals of both texts by pair.

    Args:
        pairs: of the texts that were scored, by align.
    """
    return Surprise(
        list(pairs),
        _bits(now, [i for i, _ in pairs]),
        _bits(beside, [j for _, j in pairs]),
    )


def stretches(offsets: Sequence[tuple[int, int]], others: Sequence[tuple[int, int]]) -> list[Stretch]:
    """Two cuts of one text into tokens, as the shortest stretches that begin and end with a token in both.

    Args:
        offsets: (start, end) of each token in the text, in order.
        others: of the other cut.
    """
    found: list[Stretch] = []
    i = j = 0
    while i < len(offsets) and j < len(others):
        first, other = i, j
        end, other_end = offsets[i][1], others[j][1]
        i, j = i + 1, j + 1
        while end != other_end and (i < len(offsets) if end < other_end else j < len(others)):
            if end < other_end:
                end, i = offsets[i][1], i + 1
            else:
                other_end, j = others[j][1], j + 1
        while i < len(offsets) and offsets[i][1] <= end:  # the rest of a character's bytes
            i += 1
        while j < len(others) and others[j][1] <= other_end:
            j += 1
        found.append(((first, i), (other, j)))
    if found:  # what one cut has left at its end belongs to the last
        (first, _), (other, _) = found[-1]
        found[-1] = (first, len(offsets)), (other, len(others))
    return found


def surprise_by_stretch(
    found: Sequence[Stretch], now: TokenScores, beside: TokenScores
) -> tuple[np.ndarray, np.ndarray]:
    """Bits of each stretch, added up over its tokens: (S,) of the one cut and (S,) of the other. A text's first token,
    which nothing predicts, adds none; so of the first stretch only what is predicted counts, which may differ."""
    return (
        np.array([_total(now, first, end) for (first, end), _ in found]),
        np.array([_total(beside, first, end) for _, (first, end) in found]),
    )


def weights_apart(weights: np.ndarray, others: np.ndarray, pairs: Sequence[Pair]) -> np.ndarray:
    """How much more each token listens to each other one than its counterpart does.

    Args:
        weights: (..., T, T) of the one text; others: (..., U, U) of the other.

    Returns:
        (..., n, n) of the n tokens that both texts have (`both`): weights - others. Only where the texts have all
        tokens in common do its rows sum to 0.
    """
    rows = both(pairs)
    one, other = np.array([i for i, _ in rows], dtype=int), np.array([j for _, j in rows], dtype=int)
    apart: np.ndarray = weights[..., one[:, None], one] - others[..., other[:, None], other]
    return apart


def moved(apart: np.ndarray) -> np.ndarray:
    """(...,): the share of a head's attention that goes elsewhere, mean over its tokens: half the sum of |differences|.

    Args:
        apart: (..., n, n), of weights_apart.
    """
    if not apart.shape[-1]:
        return np.zeros(apart.shape[:-2])
    share: np.ndarray = np.abs(apart).sum(-1).mean(-1) / 2
    return share


def pool_signed(square: np.ndarray, cells: int) -> np.ndarray:
    """(n, n) lower half as at most `cells` a side: of what a cell covers, the number that is farthest from zero.

    Cell (i, j) covers the tokens from floor(i n / cells) to ceil((i + 1) n / cells), as in gptcore.trace.board.
    """
    n = len(square)
    if n <= cells:
        return square
    starts = np.arange(cells) * n // cells
    ends = -(-np.arange(1, cells + 1) * n // cells)
    for _ in range(2):  # rows, then columns
        high = np.stack([square[a:b].max(axis=0) for a, b in zip(starts, ends, strict=True)])
        low = np.stack([square[a:b].min(axis=0) for a, b in zip(starts, ends, strict=True)])
        square = np.where(high >= -low, high, low).T
    return square * np.tri(cells, dtype=square.dtype)


def _shared(one: Sequence[int], other: Sequence[int]) -> int:
    """How many tokens two texts begin with alike."""
    different = (k for k, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    return next(different, min(len(one), len(other)))


def _bits(scores: TokenScores, tokens: Sequence[int | None]) -> np.ndarray:
    bits = scores.surprisal / math.log(2)
    return np.array([math.nan if token is None or token == 0 else bits[token - 1] for token in tokens], dtype=float)


def _total(scores: TokenScores, first: int, end: int) -> float:
    return float(scores.surprisal[max(0, first - 1) : max(0, end - 1)].sum()) / math.log(2)
