"""The box of models that read and write text."""

import streamlit as st

from app.shared import models, state
from app.shared.glossary import GLOSSARY


def choose_reader() -> str:
    """Draws it; returns the model's name. The choice is the same on all pages, and stands in the address."""
    titles = models.readers()
    state.take_from_link(state.MODEL, titles)
    return st.selectbox(
        "Model",
        list(titles),
        format_func=state.labelled(titles),
        key=state.MODEL,
        bind="query-params",
        help=GLOSSARY["model"],
        label_visibility="collapsed",
        width=150,
    )
