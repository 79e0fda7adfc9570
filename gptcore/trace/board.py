"""Attention of every head, small enough to show all at once: weights max-pooled to a few cells a side."""

import numpy as np


def pool_causal(weights: np.ndarray, cells: int) -> np.ndarray:
    """The largest weight inside each cell.

    Args:
        weights: (..., T, T), zero above the diagonal.
        cells: n, cells a side at most; a text of T <= n tokens is left as it is.

    Returns:
        (..., n, n): cell (i, j) covers the tokens from floor(i T / n) to ceil((i + 1) T / n), as (j) does; neighbours
        share a token where T is no multiple of n, so that no weight is lost.
    """
    n_tokens = weights.shape[-1]
    if n_tokens <= cells:
        return weights
    starts = np.arange(cells) * n_tokens // cells
    ends = -(-np.arange(1, cells + 1) * n_tokens // cells)
    rows = np.stack([weights[..., a:b, :].max(axis=-2) for a, b in zip(starts, ends, strict=True)], axis=-2)
    pooled = np.stack([rows[..., a:b].max(axis=-1) for a, b in zip(starts, ends, strict=True)], axis=-1)
    return pooled * np.tri(cells, dtype=pooled.dtype)
