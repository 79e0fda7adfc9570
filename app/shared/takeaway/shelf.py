"""What the page shows right now, kept for who takes it away: each of our pieces with the data that it draws, and each
table with the function that makes it. Written where a piece or a table is drawn; a page need not name them.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

_SHELF = "_shelf"
"""Ours, of the session."""
_MOST = 60
"""Pieces, and tables, of one page; what a page draws beyond them is left out."""
PAGE = "page"


@dataclass(frozen=True)
class Piece:
    """One of our own pictures."""

    kind: str
    """Its folder in app/shared/browser."""
    key: str
    written: str
    """What the browser got, as JSON: one text, where lists and dicts by the hundred, of every learner, would be walked
    by each collection of garbage, which Streamlit makes at the end of every run."""

    @property
    def data(self) -> Any:
        """As it was drawn."""
        return json.loads(self.written)


@dataclass(frozen=True)
class Table:
    """Numbers that a page offers as a table."""

    title: str
    make: Callable[[], pd.DataFrame]


@dataclass
class Shelf:
    """All of one page, in the order in which it was drawn."""

    part: str = PAGE
    pieces: dict[str, tuple[str, Piece]] = field(default_factory=dict)
    """By key, with the part of the page that drew it."""
    tables: dict[str, tuple[str, Table]] = field(default_factory=dict)


def begin(part: str = PAGE) -> None:
    """At the start of a run, or of a fragment, which has a name of its own: what it drew before is gone."""
    if part == PAGE:
        st.session_state[_SHELF] = Shelf()
        return
    shelf = _shelf()
    shelf.part = part
    shelf.pieces = {key: entry for key, entry in shelf.pieces.items() if entry[0] != part}
    shelf.tables = {key: entry for key, entry in shelf.tables.items() if entry[0] != part}


def put_piece(kind: str, key: str, data: Any) -> None:
    """A piece is drawn. One without a stamp shows nothing."""
    if get_script_run_ctx(suppress_warning=True) is None or not isinstance(data, dict) or "stamp" not in data:
        return
    shelf = _shelf()
    if key in shelf.pieces or len(shelf.pieces) < _MOST:
        shelf.pieces[key] = shelf.part, Piece(kind, key, json.dumps(data))


def put_table(title: str, make: Callable[[], pd.DataFrame], key: str) -> None:
    """A table is offered, open or not."""
    shelf = _shelf()
    if key in shelf.tables or len(shelf.tables) < _MOST:
        shelf.tables[key] = shelf.part, Table(title, make)


def put_numbered(title: str, make: Callable[[], pd.DataFrame]) -> None:
    """A table that has no name is named by its place on the page."""
    put_table(title, make, f"table_{len(_shelf().tables) + 1}")


def pieces() -> list[Piece]:
    """What is drawn so far."""
    return [piece for _, piece in _shelf().pieces.values()]


def tables() -> dict[str, Table]:
    """What is offered so far, by key."""
    return {key: table for key, (_, table) in _shelf().tables.items()}


def _shelf() -> Shelf:
    if _SHELF not in st.session_state:
        begin()
    shelf: Shelf = st.session_state[_SHELF]
    return shelf
