"""The key-value cache as a picture, layers by tokens, and what it saves along a text."""

from collections.abc import Sequence
from typing import TypedDict

import numpy as np

from app.shared.browser.assets import register
from app.shared.browser.packing import pack

_render = register("kv_cache")


class Point(TypedDict):
    """Measured milliseconds at one length."""

    length: int
    kept: float
    anew: float


def kv_cache(
    tokens: Sequence[str],
    *,
    layers: int,
    width: int,
    dropped: int,
    held: int,
    kept: np.ndarray,
    anew: np.ndarray,
    points: Sequence[Point],
    title: str,
    subtitle: str,
    counts: str,
    times: str,
    stamp: str,
    key: str,
) -> None:
    """Draws it.

    Args:
        tokens: of the text, dropped ones included.
        width: numbers of a key, and of a value, in one layer.
        dropped: tokens at the start that the model does not see any more.
        held: of the others, those whose keys and values are read from the cache; the rest is computed now.
        kept, anew: (n,) multiply-adds of a step at the lengths 1 to n, with the cache and without.
        counts, times: titles of the two charts.
    """
    data = {
        "tokens": list(tokens),
        "layers": layers,
        "width": width,
        "dropped": dropped,
        "held": held,
        "kept": pack(kept),
        "anew": pack(anew),
        "points": list(points),
        "title": title,
        "subtitle": subtitle,
        "counts": counts,
        "times": times,
        "stamp": stamp,
    }
    _render(data=data, key=key)
