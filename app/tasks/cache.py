"""What fine-tuned models make of a learner's examples; see app.explore.cache."""

from typing import NamedTuple

import numpy as np
import streamlit as st

from app.shared.loaded import ModelKey, checkpoint
from app.shared.turns import take_turn
from gptcore.familiar import Familiarity
from gptcore.tasks.familiarity import familiarity
from gptcore.tasks.predict import Prediction, predict
from gptcore.trace.trace import run_trace


class Answer(NamedTuple):
    """What a fine-tuned model makes of an example."""

    prediction: Prediction
    looks: tuple[np.ndarray, ...]
    """Per row, (L, H, extract + 1): the weights with which [Extract] looks at itself and everything before it."""
    familiarity: Familiarity | None
    """None where the model does not tell what it has read."""


@st.cache_resource(max_entries=2, scope="session", show_spinner=False)  # this example and the one before
def answer(key: ModelKey, texts: tuple[str, ...]) -> Answer:
    """Lets a fine-tuned model answer."""
    reader = checkpoint(key)
    looks = []
    with take_turn(reader.config.n_positions, edited=True) as taken:
        predicted = predict(reader, texts)
        familiar = familiarity(reader, texts, predicted)
        for row in predicted.input.rows:
            taken.pause()
            ids = np.array(row.ids[: row.extract + 1])
            looks.append(run_trace(reader.model, ids, ("attention",)).part("attention")[:, :, -1].copy())
    return Answer(predicted, tuple(looks), familiar)
