"""Tables of vectors as pictures: the two dimensions that keep most of them, and how alike all their rows are."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from gptcore.errors import InputError
from gptcore.trace.neighbours import lengths

WIDEST = 2_048
"""Numbers a row up to which a map is made: the work grows with their cube."""


@dataclass(frozen=True)
class Plane:
    """The two directions along which a table's rows differ most (principal component analysis, Pearson 1901)."""

    points: np.ndarray
    """(N, 2) float32: each row, less the mean of all, along the two directions; in the table's own units."""
    shares: np.ndarray
    """(2,): what share of the rows' variance lies along each."""


def principal_plane(table: np.ndarray) -> Plane:
    """The plane of a table (N, D). A direction and its opposite are equally good: the one is taken whose largest part
    is positive, so that a map is the same every time.

    Raises:
        InputError: rows of more than WIDEST numbers.
    """
    if table.shape[1] > WIDEST:
        raise InputError(f"maps are drawn of vectors of up to {WIDEST:,} numbers; these have {table.shape[1]:,}")
    centred = table.astype(np.float64)
    centred -= centred.mean(axis=0)
    covariance = centred.T @ centred / max(1, len(table))
    variances, directions = np.linalg.eigh(covariance)  # ascending
    two = directions[:, ::-1][:, :2]
    two = two * np.sign(two[np.abs(two).argmax(axis=0), np.arange(two.shape[1])])
    total = max(float(variances.sum()), np.finfo(np.float64).tiny)
    points, shares = np.zeros((len(table), 2), dtype=np.float32), np.zeros(2)
    points[:, : two.shape[1]] = centred @ two
    shares[: two.shape[1]] = np.maximum(variances[::-1][:2], 0) / total
    return Plane(points, shares)


def alikeness(table: np.ndarray, cells: int) -> np.ndarray:
    """The cosine of every row of a table with every other, pooled.

    Args:
        table: (N, D).
        cells: n, cells a side at most.

    Returns:
        (n, n): cell (i, j) is the mean cosine of the rows i N / n to (i + 1) N / n with those that j stands for. A mean
        of products of unit vectors is the product of their means, so the cosines need not all be there at once.
    """
    unit = table / lengths(table)[:, None]
    n_rows = len(unit)
    cells = min(cells, n_rows)
    edges = np.arange(cells + 1) * n_rows // cells
    means = np.stack([unit[a:b].mean(axis=0) for a, b in pairwise(edges)])
    pooled: np.ndarray = means @ means.T
    return pooled
