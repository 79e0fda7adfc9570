"""What fine-tuned models make of a learner's examples; see app.explore.cache."""

import numpy as np
import streamlit as st

from app.shared.loaded import ModelKey, checkpoint
from app.shared.turns import take_turn
from gptcore.tasks.predict import Prediction, predict
from gptcore.trace.trace import run_trace


@st.cache_resource(max_entries=2, scope="session", show_spinner=False)  # this example and the one before
def prediction(key: ModelKey, texts: tuple[str, ...]) -> tuple[Prediction, tuple[np.ndarray, ...]]:
    """A fine-tuned model's prediction, and per row the weights (L, H, extract + 1) with which [Extract] looks."""
    reader = checkpoint(key)
    looks = []
    with take_turn(reader.config.n_positions, edited=True) as taken:
        predicted = predict(reader, texts)
        for row in predicted.input.rows:
            taken.pause()
            ids = np.array(row.ids[: row.extract + 1])
            looks.append(run_trace(reader.model, ids, ("attention",)).part("attention")[:, :, -1].copy())
    return predicted, tuple(looks)
