"""What a model finds on the Decoding page. Kept per learner, so that a slider that only ranks never runs the model;
bounded, read-only, keyed by value.
"""

import numpy as np
import streamlit as st
import torch

from app.shared.loaded import ModelKey, checkpoint
from app.shared.turns import take_turn
from gptcore.decode.beam import grow
from gptcore.decode.beam_tree import Tree
from gptcore.decode.exact import Best, proven_best
from gptcore.model.language_model import LanguageModel

Ids = tuple[int, ...]
LOOKS = 1_000
"""Beginnings that the search for the best text of all may look at: about a second."""
MOST_PROVEN = 8
"""Tokens of the best text of all, at most."""


@st.cache_resource(max_entries=24, scope="session", show_spinner=False)
def tree(key: ModelKey, ids: Ids, n_new: int, width: int, stop_ids: Ids) -> Tree:
    """All that beam search looks at, whatever the length penalty."""
    with take_turn(len(ids) + n_new * width, edited=True) as taken:
        levels = grow(_model(key), ids, n_new, width, stop_ids, pause=taken.pause)
        return tuple(node for nodes in levels for node in nodes)


@st.cache_resource(max_entries=24, scope="session", show_spinner=False)
def best_of_all(key: ModelKey, ids: Ids, n_new: int, stop_ids: Ids) -> Best:
    """The likeliest text of as many tokens as can be proven."""
    with take_turn(len(ids) + LOOKS, edited=True) as taken:
        return proven_best(_model(key), ids, min(n_new, MOST_PROVEN), stop_ids, LOOKS, pause=taken.pause)


@st.cache_resource(max_entries=24, scope="session", show_spinner=False)
def next_logits(key: ModelKey, ids: Ids) -> np.ndarray:
    """(V,) of the token after these."""
    with take_turn(len(ids)), torch.no_grad():
        model = _model(key)
        logits: np.ndarray = model.unembed(model.hidden_states(torch.tensor([ids]))[0, -1]).numpy()
    logits.setflags(write=False)
    return logits


def _model(key: ModelKey) -> LanguageModel:
    return checkpoint(key).model
