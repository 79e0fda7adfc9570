"""What a prediction hangs on: rows of numbers under the learner's tokens, one row for each way of asking."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from app.shared.browser.assets import register
from app.shared.browser.packing import pack

_render = register("hangs_on")


class Row(NamedTuple):
    """One way of asking."""

    name: str
    values: np.ndarray
    """(N,); NaN where there is no number."""
    scale: float
    """The number that has the full colour."""
    legend: str
    """What the colours stand for."""
    unit: str
    """After a number that is read out."""


def hangs_on(
    names: Sequence[str],
    rows: Sequence[Row],
    *,
    first: int,
    position: int,
    hidden: Sequence[int],
    texts: dict[str, str],
    stamp: str,
    key: str,
    on_hide: Callable[[], None],
) -> None:
    """Draws the rows.

    Args:
        names: display texts of N tokens.
        first: position of the first of them.
        position: of the token after which the prediction stands.
        hidden: positions that are hidden from attention.
        on_hide: called after a click on the button that hides a token; st.session_state[key].hide is its position.
    """
    data = {
        "names": list(names),
        "rows": [row._asdict() | {"values": pack(row.values)} for row in rows],
        "first": first,
        "position": position,
        "hidden": list(hidden),
        "texts": texts,
        "stamp": stamp,
    }
    _render(data=data, key=key, on_hide_change=on_hide)
