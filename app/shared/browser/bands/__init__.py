"""How alike the rows of tables are, as square pictures side by side: blue is alike, red opposed."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from app.shared.browser.assets import register
from app.shared.browser.packing import pack

_render = register("bands")


class Square(NamedTuple):
    """One picture."""

    name: str
    cosines: np.ndarray
    """(n, n), -1 to 1."""
    alt: str


def bands(squares: Sequence[Square], *, n_rows: int, title: str, subtitle: str, stamp: str, key: str) -> None:
    """Draws them.

    Args:
        n_rows: of the tables, which the n cells a side share out.
    """
    shown = [
        {"name": square.name, "cells": len(square.cosines), "values": pack(square.cosines), "alt": square.alt}
        for square in squares
    ]
    data = {"squares": shown, "rows": n_rows, "title": title, "subtitle": subtitle, "stamp": stamp}
    _render(data=data, key=key)
