"""The Worked examples page: choose an example, change its numbers, and every step follows."""

import streamlit as st

from app.shared import state
from app.shared.header import title_row
from app.shared.takeaway.menu import draw_take_away
from app.shared.takeaway.view import View
from app.worked import (
    ablations,
    bigram,
    cat,
    chai,
    choices,
    entailment,
    forward,
    head,
    layernorm,
    loss,
    one,
    parameters,
    pieces,
    schedule,
    slips,
)
from app.worked import text as content
from app.worked.remarks import REMARKS
from app.worked.worked_example import WorkedExample
from gptcore.errors import InputError

_ALL: tuple[WorkedExample, ...] = (
    cat,
    one,
    forward,
    chai,
    head,
    loss,
    parameters,
    entailment,
    choices,
    bigram,
    layernorm,
    schedule,
    ablations,
)
WORKED = {example.NAME: example for example in _ALL}


def show() -> None:
    """Draws the page."""
    with title_row():
        end = st.container(width="content")
    name = _choose()
    example = content.EXAMPLES[name]
    st.markdown(f"### {example.title}")
    st.markdown(example.shows)
    if name in WORKED:
        _draw(WORKED[name])
    else:
        slips.show()
    with end:
        draw_take_away(lambda: View(f"GPT Explorer: {example.title}", caption=content.RECOMPUTED))


def _choose() -> str:
    """The list of examples; the chosen one is in the address by its name."""
    names = list(content.EXAMPLES)
    wanted = st.query_params.get(state.EXAMPLE)
    if pieces.EXAMPLE not in st.session_state and wanted in names:
        state.put(pieces.EXAMPLE, wanted)
    name = st.pills(
        content.CHOOSE,
        names,
        default=names[0],
        format_func=lambda name: content.EXAMPLES[name].label,
        key=pieces.EXAMPLE,
        required=True,
        label_visibility="collapsed",
        persist_state="session",
    )
    if wanted != name:
        st.query_params[state.EXAMPLE] = name
    return name


def _draw(example: WorkedExample) -> None:
    """Results above, so that on a phone they stand right over what is edited; steps beside it or below."""
    above = st.container()
    left, right = st.columns([1, 1.25], gap="large")
    try:
        with left:
            inputs = example.edit()
        with above:
            pieces.draw_results(example.results(inputs))
        with right:
            example.show(inputs)
    except InputError as problem:
        with above:
            pieces.draw_problem(problem)
    with left:
        pieces.draw_reset(example.NAME, example.DEFAULTS)
        pieces.draw_checks(example.checks(), REMARKS[example.NAME])


show()
