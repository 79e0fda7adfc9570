"""All heads as a board of small maps, and one head large: a map, arcs or its four stages; or all heads in one map."""

import math
from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np

from app.shared.browser.assets import register
from app.shared.browser.packing import pack, pack_board, pack_causal

View = Literal["map", "arcs", "stages", "rollout"]
_render = register("attention")


def attention(
    tokens: Sequence[str],
    board: np.ndarray,
    weights: np.ndarray,
    row: np.ndarray,
    scores: np.ndarray | None,
    *,
    layer: int,
    head: int,
    position: int,
    view: View,
    d_head: int,
    roles: Sequence[str],
    texts: dict[str, str],
    stamp: str,
    key: str,
    on_head: Callable[[], None],
    on_position: Callable[[], None],
    on_cell: Callable[[], None],
    on_switch: Callable[[], None],
    summary: str = "",
    off: Sequence[tuple[str | int, ...]] = (),
    switching: bool = False,
    worth: np.ndarray | None = None,
) -> None:
    """Draws the board and the chosen head.

    Args:
        tokens: T texts to show.
        board: (L, H, n, n) weights, n <= T; pooled if n < T.
        weights: (m, m) of the chosen head, m <= T; pooled if m < T.
        row: (position + 1,) exact weights of the chosen token.
        scores: (T, T) q.k / sqrt(d_head) of the chosen head, for the stages; None leaves them out.
        layer, head, position: what is chosen, from 0.
        roles: L * H short labels, "" for none.
        texts: board_title, board_note, board_alt, map_note, map_alt, hint.
        summary: what `weights` and `row` are if they are not the chosen head's but one map of all heads: its title.
        on_head, on_position: called after a click; st.session_state[key].head is [layer, head], .position an index.
        on_cell: after a click on a number; .cell is its name as gptcore.provenance has it, and its row is chosen, too.
        on_switch: when a part or a token is to be switched off, or on again; .switch is a list.
        off: what is switched off, app.explore.off.Switch each.
        switching: whether every click on a small map or a token's name is meant so.
        worth: (L, H + 2) what the text loses without each head, each layer's attention and its feed-forward network, in
            nats; None if nobody asked yet.
    """
    data = {
        "tokens": list(tokens),
        "n_layer": board.shape[0],
        "n_head": board.shape[1],
        "cells": board.shape[2],
        "board": pack_board(board),
        "map_cells": len(weights),
        "map": pack_causal(weights),
        "row": pack(row),
        "scores": None if scores is None else pack(scores),
        "sqrt_d": math.sqrt(d_head),
        "layer": layer,
        "head": head,
        "position": position,
        "view": view,
        "summary": summary,
        "roles": list(roles),
        "off": list(off),
        "switching": switching,
        "worth": None if worth is None else pack(worth),
        "stamp": stamp,
        **texts,
    }
    _render(
        data=data,
        key=key,
        on_head_change=on_head,
        on_position_change=on_position,
        on_cell_change=on_cell,
        on_switch_change=on_switch,
    )
