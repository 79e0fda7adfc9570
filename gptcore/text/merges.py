"""Byte Pair Encoding with its work shown: from characters to tokens, one merge at a time.

Plain data in, plain data out; it knows no library and no file.
"""

from collections.abc import Sequence
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
    after: tuple[str, ...]


def merge_steps(parts: Sequence[Sequence[str]], ranks: dict[tuple[str, str], int]) -> tuple[MergeStep, ...]:
    """All merges of a word, in order.

    Args:
        parts: the word's parts as lists of single characters; no merge crosses from one part to the next.
        ranks: every learnt pair with its rank.

    Raises:
        InputError: more than MAX_PIECES characters.
    """
    if (total := sum(map(len, parts))) > MAX_PIECES:
        raise InputError(f"a word of {total:,} pieces is too long to show merge by merge; at most {MAX_PIECES:,}")
    done: list[str] = []
    todo = [piece for part in parts for piece in part]
    steps = []
    for part in parts:
        del todo[: len(part)]
        pieces = list(part)
        while (best := _best_pair(pieces, ranks)) is not None:
            rank, at = best
            joined = [*pieces[:at], pieces[at] + pieces[at + 1], *pieces[at + 2 :]]
            before, after = (*done, *pieces, *todo), (*done, *joined, *todo)
            steps.append(MergeStep(rank, pieces[at], pieces[at + 1], len(done) + at, before, after))
            pieces = joined
        done += pieces
    return tuple(steps)


def _best_pair(pieces: list[str], ranks: dict[tuple[str, str], int]) -> tuple[int, int] | None:
    """(rank, index) of the neighbours to join next: the lowest rank, then the leftmost."""
    return min(((ranks[pair], i) for i, pair in enumerate(pairwise(pieces)) if pair in ranks), default=None)
