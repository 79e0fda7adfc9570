"""The paper page: each of its claims measured again on our own models, and its own results as data."""

from collections.abc import Callable

import streamlit as st

from app.paper import claims, keys, results
from app.paper import text as content
from app.shared.choice import draw_choice
from app.shared.header import title_row
from app.shared.learner import remember_learner
from app.shared.notice import cannot
from app.shared.present import is_presented
from app.shared.takeaway.menu import draw_take_away
from app.shared.takeaway.view import View
from gptcore.errors import GPTCoreError
from gptcore.paper.claims import CLAIMS

_DRAWN: dict[content.View, Callable[[], str]] = {"claims": claims.show, "results": results.show}


def show() -> None:
    """Draws the page."""
    with title_row():
        end = st.container(width="content")
    remember_learner()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        view = draw_choice("View", content.VIEWS, keys.VIEW, "claims")
        if not is_presented():
            st.caption(content.ABOUT[view], width="stretch")
    try:
        chosen = _DRAWN[view]()
    except GPTCoreError as error:
        cannot(content.CANNOT_SHOW, error)
        return
    with end:
        draw_take_away(lambda: _view(view, chosen))


def _view(view: content.View, chosen: str) -> View:
    """What is taken away, in words."""
    if view == "results":
        return View(f"GPT Explorer: {content.VIEWS[view]}", {"Tasks": chosen}, chosen, caption=content.CAPTION)
    claim = CLAIMS[chosen]
    texts = {"Claim": claim.words, f"The paper, {claim.said.where}": claim.said.number, "Here": claim.done}
    return View(f"GPT Explorer: {claim.title}", {"Claim": claim.title}, claim.title, texts, content.CAPTION)


show()
