"""What is switched off in a model, and what that changes: the next token, numbers, and each token's surprise."""

from collections.abc import Callable, Sequence
from typing import TypedDict

import numpy as np

from app.shared.browser.assets import register
from app.shared.browser.packing import pack

_render = register("switched")


class SwitchedOff(TypedDict):
    """A part or a token that is off."""

    switch: list[str | int]
    """As app.explore.off.Switch."""
    name: str


class Candidate(TypedDict):
    """A next token, as the whole model sees it and as this one does."""

    text: str
    before: float
    after: float
    labels: tuple[str, str]
    actual: bool
    """Whether it is the token that the text really has next."""


class Measure(TypedDict):
    """A number, whole and now."""

    name: str
    before: str
    after: str
    change: str
    worse: bool


def switched(
    off: Sequence[SwitchedOff],
    candidates: Sequence[Candidate],
    measures: Sequence[Measure],
    changes: np.ndarray,
    tokens: Sequence[str],
    *,
    texts: dict[str, str],
    position: int,
    stamp: str,
    key: str,
    on_switch: Callable[[], None],
    on_back: Callable[[], None],
) -> None:
    """Draws it.

    Args:
        changes: (T - 1,) bits by which each token after the first is more surprising.
        tokens: T texts to show.
        texts: off, on_again, back, next, whole, now, numbers, surprise, surprise_hint, surprise_alt.
        on_switch: called when one is switched on again; st.session_state[key].switch is its switch.
        on_back: called when all are.
    """
    data = {
        "off": list(off),
        "candidates": list(candidates),
        "measures": list(measures),
        "changes": pack(changes),
        "tokens": list(tokens),
        "texts": texts,
        "position": position,
        "stamp": stamp,
    }
    _render(data=data, key=key, on_switch_change=on_switch, on_back_change=on_back)
