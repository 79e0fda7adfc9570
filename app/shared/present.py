"""How every page looks beyond its theme: `?present=1` gives large type for a hall; Streamlit's own button that saves a
table is not there, for a spreadsheet would run what looks like a formula in its files. Ours guard them
(app/shared/takeaway)."""

import streamlit as st

_LARGE = "<style>html { font-size: 21px !important; } header { display: none; }</style>"
_NO_OWN_CSV = (
    '<style>[data-testid="stElementToolbarButton"]:has([aria-label^="Download as CSV"]) { display: none; }</style>'
)

SHORT_LIST = "short_list"
"""Key of a container with a list to choose from: on a phone it scrolls in itself, so that what is chosen stays in view
below it."""
_SHORT = (
    f"<style>@media (max-width: 640px) {{ .st-key-{SHORT_LIST} {{ max-height: 13.5rem; overflow-y: auto; }} }}</style>"
)


def hide_unguarded_downloads() -> None:
    """Takes Streamlit's button away."""
    st.html(_NO_OWN_CSV)


def is_presented() -> bool:
    """Whether the address asks for large type."""
    return st.query_params.get("present") == "1"


def present_mode() -> None:
    """Enlarges everything if the address asks for it."""
    if is_presented():
        st.html(_LARGE)


def keep_lists_short() -> None:
    """Lets long lists scroll in themselves on a phone."""
    st.html(_SHORT)
