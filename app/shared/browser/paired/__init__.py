"""Two numbers a row as bars, this view's above the other's, with their difference: next-token probabilities, say."""

from collections.abc import Sequence
from typing import TypedDict

from app.shared.browser.assets import register

_render = register("paired")


class PairedRow(TypedDict):
    """One thing that both have."""

    name: str
    now: float
    beside: float
    now_label: str
    beside_label: str
    difference: str
    detail: str
    """Shown on hover, and read out."""


def paired_bars(
    rows: Sequence[PairedRow], *, title: str, legend: tuple[str, str, str], note: str, stamp: str, key: str
) -> None:
    """Draws them; all bars have one scale, the longest fills its room.

    Args:
        legend: what the first bar is, what the second, and what the number at the end.
    """
    data = {"rows": list(rows), "title": title, "legend": list(legend), "note": note, "stamp": stamp}
    _render(data=data, key=key)
