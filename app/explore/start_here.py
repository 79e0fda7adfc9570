"""A way in for newcomers: steps to try, ticked off as they are tried."""

import streamlit as st

from app.explore import keys
from app.explore import text as content
from app.shared import state


def mark_done(step: str) -> None:
    """Notes that a step of "start here" was tried."""
    state.put(keys.STEPS_DONE, state.get(keys.STEPS_DONE, frozenset()) | {step})


def draw_start_here() -> None:
    """Draws the steps."""
    done = state.get(keys.STEPS_DONE, frozenset())
    left = len(content.START_HERE) - len(done & content.START_HERE.keys())
    label = "Start here" if left else "Start here ✓"
    with st.popover(label, type="tertiary", icon=":material/explore:"):
        for number, (step, (name, text)) in enumerate(content.START_HERE.items(), start=1):
            mark = ":material/check_circle:" if step in done else f"**{number}**"
            st.markdown(f"{mark} &nbsp; **{name}.** {text}")
        st.caption(content.SHARE)
