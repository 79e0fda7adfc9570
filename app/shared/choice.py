"""A choice of a few things side by side, one of which is always chosen and stands in the page's address."""

from collections.abc import Mapping
from typing import TypeVar

import streamlit as st

from app.shared import state

_Name = TypeVar("_Name", bound=str)


def draw_choice(label: str, options: Mapping[_Name, str], key: str, default: _Name, help: str | None = None) -> _Name:
    """Draws it; returns the name of what is chosen.

    Args:
        label: for screen readers; where there is `help`, it stands above with it.
        options: their labels by name; the address may have either.
    """
    state.take_from_link(key, options)
    return st.segmented_control(
        label,
        list(options),
        default=default,
        required=True,
        format_func=state.labelled(options),
        key=key,
        bind="query-params",
        help=help,
        label_visibility="visible" if help else "collapsed",
    )
