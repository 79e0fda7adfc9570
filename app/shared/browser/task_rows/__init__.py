"""The rows of a task's input as chips coloured by role, and what [Extract] looks at in every head."""

from collections.abc import Callable, Sequence
from typing import NotRequired, TypedDict

import numpy as np

from app.shared.browser.assets import register
from app.shared.browser.packing import pack, pack_bytes

_render = register("task_rows")


class RowChip(TypedDict):
    """One token of a row."""

    text: str
    role: str
    """start, text-0, text-1, delimiter, extract, mask or padding: its colour."""
    mark: NotRequired[str]
    """"new" or "unknown" under a token of a word that the model never saw; else empty."""
    detail: str
    """Shown on hover, and read out."""


class RowPicture(TypedDict):
    """One row."""

    title: str
    chips: list[RowChip]


def task_rows(
    rows: Sequence[RowPicture],
    looks: Sequence[np.ndarray],
    *,
    legend: Sequence[tuple[str, str, str]],
    layer: int,
    head: int,
    texts: dict[str, str],
    stamp: str,
    key: str,
    on_head: Callable[[], None],
    on_cell: Callable[[], None] | None = None,
) -> None:
    """Draws the rows and, below, a board with a small picture for each head.

    Args:
        looks: per row (L, H, T) weights from [Extract], T <= its chips; empty where there is no prediction.
        legend: (role, name, explanation) of each colour.
        layer, head: what the bars above the chips show, from 0.
        texts: title, note, board_title, board_note, board_alt.
        on_head: called after a click; st.session_state[key].head is [layer, head].
        on_cell: called after a click on a chip; .cell is the weight above it, as gptcore.provenance names it.
    """
    data = {
        "rows": list(rows),
        "legend": [list(entry) for entry in legend],
        "looks": [pack_bytes(weights) for weights in looks],
        "chosen": [pack(weights[layer, head]) for weights in looks],
        "lengths": [weights.shape[-1] for weights in looks],
        "n_layer": looks[0].shape[0] if looks else 0,
        "n_head": looks[0].shape[1] if looks else 0,
        "layer": layer,
        "head": head,
        "stamp": stamp,
        **texts,
    }
    _render(data=data, key=key, on_head_change=on_head, on_cell_change=on_cell or _ignore)


def _ignore() -> None:
    """Rows whose weights do not open."""
