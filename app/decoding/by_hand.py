"""By hand: the learner writes, token by token; what was tried stays as a tree, and each step can be looked into."""

import streamlit as st

from app.decoding import keys
from app.decoding.hand import cost, log, state, tree
from app.decoding.hand import text as content
from app.decoding.hand.actions import read_written
from app.decoding.hand.lines import lines
from app.decoding.hand.strip import draw_strip
from app.decoding.hand.words import settings as in_words
from app.decoding.hand.writing import draw_writing
from app.decoding.start import Start
from app.shared import state as shared
from app.shared.choice import draw_choice
from app.shared.takeaway import shelf


def show(start: Start) -> None:
    """Draws the laboratory."""
    if state.is_lost(start):
        st.caption(content.LOST)
    _laboratory(start)


@st.fragment
def _laboratory(start: Start) -> None:
    """A part of the page by itself: what is taken or drawn here draws nothing else anew."""
    shelf.begin("hand")
    kept = state.current(start)
    written = read_written(start, kept.tree)
    draw_strip(start, kept.tree, written.scores)
    left, right = st.columns([1, 1.55], gap="medium")
    with left:
        draw_writing(start, kept, written.logits)
    with right:
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            view = draw_choice("View", content.VIEWS, keys.HAND_VIEW, "tree")
            controls = st.container(width="content")
        if view == "tree" or start.is_gpt:
            {"tree": tree, "log": log, "cache": cost}[view].show(start, kept.tree, controls)
        else:
            st.info(content.NOT_OF_A_PEER[start.checkpoint.config.architecture])


def settings(start: Start) -> dict[str, str]:
    """What is chosen, in words."""
    kept = state.current(start)
    sampling = state.sampling()
    return {
        "Written": start.checkpoint.tokenizer.decode(kept.tree.written(kept.tree.at)),
        "View": content.VIEWS.get(shared.get(keys.HAND_VIEW, "tree"), content.VIEWS["tree"]),
        "Drawing": f"seed {sampling.seed}, {in_words(sampling)}",
    }


def python_lines(start: Start) -> list[str]:
    """The lines that give the tree, its log-probabilities, the log of a step and the cost of the next."""
    return lines(start, state.current(start).tree)
