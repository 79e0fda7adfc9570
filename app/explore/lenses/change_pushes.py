"""Of the Change lens: which heads and feed-forward networks push one next token against another."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from app.explore import actions, keys, switching
from app.explore.lenses import change_pushes_text as content
from app.explore.reading import Reading
from app.explore.typed_token import typed_token
from app.shared import outside, state
from app.shared.browser.effects import Column, effects
from app.shared.browser.pushes import Bar, Number, pushes
from app.shared.table import draw_numbers
from app.shared.theme import escape, percent, plain_token
from gptcore.decode.sampling import distribution
from gptcore.effects.contributions import PARTS, Contributions, Name, contributions
from gptcore.effects.rivals import two_rivals
from gptcore.lazy import cached_property

BOARD, BARS = "push_board", "push_bars"
_MOST = 10
_HUGE = math.log(10_000)
_EQUAL = 0.05
"""A logit difference below it is not worth a sentence."""


@dataclass(frozen=True)
class Pushing:
    """Two tokens set against each other after one position."""

    reading: Reading
    position: int
    tokens: tuple[int, int]
    notes: tuple[str, ...]
    """What is to be said of the words that were typed."""

    @cached_property
    def found(self) -> Contributions:
        """What pushes which way."""
        return contributions(self.reading.checkpoint.model, self.reading.traced(PARTS), self.position, *self.tokens)

    @cached_property
    def names(self) -> tuple[str, str]:
        """Of the tokens."""
        one, other = (plain_token(self.reading.checkpoint.tokenizer.token_text(token)) for token in self.tokens)
        return one, other

    @property
    def logits(self) -> tuple[float, float]:
        """Of the tokens, as their arithmetic has them."""
        one, other = (float(self.reading.logits[self.position, token]) for token in self.tokens)
        return one, other


def show(reading: Reading, position: int) -> None:
    """Draws it."""
    heading = st.container()
    pushing = _chosen_with_boxes(reading, position)
    token, other = map(escape, pushing.names)
    with heading:
        last = escape(reading.plain_names[position])
        st.markdown(content.TITLE.format(token=token, other=other, last=last))
    for note in pushing.notes:
        st.caption(note)
    if pushing.tokens[0] == pushing.tokens[1]:
        st.info(content.SAME.format(token=token))
        return
    st.markdown(_times(pushing))
    left, right = st.columns([1, 1.35], gap="large")
    with left:
        _bars(pushing)
    with right:
        _board(pushing)
    post = reading.checkpoint.config.norm == "post"
    st.caption(content.FIXED_POST if post else content.FIXED_PRE)
    draw_numbers(content.TABLE, lambda: push_table(pushing.found), file_name="contributions.csv", key="push_table")


def chosen_pushing(reading: Reading, position: int) -> Pushing:
    """What the boxes ask for, or what is taken where they are empty."""
    logits, tokenizer, notes = reading.logits[position], reading.checkpoint.tokenizer, []
    own = reading.ids[position + 1] if position + 1 < len(reading.ids) else None
    found: list[int | None] = [None, None]
    for index, key in enumerate((keys.PUSH, keys.PUSH_AGAINST)):
        word = state.get(key) or ""
        if (typed := typed_token(tokenizer, word, logits)) is None:
            continue
        found[index] = typed.id
        if typed.n_tokens > 1:
            name = escape(plain_token(tokenizer.token_text(typed.id)))
            notes.append(content.FIRST_OF.format(word=escape(word.strip()), n=typed.n_tokens, token=name))
    one, other = found
    token = two_rivals(logits, own)[0] if one is None and other is None else one
    if token is None:  # only what it is against was typed
        token = two_rivals(logits, other)[1]
    against = two_rivals(logits, token)[1] if other is None else other
    return Pushing(reading, position, (token, against), tuple(notes))


def _chosen_with_boxes(reading: Reading, position: int) -> Pushing:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        pushing = chosen_pushing(reading, position)
        labels = (content.TOKEN_LABEL, content.OTHER_LABEL)
        for key, label, name in zip((keys.PUSH, keys.PUSH_AGAINST), labels, pushing.names, strict=True):
            st.text_input(
                label,
                "",
                key=key,
                live="50ms",
                max_chars=60,
                placeholder=name,
                help=content.BOX_HELP,
                bind="query-params",
                width=220,
            )
    return chosen_pushing(reading, position)  # a box takes the address's word when it is drawn for the first time


def _times(pushing: Pushing) -> str:
    """The difference as a ratio of probabilities."""
    shares = distribution(pushing.reading.logits[pushing.position]).raw
    (token, other), apart = pushing.names, pushing.logits[0] - pushing.logits[1]
    likely = [percent(float(shares[one])) for one in pushing.tokens]
    if abs(apart) < _EQUAL:
        return content.EQUAL.format(one=likely[0], two=likely[1])
    if apart < 0:
        token, other, likely = other, token, likely[::-1]
    size = abs(apart)
    times = content.NO_SIZE if size > _HUGE else f"{math.exp(size):,.{1 if size < math.log(100) else 0}f}"
    return content.TIMES.format(token=escape(token), other=escape(other), times=times, one=likely[0], two=likely[1])


def _bars(pushing: Pushing) -> None:
    found, (token, other) = pushing.found, pushing.names
    one, two = pushing.logits
    cells = [("logit", pushing.position, token) for token in pushing.tokens]
    pushes(
        [
            Number(text=content.SCORE.format(name=token), label=_plain(one), cell=cells[0]),
            Number(text=f"− {content.SCORE.format(name=other)}", label=_plain(two), cell=cells[1]),
            Number(text=f"= {content.DIFFERENCE}", label=_signed(one - two)),
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
        note="",
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
    bar = Bar(name=name, value=value, label=_signed(value), detail=detail)
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


def _board(pushing: Pushing) -> None:
    found, (token, other) = pushing.found, pushing.names
    n_layer, n_head = found.heads.shape
    columns = [*(content.HEAD_COLUMN.format(n=head + 1) for head in range(n_head)), content.MLP_COLUMN]
    parts = [found.heads, found.mlp[:, None], found.attention_bias[:, None]]
    names = [
        [*(name_of(("head", layer, head)) for head in range(n_head)), name_of(("mlp", layer))]
        + [name_of(("attention_bias", layer)), content.NORM.format(layer=layer + 1, half="1 and 2")]
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
        [_signed(values[cell]) for cell in cells],
        [
            content.ADDS.format(
                name=names[row][column].capitalize(), value=_exact(values[row, column]), token=token, other=other
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
            state.put(keys.LAYER, layer + 1)
            if is_head:
                state.put(keys.HEAD, column + 1)


def push_table(found: Contributions) -> pd.DataFrame:
    """A row per part, the strongest first, and their sum."""
    rows = [*((name_of(part), value) for part, value in found.strongest(len(found.by_name))), ("sum", found.total)]
    return pd.DataFrame(rows, columns=["part", "logits"]).set_index("part")


def _signed(value: float) -> str:
    return f"{value + 0.0:+.2f}".replace("-", "−")


def _exact(value: float) -> str:
    return f"{value + 0.0:+.4f}".replace("-", "−")


def _plain(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")
