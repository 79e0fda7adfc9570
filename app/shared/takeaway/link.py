"""The page's address as a link, and as a QR code that a hall can photograph."""

from urllib.parse import urlencode, urlparse

import segno
import streamlit as st

from app.shared.takeaway import text as content

MOST_CHARACTERS = 1_800
"""Of a QR code: beyond, its squares are too small for a phone in the tenth row."""
_OWN_MACHINE = ("localhost", "127.0.0.1", "::1")
_SIDE = 260
"""Of the code, in pixels; a click on it fills the screen."""
_LARGE = "present"
"""Large type is for the hall's screen, not for those who scan the code."""


def address() -> str:
    """The page's address with all that it holds; empty if the browser has not told it."""
    if (page := st.context.url) is None:
        return ""
    query = [(key, value) for key in st.query_params if key != _LARGE for value in st.query_params.get_all(key)]
    return f"{page}?{urlencode(query)}" if query else page


def draw_link() -> None:
    """Draws the address and its code, and says who can open it."""
    if not (link := address()):
        st.info(content.NO_ADDRESS)
        return
    st.caption(content.LINK_NOTE)
    with st.container(horizontal=True, gap="medium"):
        if len(link) <= MOST_CHARACTERS:
            st.image(code_of(link), width=_SIDE, alt=content.QR_ALT)
        with st.container(width="stretch"):
            st.code(link, language=None, wrap_lines=True, height=_SIDE // 2)
            if len(link) > MOST_CHARACTERS:
                st.info(content.TOO_LONG.format(n=len(link)))
            if urlparse(link).hostname in _OWN_MACHINE:
                st.info(content.ONLY_HERE)


def code_of(link: str) -> str:
    """A QR code as SVG, black on white with the margin that readers need."""
    return str(segno.make(link, micro=False).svg_inline(scale=4, border=4, dark="#000", light="#fff"))
