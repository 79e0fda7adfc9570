"""The Prediction lens with something beside the view: both next-token softmaxes, and how far apart they are."""

import math

import numpy as np
import pandas as pd
import streamlit as st

from app.explore.beside import Beside
from app.explore.lenses import compare_text as content
from app.explore.prediction_panel import next_distribution, sampling_settings, shown_tokens
from app.explore.reading import Reading
from app.shared.browser.paired import PairedRow, paired_bars
from app.shared.takeaway import shelf
from app.shared.theme import number, percent, plain_token
from gptcore.decode.sampling import Distribution, distribution
from gptcore.measures import kl_divergence

_OF_EACH, _MOST = 6, 9
"""Tokens that each of the two likes best, and of both together."""


def show(reading: Reading, position: int, other: Beside) -> None:
    """Draws both predictions after the chosen token, and after the one that stands for it."""
    if not other.shares_vocabulary(reading):
        sizes = reading.checkpoint.config.vocab_size, other.reading.checkpoint.config.vocab_size
        st.info(content.OTHER_VOCABULARY.format(now=sizes[0], beside=sizes[1]))
        return
    place = other.place_of(reading, position)
    now = next_distribution(reading, position)
    then = distribution(other.reading.logits[place], *other.sampling)
    after = ""
    if reading.plain_names[position] != other.reading.plain_names[place]:
        after = content.NEXT_AFTER.format(now=reading.plain_names[position], beside=other.reading.plain_names[place])
    paired_bars(
        [_row(reading, now, then, token) for token in _tokens(now, then)],
        title=content.NEXT_TITLE,
        legend=(content.LEGEND[0], content.LEGEND[1].format(name=other.name), content.POINTS),
        note=" ".join(filter(None, (after, content.NEXT_NOTE))),
        stamp=reading.stamp(
            "paired", position, sampling_settings(), other.reading.stamp(place, other.sampling), other.name
        ),
        key="paired",
    )
    _divergences(now, then)


def _tokens(now: Distribution, then: Distribution) -> list[int]:
    """The likeliest of either, by the larger of their two probabilities."""
    either = {*shown_tokens(now, _OF_EACH), *shown_tokens(then, _OF_EACH)}
    return sorted(either, key=lambda token: (-max(now.final[token], then.final[token]), token))[:_MOST]


def _row(reading: Reading, now: Distribution, then: Distribution, token: int) -> PairedRow:
    name = plain_token(reading.checkpoint.tokenizer.token_text(token))
    ours, theirs = float(now.final[token]), float(then.final[token])
    return PairedRow(
        name=name,
        now=ours,
        beside=theirs,
        now_label=percent(ours),
        beside_label=percent(theirs),
        difference=points(ours - theirs),
        detail=content.NEXT_DETAIL.format(
            token=name,
            now=percent(ours),
            beside=percent(theirs),
            raw_now=percent(float(now.raw[token])),
            raw_beside=percent(float(then.raw[token])),
        ),
    )


def points(difference: float) -> str:
    """A difference of probabilities in percentage points, with its sign."""
    size = abs(100 * difference)
    digits = 0 if size >= 9.95 else 1 if size >= 0.095 else 2
    if round(size, digits) == 0:
        return "0"
    return number(100 * difference, f"+.{digits}f")


def _divergences(now: Distribution, then: Distribution) -> None:
    table = divergences(now, then)
    shelf.put_table(content.KL_TITLE, lambda: table.set_index(content.KL_COLUMNS[0]), "divergence")
    st.markdown(f"**{content.KL_TITLE}**", help=content.KL_HELP)
    rows = [(name, _bits(raw), _bits(final)) for name, raw, final in table.itertuples(index=False)]
    lines = [" | ".join(f":small[{cell}]" for cell in row) for row in (content.KL_COLUMNS, *rows)]
    st.markdown("\n".join((lines[0], "--- | ---: | ---:", *lines[1:])))
    if np.isinf(table[list(content.KL_COLUMNS[1:])].to_numpy()).any():
        st.caption(content.INFINITE)


def divergences(now: Distribution, then: Distribution) -> pd.DataFrame:
    """Both directions, of the models' own probabilities and of what is drawn from."""
    ways = ((content.KL_NOW, now, then), (content.KL_BESIDE, then, now))
    rows = [(name, kl_divergence(p.raw, q.raw), kl_divergence(p.final, q.final)) for name, p, q in ways]
    return pd.DataFrame(rows, columns=list(content.KL_COLUMNS))


def _bits(value: float) -> str:
    return "∞" if math.isinf(value) else f"{value:.3f}"
