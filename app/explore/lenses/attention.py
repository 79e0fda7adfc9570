"""The Attention lens: every head on one board, one head large, and what the model predicts beside it."""

import numpy as np
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.explore import actions, keys, ranked, switching
from app.explore import text as content
from app.explore.beside import gpt_beside
from app.explore.head_choice import choose_head
from app.explore.lenses import compare_attention
from app.explore.prediction_panel import draw_prediction, draw_sampling_sliders
from app.explore.reading import Reading
from app.shared.browser.attention import View, attention
from app.shared.choice import draw_choice
from app.shared.table import draw_numbers
from gptcore.trace.board import pool_causal
from gptcore.trace.roles import MARGIN, Role

VIEWS: dict[View, str] = {"map": "Map", "arcs": "Arcs", "stages": "Stages", "rollout": "All heads"}
_MAP_CELLS = 128


def show(reading: Reading, position: int, controls: DeltaGenerator) -> None:
    """Draws the lens; layer, head and kind of picture are chosen in `controls`."""
    with controls:
        view = draw_choice("Picture", VIEWS, keys.VIEW, "map")
        layer, head = choose_head(reading.checkpoint.config, disabled=view == "rollout")
    other = None if view == "rollout" else gpt_beside(reading)
    if other is not None and other.is_pin:
        compare_attention.show(reading, position, layer, head, other)
    if view == "stages":  # four pictures side by side need the whole width
        _heads(reading, position, layer, head, view)
    else:
        left, right = st.columns([2.9, 1], gap="medium")
        with left:
            _heads(reading, position, layer, head, view)
        with right:
            bars = st.container()
            draw_sampling_sliders()  # before the bars: what a link says of a slider is only known once it is drawn
            with bars:
                draw_prediction(reading, position, most=6)
    if other is not None and not other.is_pin:  # below the board, on which more is switched off, or on again
        compare_attention.show(reading, position, layer, head, other)
    if view == "rollout":
        st.caption(content.ROLLOUT_CAVEAT)
        draw_numbers(
            f"{content.ROLLOUT}, as a table",
            lambda: weight_table(reading, position, reading.rollout),
            file_name="attention-rollout.csv",
            key="rollout_table",
        )
        return
    st.caption(content.ATTENTION_CAVEAT)
    draw_numbers(
        f"Layer {layer + 1}, head {head + 1}: the weights as a table",
        lambda: weight_table(reading, position, reading.head_weights(layer, head)),
        file_name=f"attention-layer-{layer + 1}-head-{head + 1}.csv",
        key="attention_table",
    )


def _heads(reading: Reading, position: int, layer: int, head: int, view: View) -> None:
    n_tokens = len(reading.ids)
    small, roles = reading.board
    if view == "stages" and not reading.is_short:
        st.info(
            f"The four stages are shown up to {_MAP_CELLS} tokens; this text has {n_tokens}. Shorten it to see them."
        )
        view = "map"
    summed = view == "rollout"
    weights = reading.rollout if summed else reading.head_weights(layer, head)
    what = content.ROLLOUT if summed else f"Attention of layer {layer + 1}, head {head + 1}"
    scores = None
    if view == "stages":
        trace = reading.traced(("scores",), layer)
        scores = trace.part("scores")[trace.row(layer), head]
    pooled = (
        f" Pooled to {small.shape[2]} cells a side: each shows its largest weight."
        if len(small[0, 0]) < n_tokens
        else ""
    )
    attention(
        reading.plain_names,
        small,
        pool_causal(weights, _MAP_CELLS),
        weights[position, : position + 1],
        scores,
        layer=layer,
        head=head,
        position=position,
        view=view,
        d_head=reading.checkpoint.config.d_head,
        roles=[_role_label(role) for row in roles for role in row],
        texts={
            "board_title": "Every head at a glance",
            "board_note": "Rows are layers, columns heads. Hover to preview, click to keep." + pooled,
            "board_alt": "Small attention maps of all layers and heads. Arrow keys choose one.",
            "map_note": _map_note(view),
            "map_alt": f"{what}. The table below has the numbers.",
            "hint": content.ROLLOUT_HINT if summed else _hint(roles[layer][head], _is_off(reading, layer, head)),
        },
        stamp=reading.stamp("heads", position, layer, head, view, switching.is_asked()),
        key=actions.MAP,
        on_head=actions.pick_head,
        on_position=actions.pick_from(actions.MAP),
        on_cell=actions.open_in_map,
        on_switch=actions.switch_from(actions.MAP),
        off=reading.off.switches,
        switching=switching.is_asked(),
        worth=ranked.known(reading),
        summary=what if summed else "",
    )


def _map_note(view: str) -> str:
    return {
        "map": "Each row is a token that looks; the stronger a cell, the more it takes from that earlier token.",
        "arcs": "From the chosen token back to those it listens to; the thicker, the more.",
        "rollout": content.ROLLOUT_NOTE,
        "stages": "How the weights come about. Every panel has its own colour scale; red is negative.",
    }[view]


def _role_label(role: Role | None) -> str:
    return f"{role.name} · {role.score:.2f}" if role else ""


def _is_off(reading: Reading, layer: int, head: int) -> bool:
    return ("head", layer, head) in reading.off.switches or ("attention", layer) in reading.off.switches


def _hint(role: Role | None, is_off: bool) -> str:
    if is_off:
        return content.OFF_HEAD
    if role is None:
        return (
            "On this text the head follows none of the simple patterns we test. Point at a cell for its exact weight."
        )
    return (
        f"{role.score:.0%} of its weight goes to “{role.name}”, against {role.untrained:.0%} in the untrained model "
        f"(named from {MARGIN:.0%} more). Point at a cell for its exact weight."
    )


def weight_table(reading: Reading, position: int, weights: np.ndarray) -> pd.DataFrame:
    """A head's weights (T, T), or all heads', a row per looking token; of a long text the chosen token's row only."""
    names = [f"{i + 1} {name}" for i, name in enumerate(reading.names)]
    if reading.is_short:
        return pd.DataFrame(weights, index=names, columns=names).rename_axis("from \\ to")
    row = pd.DataFrame({f"from {names[position]}": weights[position, : position + 1]}, index=names[: position + 1])
    return row.rename_axis("to")
