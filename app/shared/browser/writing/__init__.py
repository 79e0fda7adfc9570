"""Texts that a model wrote, one below the other: each token coloured by its probability, each text with its entropy as
a line; a click selects a token. They grow while they are written."""

from collections.abc import Callable, Sequence
from typing import TypedDict

from app.shared.browser.assets import register

_render = register("writing")


class WrittenToken(TypedDict):
    """One token; short names, for there are hundreds."""

    t: str
    """Its text."""
    p: float
    """The model's own probability of it."""
    h: float
    """The entropy of the model's own distribution, in bits."""
    again: bool
    """Whether it repeats what stood there before."""


class WrittenText(TypedDict):
    """One text."""

    name: str
    settings: str
    tokens: list[WrittenToken]
    state: str
    """A word on how far it is, or how it ended."""
    summary: str
    """Its measures in a line."""


def writing(
    texts: Sequence[WrittenText],
    picked: tuple[int, int] | None,
    *,
    beginning: str,
    total: int,
    most_bits: float,
    words: dict[str, str],
    bands: Sequence[tuple[float, str]],
    stamp: str,
    key: str,
    on_pick: Callable[[], None],
) -> None:
    """Draws them; after a click [text, token], counted from 0, is st.session_state[key].token.

    Args:
        beginning: what all of them go on from, or its end.
        total: tokens that each may have: the width of its line.
        most_bits: the height of the lines.
        words: title, note, again, curve (with {name}, {mean}), detail (with {token}, {p}, {h}).
        bands: from which probability on a colour stands, the largest first, and what it is called.
    """
    data = {
        "texts": list(texts),
        "picked": picked,
        "beginning": beginning,
        "total": total,
        "most_bits": most_bits,
        "words": words,
        "bands": [list(band) for band in bands],
        "stamp": stamp,
    }
    _render(data=data, key=key, on_token_change=on_pick)
