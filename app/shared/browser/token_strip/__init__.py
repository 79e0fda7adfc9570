"""The token strip: the learner's text as chips, coloured by how surprising each token was; a click selects one."""

from collections.abc import Callable, Sequence
from typing import NotRequired, TypedDict

from app.shared.browser.assets import register
from gptcore.provenance.cells import Cell

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
    cell: NotRequired[Cell | None]
    """What a click opens once the chip is chosen, as gptcore.provenance names it."""


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
    summary_cell: Cell | None = None,
    on_cell: Callable[[], None] | None = None,
    is_text: bool = False,
    off: Sequence[tuple[str | int, ...]] = (),
    switching: bool = False,
    on_switch: Callable[[], None] | None = None,
) -> None:
    """Draws the strip.

    Args:
        selected: index of the chosen chip.
        question: what the colours answer.
        legend: a name per band.
        summary: a line at the legend's end.
        stamp: of this view; the page carries it as data-drawn once the strip is painted.
        on_pick: called after a click; the index is st.session_state[key].position.
        is_text: whether this is the text that the model reads: what a formula says of it lights up here.
        summary_cell: what a click on the summary opens.
        on_cell: called after such a click; st.session_state[key].cell.
        off: what is switched off in the model, app.explore.off.Switch each.
        switching: whether a click hides a token from the others, or shows it again.
        on_switch: called when one is to be; st.session_state[key].switch.
    """
    data = {
        "tokens": list(chips),
        "selected": selected,
        "label": "Tokens of your text",
        "question": question,
        "legend": list(legend),
        "summary": summary,
        "summary_cell": summary_cell,
        "is_text": is_text,
        "off": list(off),
        "switching": switching,
        "stamp": stamp,
    }
    _render(
        data=data,
        key=key,
        on_position_change=on_pick,
        on_cell_change=on_cell or _ignore,
        on_switch_change=on_switch or _ignore,
    )


def _ignore() -> None:
    """Chips whose numbers do not open."""
