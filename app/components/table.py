"""A lens's numbers: a table behind a fold, made only when it is opened, with a download."""

from collections.abc import Callable

import pandas as pd
import streamlit as st


def numbers(title: str, make: Callable[[], pd.DataFrame], *, file_name: str, key: str) -> None:
    """Shows a table on demand.

    Args:
        make: builds the table; not called while the fold is closed.
    """
    fold = st.expander(title, key=key, on_change="rerun")
    if not fold.open:
        return
    with fold:
        table = make()
        st.dataframe(table, height=min(420, 38 + 35 * len(table)))
        st.download_button(
            "Download as CSV", lambda: table.to_csv().encode("utf-8"), file_name, "text/csv", key=f"{key}_download"
        )
