"""Who is looking: an anonymous id in a cookie, so that a learner finds their own runs again after a reload."""

import re
import secrets

import streamlit as st

from app import state
from app.components.assets import register

_COOKIE = "gpt_explorer_learner"
_ID = re.compile(r"[0-9a-f]{32}")
_render = register("visitor")


def visitor() -> str:
    """The learner's id: from their browser, or a new one that this session keeps."""
    known = str(st.context.cookies.get(_COOKIE))
    if _ID.fullmatch(known):
        return known
    if state.get(state.VISITOR) is None:
        state.put(state.VISITOR, secrets.token_hex(16))
    return state.get(state.VISITOR)


def remember_visitor() -> None:
    """Puts the id into the learner's browser; once on a page where it matters."""
    _render(data={"cookie": _COOKIE, "id": visitor()}, key="visitor", height=1)
