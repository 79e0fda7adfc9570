"""The Lab page: start runs, watch them learn, and keep them in a ledger."""

from collections.abc import Callable

import streamlit as st

from app.lab import control, keys
from app.lab import text as content
from app.lab.finetune_form import finetune_form
from app.lab.ledger import ledger
from app.lab.live import live
from app.lab.pretrain_form import pretrain_form
from app.shared.choice import draw_choice
from app.shared.header import title_row
from app.shared.learner import remember_learner
from app.shared.notice import cannot
from app.shared.takeaway.menu import draw_take_away
from app.shared.takeaway.text import EVERY_NUMBER
from app.shared.takeaway.view import View
from app.shared.theme import escape
from gptcore.errors import GPTCoreError


def show() -> None:
    """Draws the page."""
    with title_row():
        end = st.container(width="content")
    remember_learner()
    st.markdown(content.INTRO)
    for notice in control.notices():
        st.warning(escape(notice), icon=":material/storage:")
    part = draw_choice("Part", content.PARTS, keys.LAB, "pretrain")
    if part == "runs":
        _guarded(ledger)
    else:
        left, right = st.columns([1, 2.1], gap="large")
        with left:
            _guarded(pretrain_form if part == "pretrain" else finetune_form)
        with right:
            _guarded(lambda: live(part))
    with end:
        draw_take_away(lambda: View(f"GPT Explorer: {content.PARTS[part]}", caption=EVERY_NUMBER))


def _guarded(draw: Callable[[], None]) -> None:
    """Draws one piece of the page; what cannot be shown leaves the others where they are."""
    try:
        draw()
    except GPTCoreError as error:
        cannot(content.CANNOT_SHOW, error)


show()
