"""A grid of effects: a number for each row and column, coloured by which way and how far it goes, each with a sentence
in words; a click picks one."""

from collections.abc import Callable, Sequence
from typing import NotRequired, TypedDict

import numpy as np

from app.shared.browser.assets import register
from app.shared.browser.packing import pack

_render = register("effects")


class Column(TypedDict):
    """What stands over a column."""

    text: str
    below: NotRequired[str]
    """A second text under it, where the two differ."""


def effects(
    values: np.ndarray,
    labels: Sequence[str],
    says: Sequence[str],
    *,
    rows: Sequence[str],
    columns: Sequence[Column],
    corner: str,
    title: str,
    subtitle: str,
    hint: str,
    stamp: str,
    key: str,
    on_pick: Callable[[], None],
    chosen: tuple[int, int] | None = None,
    scale: float = 1.0,
    gaps: Sequence[int] = (),
) -> None:
    """Draws the grid; after a click st.session_state[key].picked is [row, column].

    Args:
        values: (rows, columns); positive ones are blue, negative ones red; nan leaves a cell empty.
        labels: the number in each cell, row by row.
        says: each cell in a sentence, row by row.
        corner: what the rows are.
        hint: stands where the sentences come.
        chosen: the cell that is marked.
        scale: the value that has the full colour.
        gaps: columns before which there is more room; from the first of them on, headings are words.
    """
    data = {
        "values": pack(values),
        "labels": list(labels),
        "says": list(says),
        "rows": list(rows),
        "columns": list(columns),
        "corner": corner,
        "title": title,
        "subtitle": subtitle,
        "hint": hint,
        "chosen": chosen,
        "scale": scale,
        "gaps": list(gaps),
        "stamp": stamp,
    }
    _render(data=data, key=key, on_picked_change=on_pick)
