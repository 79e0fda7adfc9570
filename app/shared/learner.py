"""Who is looking, and which runs they see. An anonymous id in a cookie, so that a learner finds their own runs again
after a reload.
"""

import re
import secrets

import streamlit as st

from app.shared import state
from app.shared.browser.visitor import keep_cookie
from gptcore.lab.store import HOME, Kind, Run, RunStore

STORE = RunStore(HOME)
"""All learners' runs."""
_COOKIE = "gpt_explorer_learner"
_ID = re.compile(r"[0-9a-f]{32}")
_NEW = "_learner"
"""Of the session: the id until the browser keeps it."""


def learner_id() -> str:
    """From their browser, or a new one that this session keeps."""
    known = str(st.context.cookies.get(_COOKIE))
    if _ID.fullmatch(known):
        return known
    if state.get(_NEW) is None:
        state.put(_NEW, secrets.token_hex(16))
    return str(state.get(_NEW))


def remember_learner() -> None:
    """Puts the id into the learner's browser; once on a page where it matters."""
    keep_cookie(_COOKIE, learner_id())


def own_runs(kind: Kind | None = None) -> list[Run]:
    """What this learner sees, newest first."""
    return [run for run in STORE.of(learner_id()) if kind in (None, run.kind)]


def mine(run: Run) -> bool:
    """Whether this learner may stop, resume, share or delete it."""
    return run.owner == learner_id()


def visible(run_id: str) -> Run | None:
    """A run that this learner may see."""
    return STORE.seen(run_id, learner_id())
