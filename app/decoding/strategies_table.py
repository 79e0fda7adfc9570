"""The numbers of strategies side by side: of the texts on the page, and of many texts, measured by a command."""

import pandas as pd
import streamlit as st

from app.decoding import strategies_text as content
from app.decoding.writing import Writing
from app.shared.table import show_table

_SHARES = ("Distinct words", "Repeated 4-grams")


def draw_measures(now: Writing) -> None:
    """The texts on the page, a row each."""
    st.markdown(f"#### {content.TABLE}")
    show_table(
        content.TABLE,
        measures_table(now),
        name="strategies",
        hide_index=True,
        height="content",
        column_config={
            name: st.column_config.NumberColumn(
                name, format="percent" if name in _SHARES else "%.2f", help=content.TABLE_COLUMNS[name]
            )
            for name in content.TABLE_COLUMNS
            if name not in ("Strategy", "Tokens")
        },
    )


def measures_table(now: Writing) -> pd.DataFrame:
    """A row per strategy; what is not known yet is empty."""
    rows = []
    for name, text in now.texts.items():
        measures = text.measures
        rows.append(
            (
                content.NAMES[name],
                measures.n_tokens,
                measures.log_probability,
                measures.per_token,
                measures.distinct_words,
                measures.repeated,
                measures.entropy,
            )
        )
    return pd.DataFrame(rows, columns=list(content.TABLE_COLUMNS))
