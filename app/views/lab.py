"""The Lab page: start runs, watch them learn, and keep them in a ledger."""

import streamlit as st

from app import state
from app.components.header import title_row
from app.components.notice import cannot
from app.components.visitor import remember_visitor
from app.content import lab as content
from app.content.explore import CANNOT_SHOW
from app.lab import access
from app.lab.finetune_form import finetune_form
from app.lab.ledger import ledger
from app.lab.live import live
from app.lab.pretrain_form import pretrain_form
from gptcore.errors import GPTCoreError


def show() -> None:
    """Draws the page."""
    title_row()
    remember_visitor()
    access.watch_worker()
    st.markdown(content.INTRO)
    state.take_from_link(state.LAB, content.PARTS)
    part = st.segmented_control(
        "Part", list(content.PARTS), default="pretrain", required=True, format_func=content.PARTS.get, key=state.LAB,
        bind="query-params", label_visibility="collapsed",
    )  # fmt: skip
    try:
        if part == "runs":
            ledger()
            return
        left, right = st.columns([1, 2.1], gap="large")
        with left:
            (pretrain_form if part == "pretrain" else finetune_form)()
        with right:
            live(part)
    except GPTCoreError as error:
        cannot(CANNOT_SHOW, error)


show()
