"""A session's values, and what keeps its widgets and the page's address in step. Each page lists its keys in its
keys.py; those here are known to more than one page.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import streamlit as st

MODEL = "model"
BEGINNING = "start"
"""Of the text that Decoding writes on."""
LAB = "lab"
"""Which part of the Lab is open."""
TASK = "task"
TASK_MODEL = "task_model"
EXAMPLE = "example"
"""In the address of Worked examples: which one is open."""
CORRECTIONS = "_corrections"
"""Ours: values that widgets take at the next run, by key."""
CORRECTED = "_corrected"
"""Ours: those that they took at the start of this run."""


_Option = TypeVar("_Option")
_Name = TypeVar("_Name", bound=str)


def get(key: str, default: Any = None) -> Any:
    """A value of this session."""
    return st.session_state.get(key, default)


def put(key: str, value: Any) -> None:
    """Sets a value; for a widget's key only inside a callback, before the widget is drawn."""
    st.session_state[key] = value


def keep_within(key: str, most: int) -> None:
    """Before its widget is drawn: lowers a number that was chosen for a longer text or a larger model."""
    if get(key) is not None and get(key) > most:
        put(key, most)


def take_from_link(key: str, labels: Mapping[_Name, str]) -> None:
    """Before its widget is drawn: accepts an option by its own name in the address, as in ?lens=prediction.

    Streamlit itself knows options there by their labels only.
    """
    given = st.query_params.get(key, "")
    if given in labels.values():
        return
    for name, label in labels.items():
        if name.lower() == given.lower():
            correct(key, name, label)


def labelled(options: Mapping[_Option, str]) -> Callable[[_Option], str]:
    """How a widget shows its options: by their labels. One that is gone, which a session may still hold, has none."""
    return lambda option: options.get(option, str(option))


def correct(key: str, value: Any, in_address: str) -> None:
    """Before its widget is drawn: gives it another value than the page's address does, and puts that right too.

    The run ends here if the widget is new. If it is not (the browser's back button led to such an address), only what
    another run sets reaches it; that run follows this one.
    """
    if key not in st.session_state:
        st.query_params[key] = in_address
        st.rerun()
    if get(CORRECTED, {}).get(key) != value:  # never twice in a row
        put(CORRECTIONS, get(CORRECTIONS, {}) | {key: value})


def take_corrections() -> None:
    """At the start of a run."""
    put(CORRECTED, get(CORRECTIONS, {}))
    put(CORRECTIONS, {})
    for key, value in get(CORRECTED).items():
        put(key, value)


def run_again_if_corrected() -> None:
    """At the end of a run."""
    if get(CORRECTIONS):
        st.rerun()
