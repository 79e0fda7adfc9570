"""The only file that caches. Everything here is shared by all learners, bounded, read-only and keyed by value.

A model is named by a ModelKey: its name, its file's time stamp and whether its initial weights are meant. So a changed
checkpoint is another key, and no result of one model can be shown for another.
"""

import gc
from typing import NamedTuple

import numpy as np
import streamlit as st
import torch

from gptcore.model.gpt import GPT
from gptcore.runs.checkpoint import SHIPPED, Checkpoint, load, shipped_models
from gptcore.text.tokenizer import Tokenizer
from gptcore.trace.board import pool_causal
from gptcore.trace.roles import Role, head_roles
from gptcore.trace.trace import Trace, run_trace

BOARD_CELLS = 32
WHOLE_TRACE_TOKENS = 128
"""Up to here one trace holds all layers; a longer text is traced one layer at a time and its board is pooled."""


class ModelKey(NamedTuple):
    """Names a model by value."""

    name: str
    stamp: int
    """Modification time of its weights, in ns."""
    untrained: bool


def model_names() -> list[str]:
    """Models that can be opened, the default first."""
    return sorted(shipped_models(), key=lambda name: (name != "books", name))


def model_key(name: str, untrained: bool) -> ModelKey:
    """The key of a model as it is on disk now."""
    return ModelKey(name, (SHIPPED / name / "model.safetensors").stat().st_mtime_ns, untrained)


@st.cache_resource(max_entries=4, show_spinner="Opening the model …")
def checkpoint(key: ModelKey) -> Checkpoint:
    """A model with its tokenizer; `untrained` gives the very weights that its training started from."""
    trained = load(key.name)
    if key.untrained:
        seed = trained.card.get("settings", {}).get("train", {}).get("seed", 0)
        model = GPT(trained.config, torch.Generator().manual_seed(seed)).eval().requires_grad_(False)
        trained = Checkpoint(model, trained.tokenizer, trained.config, trained.card)
    _freeze()
    return trained


@st.cache_resource(max_entries=4, show_spinner=False)
def tokenizer(name: str) -> Tokenizer:
    """Another tokenizer to compare with, from assets/tokenizers."""
    return Tokenizer.load(SHIPPED.parent / "tokenizers" / name)


@st.cache_resource(max_entries=24, show_spinner=False)
def trace(key: ModelKey, ids: tuple[int, ...], parts: tuple[str, ...], layer: int | None = None) -> Trace:
    """One recorded forward pass; all layers, or one."""
    return run_trace(checkpoint(key).model, np.array(ids), parts, None if layer is None else [layer])


@st.cache_resource(max_entries=24, show_spinner=False)
def board(key: ModelKey, ids: tuple[int, ...]) -> tuple[np.ndarray, list[list[Role | None]]]:
    """(L, H, n, n) pooled weights of all heads, and what each head measurably does on this text."""
    pooled, roles = [], []
    n_layer = checkpoint(key).config.n_layer
    together = len(ids) <= WHOLE_TRACE_TOKENS
    for layer in [None] if together else range(n_layer):
        weights = trace(key, ids, ("attention", "logits"), None).attention if together else _weights(key, ids, layer)
        base_key = key._replace(untrained=True)
        base = trace(base_key, ids, ("attention", "logits")).attention if together else _weights(base_key, ids, layer)
        pooled.append(pool_causal(weights, BOARD_CELLS))
        roles += head_roles(weights, base, np.array(ids))
    return np.concatenate(pooled), roles


def _weights(key: ModelKey, ids: tuple[int, ...], layer: int) -> np.ndarray:
    """(1, H, T, T) of one layer, kept by nobody: a long text's weights fill megabytes per layer."""
    return run_trace(checkpoint(key).model, np.array(ids), ("attention",), [layer]).attention


def _freeze() -> None:
    """Takes all that lives long out of the collector's sight.

    Streamlit ends every rerun with a full collection; walking torch, plotly and pandas each time costs 200 ms.
    """
    gc.collect()
    gc.freeze()
