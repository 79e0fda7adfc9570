"""The whole model as one picture of its own numbers: the way of the text's tokens through it, and one block opened."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

import numpy as np

from app.shared.browser.assets import register
from app.shared.browser.packing import pack, pack_counts, pack_small
from gptcore.trace.pooling import Pooled

_render = register("flow")


@dataclass(frozen=True)
class Grid:
    """Numbers in rows (the tokens) and columns that the picture draws as coloured cells."""

    id: str
    title: str
    """In plain words."""
    symbol: str
    """In the paper's."""
    kind: tuple[str | int, ...]
    """What every cell's name begins with, as gptcore.provenance has it: ("q", 3, 0)."""
    pooled: Pooled
    size: int
    """How many columns there are, pooled or not."""
    wide: int = 1
    """How many of them share a cell; 0 where they are tokens, and share cells as the rows do."""
    heads: int = 0
    """How many heads stand side by side in it; 0 if it is not made of heads."""


class Row(TypedDict):
    """A row of the picture: a token, or several of a long text."""

    label: str
    first: int
    last: int
    next: str
    """The token that the model finds likeliest after it; "" where a row is several tokens."""


class Next(TypedDict):
    """A candidate for the next token."""

    text: str
    logit: float
    probability: float
    label: str
    cut: bool
    id: int
    cell: list[Any]
    """Names its probability."""


class Stage(TypedDict):
    """A place where the walk through the picture stops."""

    id: str
    title: str
    text: str
    at: list[str]
    """Ids of the grids, or of other parts of the picture, that it is about."""


@dataclass(frozen=True)
class Blocks:
    """What each block did to the chosen token."""

    weights: np.ndarray
    """(L, R): what it took from each row; of the open block the chosen head's weights, of others the mean of all."""
    turned: np.ndarray
    """(L,) degrees."""
    attention_length: np.ndarray
    """(L,)."""
    mlp_length: np.ndarray
    """(L,)."""


def flow(
    rows: Sequence[Row],
    states: Sequence[Grid],
    inside: Sequence[Grid],
    blocks: Blocks,
    candidates: Sequence[Next],
    stages: Sequence[Stage],
    *,
    stage: str,
    chosen: int,
    position: int,
    layer: int,
    head: int,
    post_norm: bool,
    texts: dict[str, str],
    stamp: str,
    key: str,
    on_position: Callable[[], None],
    on_layer: Callable[[], None],
    on_head: Callable[[], None],
    on_stage: Callable[[], None],
    on_cell: Callable[[], None],
    on_switch: Callable[[], None],
    off: Sequence[tuple[str | int, ...]] = (),
    switching: bool = False,
) -> None:
    """Draws it.

    Args:
        states: from the embeddings to the last state, in the order of the model.
        inside: of the open block, likewise.
        stage: the id of the one to stand at; one that does not exist stands for the first.
        chosen: the row of the chosen token, from 0; its position in the text likewise.
        layer, head: which block is open, and which of its heads is looked into, from 0.
        on_position, on_layer, on_head, on_stage, on_cell: called after a click; st.session_state[key] has a number from
            0, the stage's id, or a cell as a JSON list.
        on_switch: called when a part or a token is to be switched off, or on again; .switch is a list.
        off: what is switched off, app.explore.off.Switch each.
        switching: whether every click is meant so.
    """
    data = {
        "rows": list(rows),
        "states": [_grid(grid, rows) for grid in states],
        "inside": [_grid(grid, rows) for grid in inside],
        "weights": pack(blocks.weights),
        "turned": _rounded(blocks.turned),
        "attention_length": _rounded(blocks.attention_length),
        "mlp_length": _rounded(blocks.mlp_length),
        "next": list(candidates),
        "stages": list(stages),
        "stage": stage,
        "chosen": chosen,
        "position": position,
        "layer": layer,
        "head": head,
        "post_norm": post_norm,
        "texts": texts,
        "off": list(off),
        "switching": switching,
        "stamp": stamp,
    }
    _render(
        data=data,
        key=key,
        on_position_change=on_position,
        on_layer_change=on_layer,
        on_head_change=on_head,
        on_stage_change=on_stage,
        on_cell_change=on_cell,
        on_switch_change=on_switch,
    )


def _grid(grid: Grid, rows: Sequence[Row]) -> dict[str, Any]:
    """For the browser: of each number its place within its cell, along columns and rows, where there are several."""
    pooled = grid.pooled
    n_rows, cells = pooled.values.shape
    first = np.array([row["first"] for row in rows])
    if grid.wide == 0:
        at = pooled.column - first
    elif grid.heads:
        at = pooled.column % (grid.size // grid.heads) % grid.wide
    else:
        at = pooled.column % grid.wide
    token = None if pooled.token is None else pooled.token - first[:, None]
    return {
        "id": grid.id,
        "title": grid.title,
        "symbol": grid.symbol,
        "kind": list(grid.kind),
        "rows": n_rows,
        "cells": cells,
        "size": grid.size,
        "wide": grid.wide,
        "heads": grid.heads,
        "values": pack(pooled.values),
        "at": _places(at),
        "token": _places(token),
    }


def _places(places: np.ndarray | None) -> str:
    """Small whole numbers, a byte each where that is enough, "" for none but zeros; the browser tells by the length."""
    if places is None or not places.any():
        return ""
    return pack_small(places) if places.max() < 256 else pack_counts(places)


def _rounded(values: np.ndarray) -> list[float]:
    return [round(float(value), 4) for value in values]
