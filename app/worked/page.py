"""The Worked examples page: choose an example, change its numbers, and every step follows."""

import streamlit as st

from app.shared import state
from app.shared.header import title_row
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
from gptcore.errors import InputError

PAGES = {
    page.NAME: page
    for page in (
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
}
"""Each has edit() -> what a learner set, results(that), show(that), checks() and DEFAULTS."""
IN_ADDRESS = "example"


def show() -> None:
    """Draws the page."""
    title_row()
    name = _choose()
    example = content.EXAMPLES[name]
    st.markdown(f"### {example.title}")
    st.markdown(example.shows)
    if name in PAGES:
        _draw(name)
    else:
        slips.show()


def _choose() -> str:
    """The list of examples; the chosen one is in the address by its name."""
    names = list(content.EXAMPLES)
    wanted = st.query_params.get(IN_ADDRESS)
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
        st.query_params[IN_ADDRESS] = name
    return name


def _draw(name: str) -> None:
    """Results above, so that on a phone they stand right over what is edited; steps beside it or below."""
    page = PAGES[name]
    above = st.container()
    left, right = st.columns([1, 1.25], gap="large")
    try:
        with left:
            inputs = page.edit()
        with above:
            pieces.large(page.results(inputs))
        with right:
            page.show(inputs)
    except InputError as problem:
        with above:
            pieces.complain(problem)
    with left:
        pieces.reset_button(name, page.DEFAULTS)
        pieces.verdict(page.checks(), REMARKS[name])


show()
