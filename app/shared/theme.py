"""How things look wherever they are shown: a token's text, a number, and Plotly's colours for light and dark."""

import re
import unicodedata
from collections.abc import Iterable

import plotly.graph_objects as go
import streamlit as st

ACCENT = "#1f86b3"
"""Reads well on both backgrounds; Streamlit's theme has the exact accent of each."""
WARM = "#d0583c"
MUTED = "#8a98a6"
BANDS = ("#3f9c74", "#c9a227", "#d9762f", "#9559b3")
"""Rank bands from expected to surprising, strong enough for bars; .streamlit/config.toml has the strip's pale ones."""

_VISIBLE = {"\n": "⏎", "\t": "⇥", "\r": "␍", " ": "·", "\u00a0": "⍽"}
EXACT = "%g"
"""Of a number box: as many digits as the number has, so that none is used that is not shown."""


def display_token(text: str) -> str:
    """A token as it is shown: a leading space, line ends and control characters become visible.

    Only spaces at the ends are marked; a space inside a token stays one.
    """
    core = text.strip(" ")
    if not core:
        return "·" * len(text) or "∅"
    lead, trail = len(text) - len(text.lstrip(" ")), len(text) - len(text.rstrip(" "))
    return "·" * lead + "".join(map(_visible, core)) + "·" * trail


def plain_token(text: str) -> str:
    """A token inside a sentence or beside a chart: without its leading space, if anything is left."""
    return display_token(text.strip(" ") or text)


def one_line(texts: Iterable[str]) -> str:
    """An example's texts in a list: a line hides line ends, so each is a space there."""
    return " | ".join(" ".join(text.split()) for text in texts)


def percent(probability: float) -> str:
    """A probability for reading: 44 %, 0.73 %, < 0.01 %."""
    if probability >= 0.0995:
        return f"{100 * probability:.0f} %"
    if probability >= 0.0001:
        return f"{100 * probability:.{2 if probability >= 0.001 else 1}g} %"
    return "0 %" if probability == 0 else "< 0.01 %"


def number(value: float, spec: str) -> str:
    """A number for reading, with a true minus sign: −1.20, +0.35.

    Args:
        spec: as Python's format has it.
    """
    return f"{value:{spec}}".replace("-", "−")


def duration(needed: float) -> str:
    """Seconds for reading."""
    if needed < 90:
        return f"{needed:.0f} s"
    return f"{needed / 60:.0f} min" if needed < 5_400 else f"{needed / 3_600:.1f} h"


def count_tokens(n: int) -> str:
    """ "1 token", "1,200 tokens"."""
    return "1 token" if n == 1 else f"{n:,} tokens"


def ink() -> str:
    """The text colour of the reader's theme, for text on coloured cells, where Plotly's own greys are too faint."""
    return str(st.get_option(f"theme.{'dark' if st.context.theme.type == 'dark' else 'light'}.textColor"))


def style(figure: go.Figure, height: int) -> go.Figure:
    """Our margins and quiet axes; Streamlit's Plotly theme adds the colours of light or dark."""
    figure.update_layout(
        height=height,
        margin=dict(l=8, r=8, t=8, b=8),
        showlegend=False,
        hoverlabel=dict(align="left"),
        dragmode=False,
    )
    return figure


def _visible(character: str) -> str:
    if character == " ":
        return character
    if character in _VISIBLE:
        return _VISIBLE[character]
    if unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp", "Zs"):
        return f"‹{ord(character):02X}›"
    return character


def escape(text: str) -> str:
    """A learner's or a model's words inside Streamlit's Markdown: shown character by character, line ends included.

    What Streamlit makes links, arrows, emoji and icons of even where it is escaped is parted by an empty directive.
    """
    parted = _JOINED.sub(r"\g<0>\0", text.replace("\0", "\ufffd"))
    escaped = _PUNCTUATION.sub(r"\\\g<0>", parted)
    kept = _AT_ENDS.sub(lambda spaces: "".join(f"&#{ord(c)};" for c in spaces.group()), escaped)
    return re.sub(r"\n(?=&)", "\n\0", kept).replace("\0", ":small[]").replace("\n", "\\\n")


def escape_figure(text: str) -> str:
    """The same words inside a Plotly figure, which reads some HTML and, in hover texts, %{names}."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("%{", "&#37;{")


_PUNCTUATION = re.compile(r"[!#$&()*+\-.:<=>@\[\\\]^_`{|}~]")
_JOINED = re.compile(r"[:@](?=\S)|www(?=\.)|[-<>~](?=[-=>])", re.IGNORECASE)
_SPACES = r"[^\S\x0b\x1c-\x1f\x85]+"
_AT_ENDS = re.compile(rf"\A{_SPACES}|{_SPACES}\Z|(?<=\n)[ \t]+|[ \t\r]+(?=\n)|\r")
"""Spaces that Markdown would drop, and line ends that it would make others of."""
