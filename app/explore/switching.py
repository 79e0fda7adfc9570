"""What is switched off right now: it stands in the address, and callbacks change it there."""

import streamlit as st

from app.explore import keys
from app.explore.off import Off, Switch, from_link, to_link
from app.explore.reading import Reading
from app.shared import state


def current() -> Off:
    """As the address has it; it may name what a model or a text does not have."""
    return Off(from_link(st.query_params.get(keys.OFF, "")), state.get(keys.OFF_BY) == "mean")


def applied(reading: Reading) -> Reading:
    """The text as the model reads it with what is off now."""
    return reading.without(current())


def toggle(switch: Switch) -> None:
    """Switches one off, or on again; for callbacks."""
    keep(current().toggled(switch).switches)


def keep(switches: tuple[Switch, ...]) -> None:
    """These are off and nothing else; for callbacks."""
    if switches:
        st.query_params[keys.OFF] = to_link(switches)
    elif keys.OFF in st.query_params:
        del st.query_params[keys.OFF]
