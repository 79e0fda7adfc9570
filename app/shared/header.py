"""The head of every page: the title and the way to the other pages."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.shared.pages import PAGES
from app.shared.text import TITLE


def title_row() -> DeltaGenerator:
    """Draws the title and the way to the other pages; returns the row, for what else belongs there."""
    row = st.container(horizontal=True, vertical_alignment="center", gap="small")
    with row:
        st.markdown(f"### {TITLE}", width="content")
        for path, name in PAGES.items():
            st.page_link(path, label=name, width="content")
        st.space("stretch")
    return row
