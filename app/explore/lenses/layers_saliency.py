"""Of the Layers lens: which tokens one prediction hangs on, asked in three ways, and where these disagree."""

import math
from contextlib import nullcontext
from typing import NamedTuple

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.explore import actions, keys, switching
from app.explore.lenses import cache
from app.explore.lenses import layers_saliency_text as content
from app.explore.lenses.layers_window import before
from app.explore.reading import Reading
from app.explore.typed_token import typed_token
from app.shared import outside
from app.shared.browser.hangs_on import Row, hangs_on
from app.shared.choice import draw_choice
from app.shared.theme import escape, number, percent, plain_token
from gptcore.decode.sampling import distribution
from gptcore.effects.saliency import agreement

PICTURE = "saliency"
_LONGEST = 60
"""Characters of a typed word."""
_SLOW = 128
"""Tokens from which on leaving out takes so long that progress is shown."""
_MUCH, _SOME, _REVERSED = 0.6, 0.3, -0.3
"""Rank correlations from which on two rows are said to agree, to agree in part, and below which to be reversed."""


class Asked(NamedTuple):
    """Whose prediction is looked at."""

    token: int
    note: str
    """What is to be said of the choice."""


def show(reading: Reading, position: int, choices: DeltaGenerator) -> None:
    """Draws which prediction, the three rows, and where they disagree."""
    with choices:
        asked = _choose(reading, position)
    if asked.note:
        st.caption(escape(asked.note))
    if position == 0:
        st.info(content.ONE_TOKEN)
        return
    rows = rows_of(reading, position, asked.token)
    _draw(reading, position, asked.token, rows)
    st.markdown(content.AGREE_TITLE)
    st.markdown("\n".join(f"- {sentence}" for sentence in disagreement(reading, before(position), rows)))
    st.caption(content.WHY)


def _choose(reading: Reading, position: int) -> Asked:
    logits, tokenizer = reading.logits[position], reading.checkpoint.tokenizer
    which = draw_choice(content.OF_LABEL, content.OF, keys.HANGS_ON, "likeliest")
    typed = ""
    if which == "chosen":
        typed = st.text_input(
            content.OTHER,
            "",
            key=keys.HANGS_ON_TOKEN,
            live="50ms",
            max_chars=_LONGEST,
            bind="query-params",
            placeholder=content.OTHER_HELP,
            label_visibility="collapsed",
            width=180,
        )
    likeliest = int(logits.argmax())
    if which == "next":
        if position + 1 == len(reading.ids):
            return Asked(likeliest, content.AT_END)
        return Asked(reading.ids[position + 1], "")
    if which == "likeliest":
        return Asked(likeliest, "")
    if (found := typed_token(tokenizer, typed, logits)) is None:
        return Asked(likeliest, content.NOTHING_TYPED)
    name = plain_token(tokenizer.token_text(found.id))
    note = content.PART.format(typed=typed.strip(), n=found.n_tokens, name=name) if found.n_tokens > 1 else ""
    return Asked(found.id, note)


def rows_of(reading: Reading, position: int, token: int) -> dict[str, np.ndarray]:
    """The three ways, (position + 1,) each, by their names in the texts."""
    first = before(position)
    with st.spinner(content.WORKING, show_time=True) if position >= _SLOW else nullcontext():
        found = cache.saliency(reading.key, reading.source, reading.off, reading.ids, position, token, first)
    return {
        "gradient": found.gradient,
        "left_out": found.left_out,
        "rollout": reading.rollout[position, : position + 1],
    }


def _draw(reading: Reading, position: int, token: int, rows: dict[str, np.ndarray]) -> None:
    first, names = before(position), reading.plain_names
    hidden = [at for kind, *at in reading.off.switches if kind == "token"]
    subtitle = [content.SUBTITLE.format(probability=percent(distribution(reading.logits[position]).raw[token]))]
    if first:
        shown = content.WINDOW.format(first=first + 1, last=position + 1, n=position + 1 - first)
        size = np.abs(rows["gradient"].astype(np.float64))
        share = float(size[:first].sum() / max(size.sum(), 1e-30))
        subtitle += [shown, content.OUTSIDE.format(share=percent(share))]
    if hidden:
        subtitle.append(content.HIDDEN)
    scales = {name: _scale(values[first:]) for name, values in rows.items()}
    hangs_on(
        names[first : position + 1],
        [
            Row(
                content.ROWS[name],
                values[first:],
                scales[name],
                content.LEGENDS[name].format(scale=scales[name]),
                content.SHARE if name == "rollout" else content.NATS,
            )
            for name, values in rows.items()
        ],
        first=first,
        position=position,
        hidden=[int(at[0]) for at in hidden],
        texts={
            "title": content.TITLE.format(
                token=plain_token(reading.checkpoint.tokenizer.token_text(token)), name=names[position]
            ),
            "subtitle": " ".join(subtitle),
            "alt": content.ALT,
            "hide": content.HIDE,
            "show": content.SHOW,
        },
        stamp=reading.stamp(PICTURE, position, token),
        key=PICTURE,
        on_hide=_hide,
    )


def _scale(values: np.ndarray) -> float:
    """The number farthest from zero, which has the full colour."""
    return float(np.nanmax(np.abs(values), initial=0.0)) if np.isfinite(values).any() else 0.0


def _hide() -> None:
    """The button was pressed. For a callback."""
    position = st.session_state[PICTURE].hide
    if outside.is_index(position, len(actions.current_reading().ids)):
        switching.toggle(("token", position))


def disagreement(reading: Reading, first: int, rows: dict[str, np.ndarray]) -> list[str]:
    """What each two of the rows have in common, in Markdown."""
    sentences = []
    for (one, other), pair in content.PAIRS.items():
        found = agreement(rows[one][first:], rows[other][first:])
        if math.isnan(found.correlation) or found.token is None:
            sentences.append(content.NO_AGREEMENT.format(pair=pair))
            continue
        value = number(found.correlation, ".2f")
        said = content.REVERSED if found.correlation <= _REVERSED else content.AGREEMENT
        parts = [said.format(pair=pair, how=_how(found.correlation), value=value, n=found.count)]
        if found.ranks[0] != found.ranks[1]:
            place = first + found.token
            name = escape(reading.plain_names[place])
            ranks = dict(zip(("one", "two"), found.ranks, strict=True))
            parts.append(content.FARTHEST.format(token=name, number=place + 1, **ranks))
        if found.opposed and "rollout" not in (one, other):  # which has no sign
            parts.append(content.OPPOSED.format(n=found.opposed, count=found.count))
        sentences.append(" ".join(parts))
    return sentences


def _how(correlation: float) -> str:
    if correlation >= _MUCH:
        return content.AGREE
    return content.IN_PART if correlation >= _SOME else content.HARDLY
