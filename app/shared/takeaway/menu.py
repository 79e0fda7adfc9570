"""The menu "Take it away": pictures, the whole view as a file, a link, and what a page adds. Nothing of it is made
before it is opened, and no file before it is asked for.
"""

from collections.abc import Callable, Mapping
from functools import partial

import streamlit as st

from app.shared.browser.take_away import picture_list
from app.shared.stamp import stamp
from app.shared.table import as_csv
from app.shared.takeaway import shelf
from app.shared.takeaway import text as content
from app.shared.takeaway.link import address, draw_link
from app.shared.takeaway.page_file import page_file
from app.shared.takeaway.view import View

KEY = "take_away"
PART = "take_away_part"
_FILE = "gpt-explorer.html"


@st.fragment
def draw_take_away(make: Callable[[], View], more: Mapping[str, Callable[[], None]] | None = None) -> None:
    """Draws the menu; call it when all that it offers has been drawn. What is done in it draws it alone anew.

    Args:
        make: says what the page shows; called when the menu is opened.
        more: further parts of the menu by their labels, each drawn when it is opened.
    """
    if st.button(content.TAKE, icon=":material/ios_share:", key=KEY, type="tertiary"):
        _menu(make(), more or {})


@st.dialog(content.TAKE, width="large")
def _menu(view: View, more: Mapping[str, Callable[[], None]]) -> None:
    parts: dict[str, Callable[[], None]] = {
        content.PICTURES: lambda: _pictures(view),
        content.TABLES: _tables,
        content.VIEW_FILE: lambda: _whole_view(view),
        content.LINK: draw_link,
        **more,
    }
    tabs = st.tabs(list(parts), key=PART, on_change="rerun")
    for tab, draw in zip(tabs, parts.values(), strict=True):
        if tab.open:
            with tab:
                draw()


def _pictures(view: View) -> None:
    st.caption(content.PICTURES_NOTE)
    shown = [piece.data["stamp"] for piece in shelf.pieces()]
    picture_list(
        settings=view.line,
        caption=view.caption,
        none=content.NO_PICTURE,
        stamp=stamp(view, shown),
        key="take_away_pictures",
    )


def _tables() -> None:
    offered = shelf.tables()
    st.caption(content.TABLES_NOTE if offered else content.NO_TABLE)
    for key, table in offered.items():
        made = table.make()  # here: no page's cache can be asked once the file is
        st.download_button(
            table.title,
            partial(as_csv, made),
            f"gpt-explorer-{key.replace('_', '-')}.csv",
            "text/csv",
            key=f"{KEY}_csv_{key}",
            on_click="ignore",
            icon=":material/download:",
            type="tertiary",
        )


def _whole_view(view: View) -> None:
    st.caption(content.FILE_NOTE)
    pieces = [piece for piece in shelf.pieces() if piece.kind != KEY]
    tables = {table.title: table.make() for table in shelf.tables().values()}
    link = address()
    st.download_button(
        content.SAVE_FILE,
        lambda: page_file(view, pieces, tables, link),
        _FILE,
        "text/html",
        key="take_away_file",
        on_click="ignore",
        icon=":material/download:",
    )
