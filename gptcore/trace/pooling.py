"""Arrays too large to draw, as fewer cells: each shows the number of its group that is farthest from zero, a number of
the model's own, and knows which one that is. (Attention's board, whose weights are never negative, is pooled in
board.py.)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

Groups = Sequence[tuple[int, int]]
"""Neighbouring tokens that share a row: (first, one past the last) of each."""


@dataclass(frozen=True)
class Pooled:
    """Cells of R rows and C columns; whatever axes stood before the pooled ones stay in front."""

    values: np.ndarray
    """(..., R, C): the model's own numbers; NaN where a cell covers none."""
    column: np.ndarray
    """(..., R, C): where on the last axis each of them stands."""
    token: np.ndarray | None
    """(..., R, C): which token's it is; None where a row is one token."""


def width(n: int, most: int) -> int:
    """How many neighbouring numbers share a cell, so that n of them fill at most `most` cells."""
    return -(-n // most)


def token_groups(n_tokens: int, position: int, most: int) -> list[tuple[int, int]]:
    """A group a token where there are at most `most`, otherwise about most groups of equal length; the token at
    `position` always has one of its own."""
    step = width(n_tokens, most)
    edges = sorted({*range(0, n_tokens, step), position, position + 1, n_tokens})
    return list(pairwise(edges))


def pool_vectors(vectors: np.ndarray, most: int, groups: Groups) -> Pooled:
    """Vectors (..., T, N) as rows of at most `most` cells, each width(N, most) numbers wide; the last may be less."""
    wide, n = width(vectors.shape[-1], most), vectors.shape[-1]
    cells = -(-n // wide)
    if wide == 1:
        column = np.broadcast_to(np.arange(n), vectors.shape)
        return _pool_rows(vectors, column, groups)
    if cells * wide > n:  # zeros at the end are never farther from zero than what stands before them
        vectors = np.concatenate([vectors, np.zeros((*vectors.shape[:-1], cells * wide - n), vectors.dtype)], -1)
    split = vectors.reshape(*vectors.shape[:-1], cells, wide)
    place = np.abs(split).argmax(-1)
    values = np.take_along_axis(split, place[..., None], -1)[..., 0]
    return _pool_rows(values, place + wide * np.arange(cells), groups)


def pool_heads(heads: np.ndarray, most: int, groups: Groups) -> Pooled:
    """Vectors of all heads (H, T, d_head) side by side, as the output projection reads them: every head has equally
    many cells, `most` in all where a head may have one at least. `column` counts along H * d_head."""
    n_head, n_tokens, d_head = heads.shape
    each = pool_vectors(heads, max(1, most // n_head), [(i, i + 1) for i in range(n_tokens)])
    column = each.column + d_head * np.arange(n_head)[:, None, None]
    return _pool_rows(np.concatenate(list(each.values), -1), np.concatenate(list(column), -1), groups)


def pool_square(square: np.ndarray, groups: Groups, causal: bool) -> Pooled:
    """Numbers (T, T) of pairs of tokens as groups by groups; `causal` leaves out what lies above the diagonal."""
    n_tokens = len(square)
    if causal:
        square = np.where(np.tri(n_tokens, dtype=bool), square, np.nan)
    column = np.broadcast_to(np.arange(n_tokens), square.shape)
    if len(groups) == n_tokens:
        return Pooled(square, column, None)
    by_column = _pool_rows(square.T, column.T, groups)  # groups of columns first: token says which column it is
    assert by_column.token is not None
    return _pool_rows(by_column.values.T, by_column.token.T, groups)


def group_sums(rows: np.ndarray, groups: Groups) -> np.ndarray:
    """(..., T) -> (..., R): what each group adds up to, weights of a looking token, say."""
    return np.add.reduceat(rows, [first for first, _ in groups], axis=-1)


def _pool_rows(values: np.ndarray, column: np.ndarray, groups: Groups) -> Pooled:
    if len(groups) == values.shape[-2]:
        return Pooled(values, column, None)
    size = np.nan_to_num(np.abs(values), nan=-1.0)
    token = np.stack([first + size[..., first:end, :].argmax(-2) for first, end in groups], axis=-2)
    return Pooled(np.take_along_axis(values, token, -2), np.take_along_axis(column, token, -2), token)
