"""What fine-tuned models make of a learner's examples; see app.explore.cache."""

from typing import NamedTuple

import numpy as np
import streamlit as st

from app.shared.loaded import ModelKey, checkpoint
from app.shared.turns import take_turn
from gptcore.familiar import Familiarity
from gptcore.model.capture import PARTS, Part
from gptcore.model.gpt import GPT
from gptcore.tasks.familiarity import familiarity
from gptcore.tasks.predict import Prediction, predict
from gptcore.trace.trace import Trace, run_trace, whole_trace_bytes

_WHOLE_BYTES = 12_000_000
"""Up to here the traces of an example's rows hold all parts of all layers."""


class Answer(NamedTuple):
    """What a fine-tuned model makes of an example."""

    prediction: Prediction
    looks: tuple[np.ndarray, ...]
    """Per row, (L, H, extract + 1): the weights with which [Extract] looks at itself and everything before it; none of
    an LSTM, which has no attention."""
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
        for row in predicted.input.rows if isinstance(reader.model, GPT) else ():
            taken.pause()
            ids = np.array(row.ids[: row.extract + 1])
            looks.append(run_trace(reader.model, ids, ("attention",)).part("attention")[:, :, -1].copy())
    return Answer(predicted, tuple(looks), familiar)


def traces(key: ModelKey, texts: tuple[str, ...], parts: tuple[Part, ...], layer: int | None) -> tuple[Trace, ...]:
    """Per row, a trace up to [Extract] that has these parts of one layer at least (find it by Trace.row), or of all."""
    config = checkpoint(key).config
    lengths = [row.extract + 1 for row in answer(key, texts).prediction.input.rows]
    whole = sum(whole_trace_bytes(config, n) for n in lengths) <= _WHOLE_BYTES
    return _traces(key, texts, PARTS, None) if whole else _traces(key, texts, parts, layer)


@st.cache_resource(max_entries=1, scope="session", show_spinner=False)
def _traces(key: ModelKey, texts: tuple[str, ...], parts: tuple[Part, ...], layer: int | None) -> tuple[Trace, ...]:
    rows, found = answer(key, texts).prediction.input.rows, []
    reader = checkpoint(key)
    with take_turn(reader.config.n_positions) as taken:
        for row in rows:
            taken.pause()
            ids = np.array(row.ids[: row.extract + 1])
            found.append(run_trace(reader.model, ids, parts, None if layer is None else [layer]))
    return tuple(found)
