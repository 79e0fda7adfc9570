"""What a learner has opened: a number, and the way down from it to what it comes from. It stands in the address."""

from contextlib import suppress

import streamlit as st

from gptcore.errors import InputError
from gptcore.provenance.cells import Cell, from_text, to_text

OPEN = "open"
"""Of the address alone: the cells from the number that was clicked in a picture to the one that is shown."""
MOST = 16
"""Cells in it; the oldest ones go first."""
_BETWEEN = "~"


def cells() -> list[Cell]:
    """The way so far, empty if nothing is open. What an address says may be anything: ask gptcore before it is used."""
    way = []
    for word in _words():
        with suppress(InputError):
            way.append(from_text(word))
    return way


def length() -> int:
    """How many cells the address asks for, whether they are any or not."""
    return len(_words())


def to_link(way: list[Cell]) -> str:
    """A way as an address has it."""
    return _BETWEEN.join(map(to_text, way[-MOST:]))


def open_cell(cell: Cell) -> None:
    """A number in a picture was clicked: the way begins there; for callbacks, as all below."""
    keep([cell])


def deeper(cell: Cell) -> None:
    """A number in the arithmetic was clicked."""
    keep([*cells(), cell])


def back_to(index: int) -> None:
    """One of the crumbs was clicked; -1 closes all."""
    keep(cells()[: index + 1])


def keep(way: list[Cell]) -> None:
    """Another way altogether, or none."""
    if way:
        st.query_params[OPEN] = to_link(way)
    elif OPEN in st.query_params:
        del st.query_params[OPEN]


def _words() -> list[str]:
    link = st.query_params.get(OPEN, "")
    return link.split(_BETWEEN)[-MOST:] if link else []
