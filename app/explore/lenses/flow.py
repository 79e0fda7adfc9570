"""The Flow lens: the whole model as it reads this text, from the tokens to the next word, with one block open."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.explore import actions, keys, switching
from app.explore.head_choice import choose_head
from app.explore.lenses import flow_grids
from app.explore.lenses import flow_text as content
from app.explore.lenses.flow_steps import stages
from app.explore.prediction_panel import (
    draw_sampling_sliders,
    next_distribution,
    probability_cell,
    sampling_settings,
    shown_tokens,
)
from app.explore.reading import Reading
from app.shared.browser.flow import Blocks, Grid, Next, Row, flow
from app.shared.theme import percent, plain_token
from gptcore.decode.sampling import Distribution
from gptcore.trace.path import TokenPath
from gptcore.trace.pooling import Groups, group_sums, token_groups

MOST_ROWS = 36
"""A text of more tokens has rows that stand for several."""
POOLED_ROWS, LONG_ROWS = 24, 18
"""About how many rows such a text has, and one so long that the chips above it are much to send."""
_LONG = 128
_MOST_BARS = 8


def show(reading: Reading, position: int, controls: DeltaGenerator) -> None:
    """Draws the lens; layer and head are chosen in `controls`."""
    with controls:
        layer, head = choose_head(reading.checkpoint.config)
    picture = st.container()
    with st.container(horizontal=True, gap="medium"):
        draw_sampling_sliders()  # before the picture: what a link says of a slider is only known once it is drawn
    with picture:
        _draw(reading, position, layer, head)


def _draw(reading: Reading, position: int, layer: int, head: int) -> None:
    config, n_tokens = reading.checkpoint.config, len(reading.ids)
    groups = token_groups(n_tokens, position, _rows_at_most(n_tokens))
    trace = reading.traced(flow_grids.NEEDED, layer)
    path = reading.path(position)
    predicted = next_distribution(reading, position)
    states, inside = (
        flow_grids.states(trace, config, groups),
        flow_grids.inside(trace, config, groups, layer, head),
    )
    flow(
        _rows(reading, groups),
        states,
        inside,
        _blocks(path, groups, layer, head),
        _candidates(reading, position, predicted),
        stages(reading, position, layer, head, path, predicted),
        stage=st.query_params.get(keys.STAGE, ""),
        chosen=[first for first, _ in groups].index(position),
        position=position,
        layer=layer,
        head=head,
        post_norm=config.norm == "post",
        texts={
            "title": content.TITLE.format(token=reading.plain_names[position]),
            "hint": content.HINT,
            "note": _note(reading, position, states, inside, groups),
            "n_tokens": str(n_tokens),
            "open": content.OPEN_BLOCK.format(layer=layer + 1, head=head + 1),
            "alt": content.ALT,
        },
        stamp=reading.stamp("flow", position, layer, head, sampling_settings(), switching.is_asked()),
        key=actions.FLOW,
        on_position=actions.pick_from(actions.FLOW),
        on_layer=actions.pick_layer,
        on_head=actions.pick_head_in_flow,
        on_stage=actions.keep_stage,
        on_cell=actions.open_from(actions.FLOW),
        on_switch=actions.switch_from(actions.FLOW),
        off=reading.off.switches,
        switching=switching.is_asked(),
    )


def _rows_at_most(n_tokens: int) -> int:
    if n_tokens <= MOST_ROWS:
        return MOST_ROWS
    return POOLED_ROWS if n_tokens <= _LONG else LONG_ROWS


def _rows(reading: Reading, groups: Groups) -> list[Row]:
    names, text = reading.plain_names, reading.checkpoint.tokenizer.token_text
    likeliest = [int(reading.logits[end - 1].argmax()) if end - first == 1 else None for first, end in groups]
    return [
        Row(
            label=names[first] if end - first == 1 else f"{first + 1}–{end} {names[first]} …",
            first=first,
            last=end - 1,
            next="" if best is None else plain_token(text(best)),
        )
        for (first, end), best in zip(groups, likeliest, strict=True)
    ]


def _blocks(path: TokenPath, groups: Groups, layer: int, head: int) -> Blocks:
    return Blocks(group_sums(path.taken(layer, head), groups), path.turned, path.attention_length, path.mlp_length)


def _candidates(reading: Reading, position: int, predicted: Distribution) -> list[Next]:
    return [
        Next(
            text=plain_token(reading.checkpoint.tokenizer.token_text(token)),
            id=token,
            logit=float(reading.logits[position, token]),
            probability=float(predicted.final[token]),
            label=percent(predicted.final[token]) if predicted.kept[token] else "cut",
            cut=not predicted.kept[token],
            cell=list(probability_cell(position, token)),
        )
        for token in shown_tokens(predicted, _MOST_BARS)
    ]


def _note(reading: Reading, position: int, states: list[Grid], inside: list[Grid], groups: Groups) -> str:
    """What rows, cells and colours stand for."""
    n_tokens = len(reading.ids)
    parts = [content.NOTE, content.BLOCKS_NOTE.format(token=reading.plain_names[position]), content.COLOURS]
    widths = {name: grids[0].wide for name, grids in (("states", states), ("inside", inside))}
    if max(widths.values()) > 1:
        parts.append(content.POOLED_CELLS.format(**widths))
    if len(groups) < n_tokens:
        each = max(end - first for first, end in groups)
        parts.append(content.POOLED_ROWS.format(tokens=n_tokens, each=each))
    return " ".join(parts)
