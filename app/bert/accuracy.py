"""GPT and BERT fine-tuned on the same tasks, side by side: what the shipped measurement says, and else the cards."""

from contextlib import suppress
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st

from app.bert import text as content
from app.bert.measured import FOLDER
from app.shared.table import show_table
from gptcore.checkpoints.checkpoint import card_in
from gptcore.checkpoints.checkpoint import models as all_models
from gptcore.checkpoints.defaults import default_model
from gptcore.checkpoints.masked import is_masked
from gptcore.checkpoints.standing import standing
from gptcore.errors import CheckpointError, GPTCoreError
from gptcore.files import read_object
from gptcore.measures import mean_and_spread

TASKS = FOLDER / "tasks.json"
_STORY = "story-"
"""How the names of the story world's fine-tuned models begin."""


class Result(NamedTuple):
    """One model on one task."""

    task: str
    model: str
    is_causal: bool
    measure: str
    by_seed: tuple[float, ...]
    tested_on: int
    lm_weight: float | None = None
    """Lambda, where it is known."""


def reader() -> tuple[str, float] | None:
    """Name and accuracy of the fine-tuned GPT that the Tasks page starts with; None if there is none with a result."""
    if (name := default_model("classification")) is None:
        return None
    with suppress(CheckpointError):
        result = standing(card_in(all_models()[name]))
        if result is not None and result.measure == "accuracy":
            return name, result.value
    return None


def results() -> list[Result]:
    """The shipped measurement with its seeds; for tasks that it has not, what the cards say."""
    found = _measured()
    known = {(one.task, one.is_causal) for one in found}
    return found + [one for one in _on_cards() if (one.task, one.is_causal) not in known]


def pairs(found: list[Result]) -> list[str]:
    """Tasks on which both kinds of model were measured, by the same measure."""
    kinds = [{(one.task, one.measure) for one in found if one.is_causal == causal} for causal in (True, False)]
    return sorted(task for task, _ in kinds[0] & kinds[1])


def draw_accuracy(found: list[Result]) -> None:
    """Draws them, and says what nobody has measured."""
    st.markdown(f"#### {content.TASKS_TITLE}")
    if not found:
        st.info(content.TASKS_NONE)
        return
    st.markdown(content.TASKS_NOTE)
    show_table(content.TASKS_TITLE, accuracy_table(found), name="bert_tasks", hide_index=True, height="content")
    if said := ahead(found):
        st.markdown(said)
    both = pairs(found)
    if missing := sorted({one.task for one in found} - set(both)):
        st.caption(content.TASKS_MISSING.format(tasks=", ".join(missing)))


def ahead(found: list[Result]) -> str:
    """Which kind is ahead on which task, in every seed; empty if no task was measured for both."""
    gpt, masked, neither = list[str](), list[str](), list[str]()
    for task in pairs(found):
        one, other = (_alike(found, task, is_causal) for is_causal in (True, False))
        if min(one) > max(other):
            gpt.append(task)
        elif min(other) > max(one):
            masked.append(task)
        else:
            neither.append(task)
    parts = zip(content.TASKS_AHEAD, (gpt, masked, neither), strict=True)
    said = " ".join(sentence.format(tasks=", ".join(tasks)) for sentence, tasks in parts if tasks)
    return f"{said} {content.TASKS_TOKENS}" if "tokens" in masked else said


def _alike(found: list[Result], task: str, is_causal: bool) -> tuple[float, ...]:
    """A kind's values on a task, by seed: where a GPT was measured with its auxiliary loss and without, those without,
    as a masked model has none."""
    rows = [one for one in found if one.task == task and one.is_causal == is_causal]
    return min(rows, key=lambda one: one.lm_weight or 0.0).by_seed


def accuracy_table(found: list[Result]) -> pd.DataFrame:
    """A row for each task and model."""
    rows = [
        (
            one.task,
            one.model + ("" if one.is_causal else content.IS_MASKED),
            None if one.lm_weight is None else f"{one.lm_weight:g}",
            *_values(one),
            f"{one.tested_on:,}",
        )
        for one in sorted(found, key=lambda one: (one.task, not one.is_causal, one.model, -(one.lm_weight or 0)))
    ]
    return pd.DataFrame(rows, columns=list(content.TASKS_COLUMNS))


def _values(one: Result) -> tuple[str, str, str]:
    """(value with its spread, measure, number of seeds)."""
    mean, spread = mean_and_spread(one.by_seed)
    share = one.measure == "accuracy"
    value = f"{100 * mean:.1f} %" if share else f"{mean:.3f}"
    if spread is not None:
        value += f" ± {100 * spread:.1f}" if share else f" ± {spread:.3f}"
    return value, one.measure, str(len(one.by_seed))


def _measured() -> list[Result]:
    try:
        return [_result(row) for row in read_object(TASKS)["rows"]]
    except (GPTCoreError, OSError, KeyError, TypeError, ValueError, AttributeError):
        return []


def _result(row: dict[str, Any]) -> Result:
    seeds = tuple(float(value) for value in row["seeds"].values())
    if not seeds:
        raise ValueError("no seed")
    about = str(row["task"]), str(row["model"]), bool(row["is_causal"]), str(row["measure"])
    return Result(*about, seeds, int(row["tested_on"]), float(row["lambda"]))


def _on_cards() -> list[Result]:
    """The story world's fine-tuned models: one seed each."""
    found = []
    for name, place in all_models().items():
        if _STORY not in name:
            continue
        with suppress(CheckpointError):
            if (result := standing(card_in(place))) is not None:
                causal, task = not is_masked(place), name.partition(_STORY)[2]
                found.append(Result(task, name, causal, result.measure, (result.value,), result.tested_on))
    return found
