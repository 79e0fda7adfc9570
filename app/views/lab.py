"""The Lab page: start runs, watch them learn, and keep them in a ledger."""

from collections.abc import Callable

import streamlit as st

from app import state
from app.components.header import title_row
from app.components.notice import cannot
from app.components.visitor import remember_visitor
from app.content import lab as content
from app.lab import access
from app.lab.finetune_form import finetune_form
from app.lab.ledger import ledger
from app.lab.live import live
from app.lab.pretrain_form import pretrain_form
from app.theme import escape
from gptcore.errors import GPTCoreError


def show() -> None:
    """Draws the page."""
    title_row()
    remember_visitor()
    st.markdown(content.INTRO)
    for notice in access.notices():
        st.warning(escape(notice), icon=":material/storage:")
    state.take_from_link(state.LAB, content.PARTS)
    part = st.segmented_control(
        "Part", list(content.PARTS), default="pretrain", required=True, format_func=content.PARTS.get, key=state.LAB,
        bind="query-params", label_visibility="collapsed",
    )  # fmt: skip
    if part == "runs":
        _guarded(ledger)
        return
    left, right = st.columns([1, 2.1], gap="large")
    with left:
        _guarded(pretrain_form if part == "pretrain" else finetune_form)
    with right:
        _guarded(lambda: live(part))


def _guarded(draw: Callable[[], None]) -> None:
    """Draws one piece of the page; what cannot be shown leaves the others where they are."""
    try:
        draw()
    except GPTCoreError as error:
        cannot(content.CANNOT_SHOW, error)


show()
