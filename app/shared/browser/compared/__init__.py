"""Heads side by side: one of two readings with the difference of the two, or one of each of two models."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from app.shared.browser.assets import register
from app.shared.browser.packing import pack, pack_causal

_render = register("compared")


class Map(NamedTuple):
    """One square picture of a lower half."""

    name: str
    note: str
    """What its colours mean, with the scale."""
    values: np.ndarray
    """(n, n); pooled if it stands for more tokens than n."""
    tokens: Sequence[str]
    scale: float
    """The number of full colour; below 0 for the other view's own colour."""
    alt: str
    is_square: bool = False
    """Whether the half above the diagonal is drawn, too: tokens look at later ones there."""


def compared_maps(
    maps: Sequence[Map],
    *,
    row: int,
    title: str,
    subtitle: str,
    hint: str,
    stamp: str,
    key: str,
    on_pick: Callable[[], None],
) -> None:
    """Draws them side by side; pointing at a cell marks it in all that have as many cells.

    Args:
        row: of the chosen token in the first map, -1 for none.
        hint: stands below while nothing is pointed at.
        on_pick: called after a click in the first map; its row is st.session_state[key].position.
    """
    shown = [
        {
            "name": one.name,
            "note": one.note,
            "cells": len(one.values),
            "values": pack(one.values) if one.is_square else pack_causal(one.values),
            "square": one.is_square,
            "tokens": list(one.tokens),
            "scale": one.scale,
            "alt": one.alt,
        }
        for one in maps
    ]
    data = {"maps": shown, "row": row, "title": title, "subtitle": subtitle, "hint": hint, "stamp": stamp}
    _render(data=data, key=key, on_position_change=on_pick)
