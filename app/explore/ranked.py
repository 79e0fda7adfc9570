"""What each part of the whole model is worth on the text, once somebody asked."""

import numpy as np
import streamlit as st

from app.explore import cache, keys
from app.explore.off import Off
from app.explore.reading import Reading
from app.shared import state
from app.shared.loaded import ModelKey
from gptcore.effects.ranking import Ranking

_PER_SECOND = 60e9
"""Multiplications of weights in a second, roughly, on two cores."""
_AT_ONCE, _SHOWN = 2.0, 0.8
"""Seconds, roughly: a ranking that takes longer waits for a press of a button; says that it is at work."""


def is_due(reading: Reading) -> bool:
    """Whether it may be computed unasked, or was asked for."""
    return seconds(reading) <= _AT_ONCE or state.get(keys.RANKED) == _asked(reading)


def ask(reading: Reading) -> None:
    """It is to be computed, however long that takes; for callbacks."""
    state.put(keys.RANKED, _asked(reading))


def rank(reading: Reading, message: str) -> Ranking:
    """Of the whole model's parts, whatever is off. With a message on the screen while it takes long."""
    ask(reading)
    if seconds(reading) <= _SHOWN:
        return _ranking(reading)
    with st.spinner(message):
        return _ranking(reading)


def known(reading: Reading) -> np.ndarray | None:
    """`table` of what was computed before; None if nobody asked for this text."""
    return table(_ranking(reading)) if state.get(keys.RANKED) == _asked(reading) else None


def table(found: Ranking) -> np.ndarray:
    """(L, H + 2) nats: heads, attention, feed-forward network."""
    return np.column_stack([found.heads, found.attention, found.mlp])


def seconds(reading: Reading) -> float:
    """About how long it takes: each part's pass goes through the blocks from its own on, and all score the text."""
    config = reading.checkpoint.config
    block = 4 * config.d_model**2 + 2 * config.d_model * config.d_inner
    passes = block * config.n_layer * (config.n_layer + 1) / 2 + config.vocab_size * config.d_model * config.n_layer
    return passes * (config.n_head + 2) * len(reading.ids) / _PER_SECOND


def by_mean(reading: Reading) -> bool:
    """Whether off means what a part says on average."""
    return state.get(keys.OFF_BY) == "mean" and cache.means(reading.key) is not None


def _asked(reading: Reading) -> tuple[ModelKey, str, bool]:
    return reading.key, reading.source, by_mean(reading)


def _ranking(reading: Reading) -> Ranking:
    whole = reading.original if reading.off else reading
    off = Off((), by_mean(reading))
    return cache.ranking(whole.key, whole.source, off, lambda: whole.traced(("hidden", "head_out")))
