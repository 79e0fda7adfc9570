"""Two tokens' tug of war: their scores, and bars from a middle line to either side for what pushes which way."""

from collections.abc import Callable, Sequence
from typing import NotRequired, TypedDict

from app.shared.browser.assets import register
from gptcore.provenance.cells import Cell

_render = register("pushes")


class Number(TypedDict):
    """A number of the line over the bars, with what stands before it."""

    text: str
    label: str
    cell: NotRequired[Cell]
    """What a click opens, as gptcore.provenance names it."""


class Bar(TypedDict):
    """One part."""

    name: str
    value: float
    """Positive to the right."""
    label: str
    detail: str
    """Shown on hover, and read out."""
    pick: NotRequired[list[int]]
    """What a click reports; without it nothing is clicked."""


def pushes(
    equation: Sequence[Number],
    sections: Sequence[tuple[str, Sequence[Bar]]],
    *,
    left: str,
    right: str,
    title: str,
    note: str,
    stamp: str,
    key: str,
    on_cell: Callable[[], None],
    on_pick: Callable[[], None],
) -> None:
    """Draws them; after a click on a number its cell is st.session_state[key].cell, on a bar its `pick` is .picked.

    Args:
        sections: (heading, bars) one below the other, all on one scale.
        left, right: what bars to either side push.
    """
    data = {
        "equation": list(equation),
        "sections": [{"heading": heading, "bars": list(bars)} for heading, bars in sections],
        "left": left,
        "right": right,
        "title": title,
        "note": note,
        "stamp": stamp,
    }
    _render(data=data, key=key, on_cell_change=on_cell, on_picked_change=on_pick)
