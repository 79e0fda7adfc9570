"""Vectors as rows of coloured cells on one scale, with the exact numbers on hover."""

from collections.abc import Sequence

import numpy as np

from app.shared.browser.assets import register
from app.shared.browser.packing import pack

_render = register("vectors")


def vectors(rows: Sequence[tuple[str, str, np.ndarray]], *, title: str, subtitle: str, stamp: str, key: str) -> None:
    """Draws rows of (sign, label, values); all values have one length. The sign ("+", "=") stands before the label."""
    data = {
        "rows": [{"sign": sign, "label": label, "values": pack(values)} for sign, label, values in rows],
        "title": title,
        "subtitle": subtitle,
        "stamp": stamp,
    }
    _render(data=data, key=key)
