"""Byte Pair Encoding with its work shown: from characters to tokens, one merge at a time (Sennrich et al. 2016).

Plain data in, plain data out; it knows no library and no file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from gptcore.errors import InputError

MAX_PIECES = 1_000
"""Longest word whose steps are listed: the list grows with the square of the length."""


@dataclass(frozen=True)
class MergeStep:
    """Two neighbours become one."""

    rank: int
    """Place of this merge in the order they were learnt, from 0; the lowest rank present goes first."""
    left: str
    right: str
    position: int
    """Index of `left` in `before`, and of the joined piece in `after`."""
    before: tuple[str, ...]
    """The word's pieces before this step; the first step's are its characters (or bytes)."""
    after: tuple[str, ...]


def merge_steps(parts: Sequence[Sequence[str]], ranks: Mapping[tuple[str, str], int]) -> tuple[MergeStep, ...]:
    """All merges of a word, in order.

    Args:
        parts: the word's parts as lists of single characters; no merge crosses from one part to the next.
        ranks: every learnt pair with its rank.

    Raises:
        InputError: more than MAX_PIECES characters.
    """
    before = tuple(piece for part in parts for piece in part)
    if len(before) > MAX_PIECES:
        raise InputError(
            f"a word of {len(before):,} pieces is too long to show merge by merge; choose one of at most {MAX_PIECES:,}"
        )
    steps = []
    start = 0
    for part in parts:
        pieces = list(part)
        while (best := _best_pair(pieces, ranks)) is not None:
            rank, at = best
            left, right = pieces[at : at + 2]
            pieces[at : at + 2] = [left + right]
            after = (*before[:start], *pieces, *before[start + len(pieces) + 1 :])
            steps.append(MergeStep(rank, left, right, start + at, before, after))
            before = after
        start += len(pieces)
    return tuple(steps)


def _best_pair(pieces: Sequence[str], ranks: Mapping[tuple[str, str], int]) -> tuple[int, int] | None:
    """(rank, index) of the neighbours to join next: the lowest rank, then the leftmost."""
    return min(((ranks[pair], i) for i, pair in enumerate(pairwise(pieces)) if pair in ranks), default=None)
