"""Arrays on their way to the browser: as bytes in base64, because a JSON list of floats is three times as long."""

import base64

import numpy as np


def pack(values: np.ndarray) -> str:
    """Any array as float32, row by row."""
    return _encoded(np.ascontiguousarray(values, dtype="<f4"))


def pack_causal(weights: np.ndarray) -> str:
    """The lower half (diagonal included) of weights (n, n) as float32, row by row: n (n + 1) / 2 numbers."""
    return pack(weights[np.tril_indices(weights.shape[-1])])


def pack_board(weights: np.ndarray) -> str:
    """The lower halves of weights (..., n, n) in [0, 1] as bytes: pictures, not numbers to read off."""
    rows, columns = np.tril_indices(weights.shape[-1])
    return pack_bytes(weights[..., rows, columns])


def pack_bytes(weights: np.ndarray) -> str:
    """Weights in [0, 1] as one byte each."""
    return _encoded(np.round(weights * 255).astype(np.uint8))


def pack_small(counts: np.ndarray) -> str:
    """Whole numbers from 0 to 255 as one byte each, row by row."""
    return _encoded(np.ascontiguousarray(counts, dtype=np.uint8))


def pack_counts(counts: np.ndarray) -> str:
    """Whole numbers from 0 to 65,535 as two bytes each, row by row."""
    return _encoded(np.ascontiguousarray(counts, dtype="<u2"))


def pack_plane(points: np.ndarray) -> tuple[str, list[float], float]:
    """Points (N, 2) as two bytes a number: (x, y of each in a square; the square's lower corner; its side). A point
    is off by half a 65,535th of the side at most: for pictures."""
    low = points.min(axis=0).astype(np.float64)
    size = max(float((points.max(axis=0) - low).max()), 1e-9)
    return _encoded(np.round((points - low) / size * 65_535).astype("<u2")), low.tolist(), size


def _encoded(array: np.ndarray) -> str:
    return base64.b64encode(array.tobytes()).decode("ascii")
