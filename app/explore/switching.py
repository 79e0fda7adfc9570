"""What is switched off right now: it stands in the address, and callbacks change it there."""

import streamlit as st

from app.explore import keys
from app.explore import off_text as content
from app.explore.off import Off, Switch, from_link, to_link
from app.explore.reading import Reading
from app.shared import state
from app.shared.loaded import ModelKey


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
    state.put(keys.OFF_BEFORE, None)
    if switches:
        st.query_params[keys.OFF] = to_link(switches)
    elif keys.OFF in st.query_params:
        del st.query_params[keys.OFF]


def bring_back(key: ModelKey, source: str) -> None:
    """Everything is on again, for this model and text; it can be undone. For callbacks."""
    before = current()
    keep(())
    state.put(keys.OFF_BEFORE, (key, source, before))


def brought_back(reading: Reading) -> Off | None:
    """What was off before everything was brought back, while nothing else has been done."""
    match state.get(keys.OFF_BEFORE):
        case [reading.key, reading.source, Off() as before] if not reading.off:
            return before
    return None


def undo(before: Off) -> None:
    """Off again as before; for callbacks."""
    keep(before.switches)
    state.put(keys.OFF_BY, "mean" if before.by_mean else "zero")


def is_asked() -> bool:
    """Whether a click in a picture switches off what it hits."""
    return bool(state.get(keys.SWITCHING))


def draw_switch() -> None:
    """The toggle that asks for that."""
    st.toggle(content.TOGGLE, key=keys.SWITCHING, help=content.TOGGLE_HELP, bind="query-params", width="content")
