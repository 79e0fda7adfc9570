"""A weight through its model's training."""

import streamlit as st

from app.shared import models
from app.shared.loaded import ModelKey
from gptcore.checkpoints.history import weight_over_steps


@st.cache_data(max_entries=64, show_spinner=False)
def history(key: ModelKey, steps: tuple[int, ...], name: str, index: tuple[int, ...]) -> dict[int, float]:
    """A weight's value by step, the first step first.

    Args:
        steps: all that the model has; a run that is going on has more the next time.
    """
    folders = models.steps(key.name)
    return weight_over_steps({step: folders[step] for step in steps if step in folders}, name, index)
