"""Which layer and which head: two boxes that the lenses share, so that a choice in one is kept in the other."""

import streamlit as st

from app.explore import keys
from app.explore.chosen import FIRST_LAYER
from app.shared import state
from app.shared.glossary import GLOSSARY
from app.shared.present import is_presented
from gptcore.config import ModelConfig

_WIDTH, _LARGE_WIDTH = 68, 96
"""Pixels of a box; the second in large type."""


def choose_head(config: ModelConfig, disabled: bool = False) -> tuple[int, int]:
    """Draws the boxes; (layer, head), both from 0. `disabled` where all heads are shown together."""
    layer = choose_layer(config, disabled)
    state.keep_within(keys.HEAD, config.n_head)
    head = st.selectbox(
        "Head",
        range(1, config.n_head + 1),
        key=keys.HEAD,
        bind="query-params",
        help=GLOSSARY["head"],
        disabled=disabled,
        width=_width(),
    )
    return layer, head - 1


def choose_layer(config: ModelConfig, disabled: bool = False) -> int:
    """Draws the first box alone; from 0."""
    state.keep_within(keys.LAYER, config.n_layer)
    layer: int = st.selectbox(
        "Layer",
        range(1, config.n_layer + 1),
        index=min(FIRST_LAYER, config.n_layer) - 1,
        key=keys.LAYER,
        bind="query-params",
        help=GLOSSARY["layer"],
        disabled=disabled,
        width=_width(),
    )
    return layer - 1


def _width() -> int:
    return _LARGE_WIDTH if is_presented() else _WIDTH
