"""Vectors as rows of coloured cells on one scale, with the exact numbers on hover."""

from collections.abc import Callable, Sequence

import numpy as np

from app.shared.browser.assets import register
from app.shared.browser.packing import pack
from gptcore.provenance.cells import Cell

_render = register("vectors")


def vectors(
    rows: Sequence[tuple[str, str, np.ndarray]],
    *,
    title: str,
    subtitle: str,
    stamp: str,
    key: str,
    cells: Sequence[Cell] = (),
    on_cell: Callable[[], None] | None = None,
) -> None:
    """Draws rows of (sign, label, values); all values have one length. The sign ("+", "=") stands before the label.

    Args:
        cells: what the rows are, as gptcore.provenance names their numbers without the last index; their numbers open.
        on_cell: called after a click on one; st.session_state[key].cell is its name.
    """
    data = {
        "rows": [{"sign": sign, "label": label, "values": pack(values)} for sign, label, values in rows],
        "cells": [list(cell) for cell in cells],
        "title": title,
        "subtitle": subtitle,
        "stamp": stamp,
    }
    _render(data=data, key=key, on_cell_change=on_cell or _ignore)


def _ignore() -> None:
    """Vectors that are only looked at."""
