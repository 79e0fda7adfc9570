"""A number on its way through the model: lines over the stages from the embedding to the last block."""

from collections.abc import Sequence

import numpy as np

from app.shared.browser.assets import register
from app.shared.browser.packing import pack

_render = register("way")


def way(
    stages: Sequence[str],
    lines: Sequence[tuple[str, np.ndarray]],
    *,
    quantity: str,
    axis: str,
    alt: str,
    stamp: str,
    key: str,
) -> None:
    """Draws the lines; the first is what the picture is about.

    Args:
        stages: symbols of the places on the way, (N,).
        lines: (name, values (N,)), of numbers that are 1 at most.
        quantity: what the numbers are.
        axis: what the stages are.
        alt: for screen readers.
    """
    data = {
        "stages": list(stages),
        "lines": [{"name": name, "values": pack(values)} for name, values in lines],
        "quantity": quantity,
        "axis": axis,
        "alt": alt,
        "stamp": stamp,
    }
    _render(data=data, key=key)
