"""What a model says of the texts that a learner writes by hand. Kept per learner, bounded, keyed by value."""

import time
from collections.abc import Iterator, Sequence

import numpy as np
import streamlit as st

from app.shared.loaded import ModelKey, checkpoint
from app.shared.turns import in_turn, take_turn
from gptcore.decode.by_hand import MOST_TRIED
from gptcore.decode.cache_cost import Measured, measured
from gptcore.decode.context import WrittenScores, written_scores
from gptcore.decode.generate import generate
from gptcore.measures import TokenScores

Packed = bytes
"""Ids, eight bytes each: one value to compare, where hashing a tuple takes longer than running the model."""
_LONG = 128
"""Tokens from which on a pass takes long enough to be measured less often."""
_AT_A_TIME = 25
"""Greedy tokens are written by so many, so that a text that grows by one does not ask for a new one each time."""


def packed(ids: Sequence[int]) -> Packed:
    """Ids as a cache's key has them."""
    return np.array(ids, dtype=np.int64).tobytes()


@st.cache_resource(max_entries=4, scope="session", show_spinner=False)
def read(key: ModelKey, ids: Packed, n_prompt: int) -> WrittenScores:
    """How each token of a text was predicted, and the logits of the next one."""
    text = np.frombuffer(ids, dtype=np.int64).tolist()
    with take_turn(len(text), edited=True) as taken:
        return written_scores(checkpoint(key).model, text, n_prompt, taken.pause)


@st.cache_resource(max_entries=MOST_TRIED + 1, scope="session", show_spinner=False)
def scored(key: ModelKey, ids: Packed, n_prompt: int) -> TokenScores:
    """The same without the logits: small, so that every branch of a tree can be kept."""
    return read(key, ids, n_prompt).scores


@st.cache_resource(max_entries=8, scope="session", show_spinner=False)
def _greedy(key: ModelKey, prompt: Packed, n: int, stop_ids: tuple[int, ...]) -> tuple[int, ...]:
    model = checkpoint(key).model
    ids = np.frombuffer(prompt, dtype=np.int64).tolist()
    steps = generate(model, ids, n, temperature=0.0, stop_ids=stop_ids)
    return tuple(step.id for step in in_turn(steps, len(ids) + n, edited=True))


def greedy(key: ModelKey, prompt: Packed, n: int, stop_ids: tuple[int, ...]) -> tuple[int, ...]:
    """The n likeliest tokens, one by one, or fewer if the text ends before."""
    return _greedy(key, prompt, -(-n // _AT_A_TIME) * _AT_A_TIME, stop_ids)[:n]


@st.cache_resource(max_entries=64, scope="session", show_spinner=False)
def timed(key: ModelKey, ids: Packed) -> Measured:
    """Milliseconds of the step that reads the last of these tokens, with the key-value cache and without: of processor
    time, so that a class at work does not count."""
    text = np.frombuffer(ids, dtype=np.int64).tolist()
    repeats = 5 if len(text) <= _LONG else 3
    with take_turn(len(text) * repeats) as taken:
        return measured(checkpoint(key).model, text, repeats, taken.pause, time.thread_time)


def timed_along(key: ModelKey, ids: Sequence[int], lengths: Sequence[int]) -> Iterator[Measured]:
    """The same for beginnings of a text."""
    for length in lengths:
        yield timed(key, packed(ids[:length]))
