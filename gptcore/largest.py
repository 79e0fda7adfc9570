"""The largest of many numbers, without sorting all of them."""

import numpy as np


def largest_first(values: np.ndarray, most: int | None) -> np.ndarray:
    """Where the largest numbers stand, the largest first; of equals the one that stands first.

    Args:
        values: (N,).
        most: how many; None for all.

    Returns:
        (min(most, N),): indices.
    """
    if most is None or most >= len(values):
        return np.argsort(-values, kind="stable")
    # Sorting all of a vocabulary would cost a quarter of a step of writing.
    near = np.flatnonzero(values >= np.partition(values, -most)[-most])
    return near[np.argsort(-values[near], kind="stable")][:most]
