"""Problems in plain words: what a message says may hold a learner's text, and is shown as it is, never as Markdown."""

import streamlit as st

from app.shared.theme import escape


def toast(problem: object) -> None:
    """For callbacks: a note that stays for a while over the page that is drawn next."""
    st.toast(escape(str(problem)), icon=":material/error:", duration="long")


def cannot(sentence: str, reason: object) -> None:
    """In place of what cannot be shown.

    Args:
        sentence: of our own, in Markdown.
        reason: what was wrong and what to do, as the exception says it.
    """
    st.error(sentence)
    st.text(str(reason))
