"""`?present=1`: large type for a hall."""

import streamlit as st

_LARGE = "<style>html { font-size: 21px !important; } header { display: none; }</style>"


def present_mode() -> None:
    """Enlarges everything if the address asks for it."""
    if st.query_params.get("present") == "1":
        st.html(_LARGE)
