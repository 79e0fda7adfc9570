"""The token strip: the learner's text as chips, coloured by how surprising each token was; a click selects one."""

from collections.abc import Callable, Sequence
from typing import TypedDict

from app.shared.browser.assets import register

_render = register("token_strip")


class Chip(TypedDict):
    """One token as it is shown."""

    text: str
    id: int | None
    """None for a piece that is no entry of the vocabulary."""
    band: int | None
    """Rank band 0 to 3; None for a token that nothing predicted."""
    detail: str
    """Shown on hover, and read out."""


def token_strip(
    chips: Sequence[Chip],
    selected: int,
    *,
    question: str,
    legend: Sequence[str],
    summary: str,
    stamp: str,
    key: str,
    on_pick: Callable[[], None],
    is_text: bool = False,
) -> None:
    """Draws the strip.

    Args:
        selected: index of the chosen chip.
        question: what the colours answer.
        legend: a name per band.
        summary: a line at the legend's end.
        stamp: of this view; the page carries it as data-drawn once the strip is painted.
        is_text: whether this is the text that the model reads: what a formula says of it lights up here.
        on_pick: called after a click; the index is st.session_state[key].position.
    """
    data = {
        "tokens": list(chips),
        "selected": selected,
        "label": "Tokens of your text",
        "question": question,
        "legend": list(legend),
        "summary": summary,
        "is_text": is_text,
        "stamp": stamp,
    }
    _render(data=data, key=key, on_position_change=on_pick)
