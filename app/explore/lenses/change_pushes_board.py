"""The look "Who pushes what" as it is drawn: bars that add up to the logit difference, and a board of all parts."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import streamlit as st

from app.explore import actions, keys, switching
from app.explore.effects.pushing import Pushing
from app.explore.lenses import change_pushes_text as content
from app.shared import outside, state
from app.shared.browser.effects import Column, effects
from app.shared.browser.pushes import Bar, Number, pushes
from app.shared.theme import number
from gptcore.effects.contributions import Contributions, Name

BOARD, BARS = "push_board", "push_bars"
_MOST = 10


def draw_bars(pushing: Pushing) -> None:
    """Draws the scores, the sums and the strongest parts."""
    found, (token, other) = pushing.found, pushing.names
    one, two = pushing.logits
    cells = [("logit", pushing.position, token) for token in pushing.tokens]
    pushes(
        [
            Number(text=content.SCORE.format(name=token), label=number(one, ".2f"), cell=cells[0]),
            Number(text=f"− {content.SCORE.format(name=other)}", label=number(two, ".2f"), cell=cells[1]),
            Number(text=f"= {content.DIFFERENCE}", label=signed(one - two)),
        ],
        [
            (content.SUMS, [_bar(pushing, name, value, None) for name, value in _groups(found).items()]),
            (
                content.STRONGEST,
                [_bar(pushing, name_of(part), value, _pick_of(found, part)) for part, value in found.strongest(_MOST)],
            ),
        ],
        left=content.LEFT.format(other=other),
        right=content.RIGHT.format(token=token),
        title=content.LINE_TITLE,
        note=content.ROUNDED,
        stamp=pushing.reading.stamp("pushes", pushing.position, pushing.tokens),
        key=BARS,
        on_cell=actions.open_from(BARS),
        on_pick=_pick_from(BARS),
    )


def _groups(found: Contributions) -> dict[str, float]:
    """What adds up to the difference, in a few sums."""
    groups = {
        content.GROUPS["token"]: found.token_embedding,
        content.GROUPS["position"]: found.position_embedding,
        content.GROUPS["heads"].format(n=found.heads.size): float(found.heads.sum()),
        content.GROUPS["mlp"]: float(found.mlp.sum()),
        content.GROUPS["biases"]: found.biases,
    }
    return groups | ({content.GROUPS["replaced"]: found.replaced} if found.replaced else {})


def _bar(pushing: Pushing, name: str, value: float, pick: list[int] | None) -> Bar:
    token, other = pushing.names
    detail = content.DETAIL if value else content.DETAIL_ZERO
    detail = detail.format(name=name, value=f"{abs(value):.4f}", side=token if value > 0 else other)
    bar = Bar(name=name, value=value, label=signed(value), detail=detail)
    if pick is not None:
        bar["pick"] = pick
    return bar


def _pick_of(found: Contributions, part: Name) -> list[int] | None:
    """The cell of the board that stands for a part, where a click on it does something."""
    match part:
        case ["head", int(layer), int(head)]:
            return [layer, head]
        case ["mlp", int(layer)]:
            return [layer, found.heads.shape[1]]
    return None


def draw_board(pushing: Pushing) -> None:
    """Draws a cell for every head, feed-forward network and bias."""
    found, (token, other) = pushing.found, pushing.names
    n_layer, n_head = found.heads.shape
    columns = [*(content.HEAD_COLUMN.format(n=head + 1) for head in range(n_head)), content.MLP_COLUMN]
    parts = [found.heads, found.mlp[:, None], found.attention_bias[:, None]]
    names = [
        [
            *(name_of(("head", layer, head)) for head in range(n_head)),
            *(name_of(("mlp", layer)), name_of(("attention_bias", layer))),
            content.NORMS.format(layer=layer + 1),
        ]
        for layer in range(n_layer)
    ]
    columns.append(content.BIAS_COLUMN)
    if pushing.reading.checkpoint.config.norm == "post":
        parts.append(found.norms.sum(axis=1, keepdims=True))
        columns.append(content.NORM_COLUMN)
    values = np.concatenate(parts, axis=1)
    cells = list(np.ndindex(*values.shape))
    click = content.CLICK_SWITCHES if state.get(keys.SWITCHING) else content.CLICK_OPENS
    effects(
        values,
        [signed(float(values[cell])) for cell in cells],
        [
            content.ADDS.format(
                name=names[row][column],
                value=number(float(values[row, column]) + 0.0, "+.4f"),
                token=token,
                other=other,
            )
            for row, column in cells
        ],
        rows=[content.ROW.format(n=layer + 1) for layer in range(n_layer)],
        columns=[Column(text=name) for name in columns],
        corner=content.CORNER,
        title=content.BOARD_TITLE,
        subtitle=content.BOARD_NOTE.format(token=token, other=other, click=click),
        hint=content.HINT,
        stamp=pushing.reading.stamp("push board", pushing.position, pushing.tokens, state.get(keys.SWITCHING)),
        key=BOARD,
        on_pick=_pick_from(BOARD),
        scale=float(max(np.abs(values).max(), 1e-9)),
        gaps=(n_head, n_head + 1),
    )


def push_table(found: Contributions) -> pd.DataFrame:
    """A row per part, the strongest first, and their sum."""
    rows = [*((name_of(part), value) for part, value in found.strongest(len(found.by_name))), ("sum", found.total)]
    return pd.DataFrame(rows, columns=["part", "logits"]).set_index("part")


def name_of(part: Name) -> str:
    """A part, counted from 1."""
    match part:
        case ["head", int(layer), int(head)]:
            return content.HEAD.format(layer=layer + 1, head=head + 1)
        case ["mlp", int(layer)]:
            return content.MLP.format(layer=layer + 1)
        case ["attention_bias", int(layer)]:
            return content.ATTENTION_BIAS.format(layer=layer + 1)
        case ["norm", int(layer), int(half)]:
            return content.NORM.format(layer=layer + 1, half=half + 1)
        case ["final_norm"]:
            return content.FINAL_NORM
        case ["token_embedding"]:
            return content.GROUPS["token"]
        case ["position_embedding"]:
            return content.GROUPS["position"]
    return content.GROUPS["replaced"]


def _pick_from(key: str) -> Callable[[], None]:
    def picked() -> None:
        _pick(st.session_state[key].picked)

    return picked


def _pick(sent: object) -> None:
    """A head or a feed-forward network was clicked: it is looked at in its lens, or switched off. For callbacks."""
    config = actions.current_reading().checkpoint.config
    match sent:
        case [layer, column] if outside.is_index(layer, config.n_layer) and outside.is_index(column, config.n_head + 1):
            is_head = column < config.n_head
            if state.get(keys.SWITCHING):
                switching.toggle(("head", layer, column) if is_head else ("mlp", layer))
                return
            state.put(keys.LENS, "attention" if is_head else "flow")
            for key, index in ((keys.LAYER, layer), *([(keys.HEAD, column)] if is_head else [])):
                state.put(key, index + 1)
                st.query_params[key] = str(index + 1)  # its box is not there yet to do so


def signed(value: float) -> str:
    """A contribution for reading: +1.85, −0.56, and 0.00 without a sign."""
    shown = number(value, "+.2f")
    return "0.00" if shown.endswith("0.00") and len(shown) == 5 else shown
