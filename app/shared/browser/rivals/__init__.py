"""Next tokens on their way through the layers: a line each, of its rank on a logarithmic scale, the first on top."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from app.shared.browser.assets import register
from app.shared.browser.packing import pack

_render = register("rivals")


class Line(NamedTuple):
    """One next token."""

    name: str
    ranks: np.ndarray
    """(B,), from 1."""
    chances: np.ndarray
    """(B,): its probabilities."""
    is_beside: bool = False
    """Whether it is what another reading makes of it; such a line is pale."""


def rivals(
    stages: Sequence[str],
    lines: Sequence[Line],
    *,
    vocabulary: int,
    title: str,
    axis: str,
    alt: str,
    stamp: str,
    key: str,
) -> None:
    """Draws the lines: those of the reading itself first, then as many beside them.

    Args:
        stages: symbols of the boundaries, (B,).
        vocabulary: how many tokens there are.
        axis: what both axes are.
    """
    data = {
        "stages": list(stages),
        "lines": [
            {"name": line.name, "ranks": pack(line.ranks), "chances": pack(line.chances), "beside": line.is_beside}
            for line in lines
        ],
        "vocabulary": vocabulary,
        "title": title,
        "axis": axis,
        "alt": alt,
        "stamp": stamp,
    }
    _render(data=data, key=key)
