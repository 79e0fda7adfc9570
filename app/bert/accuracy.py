"""GPT and BERT fine-tuned on the same tasks, side by side: what their cards and the shipped measurement say."""

from contextlib import suppress
from typing import NamedTuple

import streamlit as st

from app.bert import text as content
from gptcore.checkpoints.checkpoint import card_in
from gptcore.checkpoints.checkpoint import models as all_models
from gptcore.checkpoints.defaults import default_model
from gptcore.checkpoints.standing import standing
from gptcore.errors import CheckpointError


class Pair(NamedTuple):
    """One task, both kinds of model."""

    task: str


def reader() -> tuple[str, float] | None:
    """Name and accuracy of the fine-tuned GPT that the Tasks page starts with; None if there is none with a result."""
    if (name := default_model("classification")) is None:
        return None
    with suppress(CheckpointError):
        result = standing(card_in(all_models()[name]))
        if result is not None and result.measure == "accuracy":
            return name, result.value
    return None


def pairs() -> list[Pair]:
    """What both kinds of model reach."""
    return []


def draw_accuracy(found: list[Pair]) -> None:
    """Draws them, or says that nobody has measured them."""
    st.markdown(f"#### {content.TASKS_TITLE}")
    if not found:
        st.info(content.TASKS_NONE)
