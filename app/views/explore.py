"""The Explore page: type a text and look at what a GPT does with it, through four lenses."""

import streamlit as st

from app import actions, state
from app.components.continuation import take_over_finished
from app.components.header import header, samples
from app.components.strip import strip
from app.content import explore as content
from app.content.glossary import GLOSSARY
from app.content.samples import DEFAULT_PROMPT
from app.lenses import anatomy, attention, prediction, tokens
from app.reading import Reading, read

LENSES = {"tokens": tokens, "attention": attention, "prediction": prediction, "anatomy": anatomy}


def choose_lens(reading: Reading) -> tuple[str, int, int, int]:
    """The row of controls that say what is shown: (lens, position, layer, head), the last three from 0."""
    config = reading.checkpoint.config
    for key, most in ((state.POSITION, len(reading.ids)), (state.LAYER, config.n_layer), (state.HEAD, config.n_head)):
        if state.get(key) is not None and not 1 <= state.get(key) <= most:
            state.put(key, most)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        lens = st.segmented_control(
            "Lens", list(content.LENSES), default="attention", required=True, format_func=content.LENSES.get,
            key=state.LENS, bind="query-params", label_visibility="collapsed", width="content",
        )  # fmt: skip
        if lens == "attention":
            st.segmented_control(
                "Picture", list(attention.VIEWS), default="map", required=True, format_func=attention.VIEWS.get,
                key=state.VIEW, bind="query-params", label_visibility="collapsed", width="content",
            )  # fmt: skip
        st.space("stretch")
        position = st.number_input(
            "Token", 1, len(reading.ids), None, key=state.POSITION, bind="query-params",
            placeholder=f"{len(reading.ids)} (last)", help=GLOSSARY["position"], width=154,
        )  # fmt: skip
        layer = st.selectbox(
            "Layer", range(1, config.n_layer + 1), index=min(2, config.n_layer - 1), key=state.LAYER,
            bind="query-params", help=GLOSSARY["layer"], width=84,
        )  # fmt: skip
        head = st.selectbox(
            "Head", range(1, config.n_head + 1), key=state.HEAD, bind="query-params", help=GLOSSARY["head"], width=84
        )
    return lens, (position or len(reading.ids)) - 1, layer - 1, head - 1


def show() -> None:
    """Draws the page."""
    take_over_finished()
    with st.container(gap="xsmall"):
        _page()


def _page() -> None:
    key = header()
    prompt = st.text_input(
        content.PROMPT_LABEL,
        DEFAULT_PROMPT,
        key=state.PROMPT,
        live="50ms",
        on_change=actions.text_changed,
        placeholder=content.PROMPT_PLACEHOLDER,
        label_visibility="collapsed",
        bind="query-params" if len(state.get(state.PROMPT, DEFAULT_PROMPT)) <= state.URL_PROMPT_LIMIT else None,
    )
    samples()
    reading = read(key, prompt)
    if not reading.ids:
        st.info(content.EMPTY)
        return
    chips = st.container()
    lens, position, layer, head = choose_lens(reading)
    with chips:
        strip(reading, position)
    LENSES[lens].show(reading, position, layer, head)


show()
