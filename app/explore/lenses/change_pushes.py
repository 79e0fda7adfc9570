"""Of the Change lens: which heads and feed-forward networks push one next token against another."""

import math

import streamlit as st

from app.explore import keys
from app.explore.effects.pushing import Pushing
from app.explore.lenses import change_pushes_text as content
from app.explore.lenses.change_pushes_board import draw_bars, draw_board, name_of, push_table, signed
from app.explore.reading import Reading
from app.explore.typed_token import compared_tokens
from app.shared import state
from app.shared.table import draw_numbers
from app.shared.theme import escape, percent
from gptcore.decode.sampling import distribution
from gptcore.effects.rivals import two_rivals

_HUGE = math.log(10_000)
_EQUAL = 0.05
"""A logit difference below it is not worth a sentence."""


def show(reading: Reading, position: int) -> None:
    """Draws it."""
    heading = st.container()
    pushing = _chosen_with_boxes(reading, position)
    token, other = map(escape, pushing.names)
    with heading:
        last = escape(reading.plain_names[position])
        title = content.TITLE if pushing.logits[0] >= pushing.logits[1] else content.BEHIND_TITLE
        st.markdown(title.format(token=token, other=other, last=last))
    for note in pushing.notes:
        st.caption(note)
    if pushing.tokens[0] == pushing.tokens[1]:
        st.info(content.SAME.format(token=token))
        return
    st.markdown(f"{_times(pushing)} {_hardest(pushing)}")
    left, right = st.columns([1, 1.5], gap="large")
    with left:
        draw_bars(pushing)
    with right:
        draw_board(pushing)
    post = reading.checkpoint.config.norm == "post"
    st.caption(content.FIXED_POST if post else content.FIXED_PRE)
    draw_numbers(content.TABLE, lambda: push_table(pushing.found), file_name="contributions.csv", key="push_table")


def _hardest(pushing: Pushing) -> str:
    """The part that pushes hardest, and the one that pushes hardest the other way."""
    sides: dict[bool, str] = {}
    for part, value in pushing.found.strongest(len(pushing.found.by_name)):
        sides.setdefault(value > 0, f"{name_of(part)} ({signed(value)})")
    if not sides:
        return ""
    if len(sides) == 1:
        return content.HARDEST_ONE.format(part=next(iter(sides.values())))
    token, other = map(escape, pushing.names)
    return content.HARDEST.format(token=token, part=sides[True], other=other, opposite=sides[False])


def chosen_pushing(reading: Reading, position: int) -> Pushing:
    """What the boxes ask for, or what is taken where they are empty."""
    logits, tokenizer = reading.logits[position], reading.checkpoint.tokenizer
    own = reading.ids[position + 1] if position + 1 < len(reading.ids) else None
    boxes = (keys.PUSH, keys.PUSH_AGAINST)
    (one, other), notes = compared_tokens(tokenizer, [(state.get(key) or "", logits) for key in boxes])
    token = two_rivals(logits, own)[0] if one is None and other is None else one
    if token is None:  # only what it is against was typed
        token = two_rivals(logits, other)[1]
    against = two_rivals(logits, token)[1] if other is None else other
    return Pushing(reading, position, (token, against), notes)


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
