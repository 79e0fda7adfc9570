"""Next-token probabilities as bars; a click appends the token."""

from collections.abc import Callable, Sequence
from typing import TypedDict

from app.shared.browser.assets import register
from gptcore.provenance.cells import Cell

_render = register("prediction")


class Bar(TypedDict):
    """One candidate."""

    id: int
    text: str
    raw: float
    """The model's own probability, drawn as a dashed outline."""
    probability: float
    """After temperature and cuts, drawn solid."""
    label: str
    """The number beside the bar."""
    cut: bool
    actual: bool
    """Whether it is the token that the text really has next."""
    detail: str
    """Shown on hover, and read out."""


def prediction_bars(
    bars: Sequence[Bar],
    *,
    title: str,
    subtitle: str,
    note: str,
    clickable: bool,
    stamp: str,
    key: str,
    on_append: Callable[[], None] | None = None,
    scale: float | None = None,
    cells: Sequence[Cell] = (),
) -> None:
    """Draws the bars; after a click the id is st.session_state[key].append.

    Args:
        scale: the value of a full bar; None takes the largest.
        cells: how the names of the bars' numbers begin, say ("probability", 7); the first is the one that they have.
    """
    data = {
        "rows": list(bars),
        "title": title,
        "subtitle": subtitle,
        "note": note,
        "clickable": clickable,
        "scale": scale,
        "cells": [list(cell) for cell in cells],
        "stamp": stamp,
    }
    _render(data=data, key=key, on_append_change=on_append or _ignore)


def _ignore() -> None:
    """Bars that are only looked at."""
