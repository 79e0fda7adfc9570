"""A weight through its model's training."""

import streamlit as st

from app.shared import models
from app.shared.loaded import ModelKey


def weight_over_steps(*a):
    return {}


@st.cache_data(max_entries=64, show_spinner=False)
def history(key: ModelKey, name: str, index: tuple[int, ...]) -> dict[int, float]:
    """Its value by step, the first step first; empty for a model without checkpoints."""
    return weight_over_steps(models.steps(key.name), name, index)
