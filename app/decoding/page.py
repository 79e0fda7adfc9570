"""The Decoding page: how a model's probabilities become a text, by every way that is in use, step by step."""

import streamlit as st

from app.decoding import beam, by_hand, keys, strategies
from app.decoding import text as content
from app.decoding.start import MAX_PROMPT, Start
from app.shared import loaded, models, state
from app.shared.choice import draw_choice
from app.shared.glossary import GLOSSARY
from app.shared.header import title_row
from app.shared.notice import cannot
from app.shared.text import CANNOT_SHOW
from gptcore.errors import GPTCoreError


def show() -> None:
    """Draws the page."""
    with st.container(gap="xsmall"):
        try:
            _page()
        except GPTCoreError as error:
            cannot(CANNOT_SHOW, error)


def _page() -> None:
    with title_row():
        titles = models.readers()
        state.take_from_link(state.MODEL, titles)
        name = st.selectbox(
            "Model",
            list(titles),
            format_func=state.labelled(titles),
            key=state.MODEL,
            bind="query-params",
            help=GLOSSARY["model"],
            label_visibility="collapsed",
            width=150,
        )
    text = st.text_input(
        content.PROMPT_LABEL,
        content.DEFAULT_PROMPT,
        key=keys.PROMPT,
        placeholder=content.PROMPT_PLACEHOLDER,
        label_visibility="collapsed",
        bind="query-params",
        max_chars=MAX_PROMPT,
    )
    start = Start(loaded.model_key(name), text)
    if not start.ids:
        st.info(content.EMPTY)
        return
    look = draw_choice("Laboratory", content.LOOKS, keys.LOOK, "strategies")
    {"strategies": strategies, "beam": beam, "by_hand": by_hand}[look].show(start)


show()
