"""A page's numbers as tables: behind a fold, made only when it is opened, or in the open. All can be taken away."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from app.shared.takeaway import shelf
from gptcore.tasks.files.cells import as_guarded

_MISSING = "–"
"""What stands where a table has no value."""


def draw_numbers(title: str, make: Callable[[], pd.DataFrame], *, file_name: str, key: str) -> None:
    """Shows a table on demand.

    Args:
        make: builds the table; not called while the fold is closed.
    """
    shelf.put_table(title, make, key)
    fold = st.expander(title, key=key, on_change="rerun")
    if not fold.open:
        return
    with fold:
        table = make()
        st.dataframe(table, height=min(420, 38 + 35 * len(table)), placeholder=_MISSING)
        st.download_button("Download as CSV", lambda: as_csv(table), file_name, "text/csv", key=f"{key}_download")


def show_table(title: str, table: pd.DataFrame, *, name: str, **options: Any) -> Any:
    """Shows a table in the open; returns what Streamlit does.

    Args:
        title: names it where it is taken away.
        name: of its file, and among the page's tables.
        options: of st.dataframe.
    """
    named = table.set_index(table.columns[0]) if options.get("hide_index") and len(table.columns) else table
    shelf.put_table(title, lambda: named, name)
    return st.dataframe(table, placeholder=_MISSING, **options)


def as_csv(table: pd.DataFrame) -> bytes:
    """A table for spreadsheets, which would run a text that looks like a formula."""
    guarded = table.map(as_guarded).rename(index=as_guarded, columns=as_guarded)
    return str(guarded.to_csv(lineterminator="\r\n")).encode("utf-8")
