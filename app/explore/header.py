"""Explore's head: which model reads, at which of its checkpoints, and the sample prompts."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.explore import actions, keys, session_prompt
from app.explore import text as content
from app.explore.pins_panel import draw_pin_button, draw_pins
from app.explore.prompt import Prompt
from app.explore.samples import SAMPLES
from app.explore.start_here import draw_start_here, mark_done
from app.shared import loaded, models, state
from app.shared.glossary import GLOSSARY
from app.shared.header import title_row
from app.shared.loaded import ModelKey
from app.shared.present import is_presented
from app.shared.reader_choice import choose_reader
from app.shared.samples import sample_pills


def draw_header() -> ModelKey:
    """Draws Explore's title row; returns the model that was chosen."""
    with title_row():
        if not is_presented():
            draw_start_here()
        untrained = st.toggle(
            "Untrained",
            key=keys.UNTRAINED,
            help=GLOSSARY["untrained"],
            bind="query-params",
            width="content",
            on_change=mark_done,
            args=("untrained",),
        )
        name = choose_reader()
    # A place of its own: Streamlit draws anew what moves down the page, and may then drop it from the address.
    with st.container():
        step = _checkpoint(name)
    return loaded.model_key(name, untrained, step)


def _checkpoint(name: str) -> int | None:
    """The time slider: which of a run's checkpoints is shown; None for models that have none."""
    steps = sorted(models.steps(name))
    if len(steps) < 2:
        return None
    if state.get(keys.CHECKPOINT, steps[-1]) not in steps:
        state.put(keys.CHECKPOINT, steps[-1])
    return st.select_slider(
        content.TIME, steps, steps[-1], key=keys.CHECKPOINT, help=GLOSSARY["checkpoint"], bind="query-params"
    )


def draw_samples(prompt: Prompt) -> DeltaGenerator:
    """Sample prompts, what to look for in the chosen one, a box for long texts, undo; returns room at the row's end.

    In a hall, where what is shown needs the room, pins stand in the samples' place, and there are no steps above.
    """
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if is_presented():
            draw_pins()
            chosen = None
        else:
            chosen = sample_pills("Samples", SAMPLES, keys.SAMPLE, actions.use_sample)
        st.space("stretch")
        draw_pin_button()
        if state.get(keys.UNDO):
            st.button("Undo", icon=":material/undo:", on_click=actions.undo, type="tertiary")
        session_prompt.fill_large_box(prompt)
        with st.popover("Longer text", type="tertiary"):
            st.text_area("A text with lines", key=keys.LONG_TEXT, height=220, placeholder="Paste a text here")
            st.button("Read this text", on_click=actions.use_long_text, type="primary")
        end = st.container(width="content")
    with st.container():  # a place of its own, like the time slider's
        if chosen is not None:
            st.caption(chosen.look_for)
    with st.container():  # as above
        if not is_presented():
            draw_pins()
    return end
