"""What the Layers lens has found, kept per learner: by model, text, what is switched off, and what was asked."""

from typing import NamedTuple

import numpy as np
import streamlit as st

from app.explore.cache import Ids, interventions
from app.explore.off import Off
from app.shared.loaded import ModelKey, checkpoint
from app.shared.turns import take_turn
from gptcore.effects.saliency import gradient_times_input, leave_one_out
from gptcore.trace.lens import Followed, Guesses, follow
from gptcore.trace.lens import guesses as guessed
from gptcore.trace.trace import Trace


@st.cache_resource(max_entries=4, scope="session", show_spinner=False)  # windows of a text, and of one beside it
def guesses(key: ModelKey, text: str, off: Off, _trace: Trace, first: int, stop: int) -> Guesses:
    """What each boundary would predict after the tokens from `first` to before `stop`."""
    following = [*map(int, _trace.ids[first + 1 : stop + 1]), *([None] if stop == len(_trace.ids) else [])]
    with take_turn(stop - first) as taken:
        return guessed(
            checkpoint(key).model,
            _trace.part("hidden")[:, first:stop],
            _trace.part("logits")[first:stop],
            following,
            pause=taken.pause,
        )


@st.cache_resource(max_entries=4, scope="session", show_spinner=False)
def followed(key: ModelKey, text: str, off: Off, _trace: Trace, position: int, tokens: Ids) -> Followed:
    """Some next tokens through the boundaries, after one token of a text."""
    with take_turn(1):
        return follow(checkpoint(key).model, _trace, position, tokens)


class Saliency(NamedTuple):
    """What one prediction hangs on, (position + 1,) each, in nats."""

    gradient: np.ndarray
    left_out: np.ndarray


@st.cache_resource(max_entries=8, scope="session", show_spinner=False)
def saliency(key: ModelKey, text: str, off: Off, _ids: Ids, position: int, token: int, first: int) -> Saliency:
    """By gradient, and by leaving out each token from `first` on."""
    model, changes = checkpoint(key).model, interventions(key, off)
    with take_turn(4 * (position + 1) + (position - first) ** 2 // 2) as taken:
        gradient = gradient_times_input(model, _ids, position, token, changes, taken.pause)
        return Saliency(gradient, leave_one_out(model, _ids, position, token, changes, first, taken.pause))
