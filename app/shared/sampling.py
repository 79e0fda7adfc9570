"""Sliders of temperature, top-k and top-p, whose values stand in the address, and what they ask for."""

from collections.abc import Callable

import streamlit as st

from app.shared import state
from app.shared.glossary import GLOSSARY

TOP_K_OFF, TOP_P_OFF = 0, 1.0
"""Where the sliders cut nothing."""
MOST_K = 100
Settings = tuple[float, int | None, float | None]
"""(temperature, top_k, top_p) as gptcore takes them."""


def draw_temperature(key: str, default: float = 1.0, on_change: Callable[[], None] | None = None) -> float:
    """Draws it; returns its value."""
    temperature: float = st.slider(
        "Temperature",
        0.0,
        3.0,
        default,
        0.05,
        key=key,
        help=GLOSSARY["temperature"],
        bind="query-params",
        on_change=on_change,
    )
    return temperature


def draw_top_k(key: str, default: int = TOP_K_OFF) -> int:
    """As above."""
    top_k: int = st.slider("Top-k", TOP_K_OFF, MOST_K, default, key=key, help=GLOSSARY["top_k"], bind="query-params")
    return top_k


def draw_top_p(key: str, default: float = TOP_P_OFF) -> float:
    """As above."""
    top_p: float = st.slider(
        "Top-p", 0.05, TOP_P_OFF, default, 0.01, key=key, help=GLOSSARY["top_p"], bind="query-params"
    )
    return top_p


def as_settings(temperature: float, top_k: int, top_p: float) -> Settings:
    """What three values of the sliders ask for."""
    return temperature, top_k or None, None if top_p >= TOP_P_OFF else top_p


def as_values(top_k: int | None, top_p: float | None) -> tuple[int, float]:
    """Where the sliders of the two cuts stand that ask for this."""
    return top_k or TOP_K_OFF, TOP_P_OFF if top_p is None else top_p


def settings_of(temperature: str, top_k: str, top_p: str) -> Settings:
    """What the sliders with these keys ask for; before they are drawn, nothing is cut."""
    return as_settings(state.get(temperature, 1.0), state.get(top_k, TOP_K_OFF), state.get(top_p, TOP_P_OFF))
