"""Models in memory: loaded once, shared by all learners, never changed.

A model is named by a ModelKey: its name, its file's time stamp and whether its initial weights are meant. So a changed
checkpoint is another key, and no result of one model can be shown for another.
"""

import gc
import sys
from dataclasses import replace
from typing import NamedTuple

import streamlit as st
import torch

from app.shared import models
from gptcore.checkpoints.card import initial_seed
from gptcore.checkpoints.checkpoint import TextModel
from gptcore.checkpoints.masked import load_any_model
from gptcore.checkpoints.weights import weights_file
from gptcore.errors import InputError
from gptcore.model.kinds import new_model


class ModelKey(NamedTuple):
    """Names a model by value."""

    name: str
    stamp: int
    """Modification time of its weights, in ns."""
    untrained: bool
    step: int | None = None
    """Of one of its checkpoints; None: the newest."""


def model_key(name: str, untrained: bool = False, step: int | None = None) -> ModelKey:
    """The key of a model as it is on disk now."""
    folder = models.folder(name, step)
    if (weights := weights_file(folder)) is None:
        raise InputError(f"the weights of {name} are gone from {folder}; choose another model")
    return ModelKey(name, weights.stat().st_mtime_ns, untrained, step)


@st.cache_resource(max_entries=24, show_spinner=False)  # some of them checkpoints that somebody drags through
def checkpoint(key: ModelKey) -> TextModel:
    """A model with its tokenizer; `untrained` gives the very weights that its training started from."""
    trained = load_any_model(models.folder(key.name, key.step))
    if key.untrained:
        generator = torch.Generator().manual_seed(initial_seed(trained.card))
        model = new_model(trained.config, generator).eval().requires_grad_(False)
        trained = replace(trained, model=model, head=None)
    _settle()
    return trained


def _settle() -> None:
    """Makes the server fit for many learners, once a model is loaded.

    One thread per learner: on a text of a few words a second one only burns time. Who wants Python's lock waits for it
    at most 1 ms, not 5: every operation of a model gives the lock away and has to get it back, and the thread that
    serves the browsers does so for each message. And all that lives long is taken out of the collector's sight:
    Streamlit ends every rerun with a full collection, and walking torch, plotly and pandas each time costs 200 ms.
    """
    torch.set_num_threads(1)
    sys.setswitchinterval(0.001)
    gc.collect()
    gc.freeze()
