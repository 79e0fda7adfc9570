"""The Explore page: type a text and look at what a GPT does with it, through four lenses."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app import actions, resources, session_prompt, state
from app.components.continuation import take_over_finished
from app.components.header import header, samples
from app.components.notice import cannot
from app.components.strip import strip
from app.content import explore as content
from app.content.glossary import GLOSSARY
from app.content.samples import DEFAULT_PROMPT
from app.lenses import anatomy, attention, prediction, tokens
from app.reading import Reading, read
from gptcore.errors import GPTCoreError

LENSES = {"tokens": tokens, "attention": attention, "prediction": prediction, "anatomy": anatomy}


def choose_lens(reading: Reading) -> tuple[str, int, DeltaGenerator]:
    """The row under the strip: which lens, at which token (from 0), and room for the lens's own controls."""
    state.take_from_link(state.LENS, content.LENSES)
    row = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
    with row:
        lens = st.segmented_control(
            "Lens", list(content.LENSES), default="attention", required=True, format_func=content.LENSES.get,
            key=state.LENS, bind="query-params", label_visibility="collapsed", width="content",
        )  # fmt: skip
        own = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
        position = st.number_input(
            "Token", 1, len(reading.ids), None, key=state.POSITION, bind="query-params",
            placeholder=f"{len(reading.ids)} (last)", help=GLOSSARY["position"], width=154,
        )  # fmt: skip
    return lens, (position or len(reading.ids)) - 1, own


def show() -> None:
    """Draws the page."""
    take_over_finished()
    with st.container(gap="xsmall"):
        try:
            _page()
        except GPTCoreError as error:  # a damaged model in models/, say: the message tells what to do
            cannot(content.CANNOT_SHOW, error)


def _page() -> None:
    key = header()
    tokenizer = resources.checkpoint(key).tokenizer
    session_prompt.mark_lines()
    session_prompt.link_ahead(tokenizer)
    st.text_input(
        content.PROMPT_LABEL,
        DEFAULT_PROMPT,
        key=state.PROMPT,
        live="50ms",
        on_change=actions.text_changed,
        placeholder=content.PROMPT_PLACEHOLDER,
        label_visibility="collapsed",
        bind="query-params" if len(state.get(state.PROMPT, DEFAULT_PROMPT)) <= state.URL_PROMPT_LIMIT else None,
    )
    prompt = session_prompt.current(tokenizer)
    session_prompt.link(prompt, tokenizer)
    samples(prompt)
    reading = read(key, prompt)
    if not reading.ids:
        st.info(content.EMPTY)
        return
    chips = st.container()
    state.keep_within(state.POSITION, len(reading.ids))
    lens, position, controls = choose_lens(reading)
    with chips:
        strip(reading, position)
    LENSES[lens].show(reading, position, controls)


show()
