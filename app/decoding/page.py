"""The Decoding page: how a model's probabilities become a text, by every way that is in use, step by step."""

import streamlit as st

from app.decoding import beam, by_hand, keys, strategies
from app.decoding import text as content
from app.decoding.laboratory import Laboratory
from app.decoding.samples import DEFAULT_PROMPT, SAMPLES
from app.decoding.start import MAX_PROMPT, Start
from app.decoding.take_away import draw_decoding_away
from app.shared import lines, loaded, state
from app.shared.choice import draw_choice
from app.shared.header import title_row
from app.shared.loaded import ModelKey
from app.shared.notice import cannot
from app.shared.present import is_presented
from app.shared.reader_choice import choose_reader
from app.shared.samples import Sample, sample_pills
from app.shared.text import CANNOT_SHOW
from gptcore.errors import GPTCoreError

LABORATORIES: dict[str, Laboratory] = {"strategies": strategies, "beam": beam, "by_hand": by_hand}


def show() -> None:
    """Draws the page."""
    with st.container(gap="xsmall"):
        try:
            _page()
        except GPTCoreError as error:
            cannot(CANNOT_SHOW, error)


def _page() -> None:
    key = _model()
    start = Start(key, _prompt())
    samples = st.container(horizontal=True, vertical_alignment="center", gap="small")
    look_for = st.container()  # a place of its own: what stands below it is not drawn anew as it comes and goes
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        look = draw_choice("Laboratory", content.LOOKS, keys.LOOK, "strategies")
        st.caption(content.ABOUT[look], width="stretch")
    with samples:
        if look != "beam" and not is_presented():  # which has its own; in a hall, what is shown needs the room
            sample_pills("Samples", SAMPLES, keys.SAMPLE, _use_sample)
        st.space("stretch")
        end = st.container(width="content")
    with look_for:
        for sample in SAMPLES:
            if sample.text == start.text and look == "strategies" and not is_presented():
                st.caption(sample.look_for)
    if not start.ids:
        st.info(content.EMPTY)
        return
    if start.is_cut:
        st.info(content.LONG.format(n=len(start.ids)))
    LABORATORIES[look].show(start)
    with end:
        draw_decoding_away(start, look, LABORATORIES[look])


def _model() -> ModelKey:
    with title_row():
        return loaded.model_key(choose_reader())


def _prompt() -> str:
    """The beginning as it was typed. A box has one line: marks stand for the ends of lines."""
    for given in (st.query_params.get(keys.PROMPT, ""), state.get(keys.PROMPT) or ""):
        if given != (marked := lines.to_marks(given)[-MAX_PROMPT:]):
            state.correct(keys.PROMPT, marked, marked)
    shown = st.text_input(
        content.PROMPT_LABEL,
        DEFAULT_PROMPT,
        key=keys.PROMPT,
        placeholder=content.PROMPT_PLACEHOLDER,
        label_visibility="collapsed",
        bind="query-params",
        max_chars=MAX_PROMPT,
    )
    return lines.from_marks(shown or "")


def _use_sample(sample: Sample) -> None:
    state.put(keys.PROMPT, sample.text)


show()
