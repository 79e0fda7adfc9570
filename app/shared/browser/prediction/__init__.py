"""Next-token probabilities as bars; a click appends the token, one on a number opens its arithmetic."""

from collections.abc import Callable, Sequence
from typing import NotRequired, TypedDict

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
    cell: NotRequired[Cell]
    """The number, as gptcore.provenance names it; not there for one that does not open."""


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
    on_cell: Callable[[], None] | None = None,
    scale: float | None = None,
    cells: Sequence[Cell] = (),
) -> None:
    """Draws the bars; after a click the id is st.session_state[key].append or, on a number, its cell is .cell.

    Args:
        scale: the value of a full bar; None takes the largest.
        cells: how the names of the bars' numbers begin, say ("probability", 7): all light up when a formula means them.
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
    _render(data=data, key=key, on_append_change=on_append or _ignore, on_cell_change=on_cell or _ignore)


def _ignore() -> None:
    """Bars that are only looked at."""
