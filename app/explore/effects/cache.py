"""What patching a learner's text with another one gives. Kept per learner, bounded, keyed by value."""

import numpy as np
import streamlit as st

from app.explore import cache
from app.explore.lenses.change_patch_text import WORKING
from app.explore.off import Off
from app.explore.reading import Reading
from app.shared.loaded import ModelKey, checkpoint
from app.shared.turns import take_turn
from gptcore.effects.patching import PatchGrid, head_patch_grid, patch, patch_grid
from gptcore.model.capture import Part
from gptcore.trace.trace import Trace, run_trace

_SECOND: tuple[Part, ...] = ("hidden", "attn_out", "mlp_out", "head_out", "final", "logits")
_FIRST: tuple[Part, ...] = ("hidden", "final")


@st.cache_resource(max_entries=1, scope="session", show_spinner=False)
def _second(key: ModelKey, text: str, off: Off, _ids: cache.Ids) -> Trace:
    return cache.traced(key, off, _ids, _SECOND)


def second(other: Reading) -> Trace:
    """Of the second text, all that can be taken from it."""
    return _second(other.key, other.source, other.off, other.ids)


def grid(reading: Reading, other: Reading, answers: tuple[int, int], position: int, part: Part) -> PatchGrid:
    """How far each patch moves the answer after a position; `part` as in PATCHED, or "head_out" for all heads.

    Raises:
        InputError: the texts have not equally many tokens, or too many.
    """
    sources = reading.source, other.source
    return _grid(reading.key, sources, reading.off, answers, position, part, reading, other)


@st.cache_resource(max_entries=8, scope="session", show_spinner=WORKING)
def _grid(
    key: ModelKey,
    sources: tuple[str, str],
    off: Off,
    answers: tuple[int, int],
    position: int,
    part: Part,
    _reading: Reading,
    _other: Reading,
) -> PatchGrid:
    model, first, there = checkpoint(key).model, _reading.traced(_FIRST), second(_other)
    n_layer = model.config.n_layer
    with take_turn((position + 1) * n_layer * (position + 1)) as taken:
        if part == "head_out":
            return head_patch_grid(model, first, there, *answers, position, taken.pause)
        return patch_grid(model, first, there, *answers, position, part, taken.pause)


def after(reading: Reading, other: Reading, position: int, part: Part, layer: int, column: int) -> np.ndarray:
    """(V,): the logits after a position, with one patch; `column` is a token, of "head_out" a head."""
    sources = reading.source, other.source
    return _after(reading.key, sources, reading.off, position, part, layer, column, reading, other)


@st.cache_resource(max_entries=4, scope="session", show_spinner=False)
def _after(
    key: ModelKey,
    sources: tuple[str, str],
    off: Off,
    position: int,
    part: Part,
    layer: int,
    column: int,
    _reading: Reading,
    _other: Reading,
) -> np.ndarray:
    there = second(_other)
    one = patch(there, part, layer, head=column) if part == "head_out" else patch(there, part, layer, column)
    with take_turn(len(_reading.ids)) as taken:
        trace = run_trace(
            checkpoint(key).model,
            np.array(_reading.ids),
            ("logits",),
            pause=taken.pause,
            interventions=(*_reading.interventions, one),
        )
    logits: np.ndarray = trace.part("logits")[position].copy()  # not a view, which would keep all rows
    return logits
