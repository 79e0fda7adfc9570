"""What one step costs along a text, with the key-value cache and without it: two small charts, counted and measured."""

from collections.abc import Sequence
from typing import TypedDict

import numpy as np

from app.shared.browser.assets import register
from app.shared.browser.packing import pack

_render = register("costs")


class Point(TypedDict):
    """Measured milliseconds at one length."""

    length: int
    kept: float
    anew: float


def costs(
    kept: np.ndarray, anew: np.ndarray, points: Sequence[Point], *, counts: str, times: str, stamp: str, key: str
) -> None:
    """Draws them.

    Args:
        kept, anew: (n,) counts of a step at the lengths 1 to n, with the cache and without.
        points: by length.
        counts, times: titles of the two charts.
    """
    data = {
        "kept": pack(kept),
        "anew": pack(anew),
        "points": list(points),
        "counts": counts,
        "times": times,
        "stamp": stamp,
    }
    _render(data=data, key=key)
