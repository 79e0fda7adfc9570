"""A number's arithmetic in two pieces, between which its formula stands: what it is, and its terms."""

from collections.abc import Callable, Sequence
from typing import TypedDict

from app.shared.browser.assets import register
from gptcore.provenance.cells import Cell

_render = register("terms")


class Crumb(TypedDict):
    """One number on the way that was taken."""

    text: str
    detail: str
    """Shown on hover, and read out."""


class Button(TypedDict):
    """A number that opens."""

    label: str
    detail: str
    """Shown on hover, and read out."""
    shown: str
    """The number, for reading."""
    cell: Cell


class Row(TypedDict):
    """One term."""

    label: str
    word: str
    """The text of the token that it stands for; empty for none."""
    detail: str
    """Shown on hover, and read out."""
    shown: str
    """The number, for reading."""
    value: float | None
    """Drawn as a bar; None where there is none to draw: an infinite number."""
    cell: Cell | None
    """What opens it; None for a constant and for a product."""
    factors: list[Button]
    """Of a product; else none."""


class History(TypedDict):
    """A weight at every checkpoint of its model."""

    title: str
    steps: list[int]
    values: list[float]
    shown: list[str]
    """The values, for reading."""
    now: int
    """Index of the checkpoint that is on the screen."""


def heading(
    crumbs: Sequence[Crumb],
    *,
    name: str,
    what: str,
    shown: str,
    region: str,
    way: str,
    stamp: str,
    key: str,
    on_back: Callable[[], None],
) -> None:
    """Draws the way to the open number, what it is, and the number itself.

    Args:
        crumbs: the last one is the open number's.
        name, what: in words.
        shown: the number.
        region: a name of the whole, for screen readers.
        way: names all that was opened; the focus moves when it changes.
        on_back: called after a click; st.session_state[key].back is the index of a crumb, -1 to close.
    """
    data = {
        "part": "heading",
        "crumbs": list(crumbs),
        "name": name,
        "what": what,
        "shown": shown,
        "region": region,
        "way": way,
        "stamp": stamp,
    }
    _render(data=data, key=key, on_back_change=on_back, on_deeper_change=_ignore)


def terms(
    rows: Sequence[Row],
    rest: Row | None,
    *,
    title: str,
    note: str,
    sources: Sequence[Cell],
    history: History | None,
    depth: int,
    way: str,
    stamp: str,
    key: str,
    on_deeper: Callable[[], None],
    on_back: Callable[[], None],
) -> None:
    """Draws the terms and, of a weight, how it changed in training.

    Args:
        rest: what is not listed, as a row without a cell.
        title: what the rows are.
        note: what else there is to know.
        sources: what pictures all over the page outline: cells, in which None stands for all along an axis.
        depth: how many numbers are on the way.
        on_deeper: called after a click on a number; st.session_state[key].deeper is its cell.
        on_back: called after Backspace or Alt+Left; .back is the index of the crumb to go to.
    """
    data = {
        "part": "terms",
        "rows": list(rows),
        "rest": rest,
        "title": title,
        "note": note,
        "sources": [list(cell) for cell in sources],
        "history": history,
        "depth": depth,
        "way": way,
        "stamp": stamp,
    }
    _render(data=data, key=key, on_back_change=on_back, on_deeper_change=on_deeper)


def _ignore() -> None:
    """The heading opens nothing deeper."""
