"""What models make of the page's sentence. Kept per learner, so that what only looks elsewhere never runs a model;
bounded, read-only, keyed by value."""

import numpy as np
import streamlit as st

from app.shared.loaded import ModelKey, checkpoint
from app.shared.turns import take_turn
from gptcore.decode.fill_in import FilledIn, fill_in
from gptcore.model.intervention import lift_mask
from gptcore.trace.trace import Trace, run_trace

Ids = tuple[int, ...]
_CANDIDATES = (32, 256)
"""How many words are tried in a gap, at least and at most."""
_TOKENS_TRIED = 2_500
"""Of all candidates together, roughly: what a keystroke can wait for."""


@st.cache_resource(max_entries=4, scope="session", show_spinner=False)
def read(key: ModelKey, ids: Ids, looks_ahead: bool) -> Trace:
    """Attention and logits of one pass, with a GPT's mask or without it."""
    changes = [lift_mask()] if looks_ahead else []
    with take_turn(len(ids), edited=True) as taken:
        model = checkpoint(key).model
        return run_trace(model, np.array(ids), ("attention", "logits"), pause=taken.pause, interventions=changes)


@st.cache_resource(max_entries=4, scope="session", show_spinner=False)
def filled(key: ModelKey, left: Ids, right: Ids) -> FilledIn:
    """What a GPT puts into a gap, by the left side and by whole texts."""
    least, most = _CANDIDATES
    tried = min(max(_TOKENS_TRIED // (len(right) + 1), least), most, checkpoint(key).config.vocab_size)
    with take_turn(len(left) + tried * (len(right) + 1), edited=True) as taken:
        return fill_in(checkpoint(key).model, left, right, tried, taken.pause)
