"""`?present=1`: large type for a hall."""

import streamlit as st

_LARGE = "<style>html { font-size: 21px !important; } header { display: none; }</style>"


def is_presented() -> bool:
    """Whether the address asks for large type."""
    return st.query_params.get("present") == "1"


def present_mode() -> None:
    """Enlarges everything if the address asks for it."""
    if is_presented():
        st.html(_LARGE)
