"""Two texts' surprisals token by token: bars of both, and below them the difference."""

from collections.abc import Callable, Sequence

import numpy as np

from app.shared.browser.assets import register
from app.shared.browser.packing import pack

_render = register("surprises")


def surprises(
    names: Sequence[str],
    others: Sequence[str],
    now: np.ndarray,
    beside: np.ndarray,
    *,
    selected: int,
    title: str,
    legend: tuple[str, str, str],
    alt: str,
    stamp: str,
    key: str,
    on_pick: Callable[[], None],
    places: tuple[str, str] = ("here", "beside it"),
) -> None:
    """Draws them.

    Args:
        names, others: of each column in this view and in the other, (P,); "" where it has none.
        now, beside: bits, (P,); NaN where there is no number.
        selected: the chosen column, -1 for none.
        legend: what a first bar is, a second one, and a bar of the difference.
        places: how the line below speaks of the two.
        on_pick: called after a click; the column is st.session_state[key].position.
    """
    data = {
        "names": list(names),
        "others": list(others),
        "now": pack(now),
        "beside": pack(beside),
        "selected": selected,
        "title": title,
        "legend": list(legend),
        "alt": alt,
        "places": list(places),
        "stamp": stamp,
    }
    _render(data=data, key=key, on_position_change=on_pick)
