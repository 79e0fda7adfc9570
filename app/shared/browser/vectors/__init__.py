"""Vectors as rows of coloured cells on one scale, with the exact numbers on hover."""

from collections.abc import Sequence

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
) -> None:
    """Draws rows of (sign, label, values); all values have one length. The sign ("+", "=") stands before the label.

    Args:
        cells: how the names of each row's numbers begin, say ("token_embedding", 7); the last index is added.
    """
    data = {
        "rows": [{"sign": sign, "label": label, "values": pack(values)} for sign, label, values in rows],
        "cells": [list(cell) for cell in cells],
        "title": title,
        "subtitle": subtitle,
        "stamp": stamp,
    }
    _render(data=data, key=key)
