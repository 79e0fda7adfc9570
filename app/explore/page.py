"""The Explore page: type a text and look at what a GPT does with it, through its lenses."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.explore import actions, keys, peer, pins, session_prompt, switching
from app.explore import text as content
from app.explore.arithmetic import TextNumbers
from app.explore.beside_line import draw_beside_line
from app.explore.chosen import FIRST_LENS
from app.explore.continuation import take_over_finished
from app.explore.formula_line import draw_formula
from app.explore.header import draw_header, draw_samples
from app.explore.lenses import anatomy, attention, change, flow, layers, prediction, tokens, vectors
from app.explore.lenses.lens import Lens
from app.explore.off_panel import OffPanel
from app.explore.reading import Reading, read
from app.explore.samples import DEFAULT_PROMPT
from app.explore.strip import draw_strip
from app.explore.take_away import draw_explore_away
from app.shared import loaded, state
from app.shared.arithmetic.panel import draw_arithmetic
from app.shared.browser.used import used
from app.shared.choice import draw_choice
from app.shared.glossary import GLOSSARY
from app.shared.notice import cannot
from app.shared.present import is_presented
from app.shared.takeaway import shelf
from app.shared.text import CANNOT_SHOW
from gptcore.errors import GPTCoreError

LENSES: dict[str, Lens] = {
    "flow": flow,
    "tokens": tokens,
    "attention": attention,
    "layers": layers,
    "prediction": prediction,
    "change": change,
    "vectors": vectors,
    "anatomy": anatomy,
}


def choose_lens(reading: Reading) -> tuple[str, int, DeltaGenerator]:
    """The row under the strip: which lens, at which token (from 0), and room for the lens's own controls."""
    row = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
    with row:
        lens = draw_choice("Lens", content.LENSES, keys.LENS, FIRST_LENS)
        choices = st.container(horizontal=True, vertical_alignment="bottom", gap="small", width="content")
    with choices:
        own = st.container(horizontal=True, vertical_alignment="bottom", gap="small", width="content")
        if reading.is_gpt:
            switching.draw_switch()
        position = st.number_input(
            "Token",
            1,
            len(reading.ids),
            None,
            key=keys.POSITION,
            bind="query-params",
            placeholder=f"{len(reading.ids)} (last)",
            help=GLOSSARY["position"],
            width=125 if is_presented() else 141,  # in large type it has no buttons
        )
    return lens, (position or len(reading.ids)) - 1, own


def show() -> None:
    """Draws the page."""
    take_over_finished()
    with st.container(gap="xsmall"):
        try:
            _page()
        except GPTCoreError as error:  # a damaged model in models/, say: the message tells what to do
            cannot(CANNOT_SHOW, error)


def _page() -> None:
    pins.arrive()
    key = draw_header()
    tokenizer = loaded.checkpoint(key).tokenizer
    session_prompt.mark_lines()
    session_prompt.link_ahead(tokenizer)
    st.text_input(
        content.PROMPT_LABEL,
        DEFAULT_PROMPT,
        key=keys.PROMPT,
        live="50ms",
        on_change=actions.text_changed,
        placeholder=content.PROMPT_PLACEHOLDER,
        label_visibility="collapsed",
        bind="query-params" if len(state.get(keys.PROMPT, DEFAULT_PROMPT)) <= keys.URL_PROMPT_LIMIT else None,
    )
    prompt = session_prompt.current(tokenizer)
    session_prompt.link(prompt, tokenizer)
    end = draw_samples(prompt)
    reading = read(key, prompt)
    if not reading.ids:
        st.info(content.EMPTY)
        return
    _look(reading, _outside())
    with end:
        draw_explore_away(reading)


def _outside() -> tuple[object, ...]:
    """What the rest of the page shows and a click in a lens may change."""
    return tuple(state.get(key) for key in (keys.KEPT, keys.UNDO, keys.STEPS_DONE))


@st.fragment
def _look(reading: Reading, outside: tuple[object, ...]) -> None:
    """The text as the model reads it. What is chosen here draws this part of the page anew, and not the text's box,
    unless that or what else stands around it has changed."""
    if outside != _outside():
        st.rerun()
    shelf.begin("look")
    chips = st.container(gap="xsmall")
    state.keep_within(keys.POSITION, len(reading.ids))
    lens, position, controls = choose_lens(reading)
    off = OffPanel(reading.key) if reading.is_gpt else None
    reading = switching.applied(reading)
    with chips:
        draw_strip(reading, position)
        draw_beside_line(reading, lens)
    if off is None:
        peer.draw_notes(reading, position)
    else:
        off.draw(reading, position)
    draw_formula(reading, lens)
    with st.container(horizontal=True, gap="medium"):
        # A place of its own, which it keeps when the arithmetic comes and goes: a component that moves is made anew.
        picture = st.container()
        draw_arithmetic(TextNumbers(reading))  # before the lens, for whoever opened a number waits for this
    with picture:
        if reading.is_gpt or lens in peer.DRAWN:
            LENSES[lens].show(reading, position, controls)
        else:
            peer.draw_lacking(reading, lens)
    if off is not None:
        off.draw_writing(reading)
    used("used_live")


show()
