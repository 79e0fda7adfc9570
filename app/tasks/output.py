"""A fine-tuned model's prediction as bars, beside what it said of the example before the learner's edit."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import streamlit as st

from app.shared.browser.prediction import prediction_bars
from app.shared.output_bars import bars_of, full_bar, output_names, outputs_as_bars
from app.shared.table import draw_numbers
from app.tasks import text as content
from app.tasks.example import ReadExample
from gptcore.tasks.examples import Target
from gptcore.tasks.predict import Prediction, outputs
from gptcore.tasks.task import Task

VERDICT = "verdict"
"""Key of the bars."""


def draw_output(
    example: ReadExample,
    now: Prediction,
    before: Prediction,
    target: Target | None,
    on_cell: Callable[[], None],
) -> None:
    """Draws the bars.

    Args:
        now: the example's prediction.
        before: that of the example which the learner started from.
        target: that example's own answer, if the texts are still the example's.
        on_cell: called after a click on a number; st.session_state[VERDICT].cell is its cell.
    """
    edited = now is not before
    notes = [content.DASHED] if edited else []
    if target is not None:
        notes = [_marked(now, target)]
    outputs_as_bars(
        now.task,
        example.texts,
        before.logits,
        now.logits,
        title=content.PREDICTION,
        note=" ".join(notes),
        stamp=example.stamp("verdict", before.logits.tobytes()),
        key=VERDICT,
        on_cell=on_cell,
    )
    if now.task.kind == "similarity":
        _each_order(example, now)


def draw_steps(example: ReadExample, now: Prediction) -> None:
    """The numbers from the state at [Extract] to the prediction, on demand."""
    config = example.checkpoint.config
    draw_numbers(content.ARITHMETIC, lambda: _table(example, now), file_name="verdict.csv", key="verdict_table")
    n_weights = config.d_model * now.task.n_outputs
    st.caption(content.ARITHMETIC_NOTE.format(d_model=config.d_model, n_weights=f"{n_weights:,}"))


def _each_order(example: ReadExample, now: Prediction) -> None:
    """Similarity only: what the model would say had it read one order."""
    values = [outputs(now.task, logits) for logits in now.alone]
    best = 0 if now.task.is_regression else int(now.logits.argmax())
    names = ["first text first", "second text first"]
    label = "" if now.task.labels is None else f" “{now.task.labels[best]}”"
    prediction_bars(
        bars_of(now.task, names, np.array([v[best] for v in values]), np.array([v[best] for v in values])),
        title=content.ALONE + label,
        subtitle=content.ALONE_NOTE,
        note="",
        clickable=False,
        stamp=example.stamp("alone"),
        key="alone",
        scale=full_bar(now.task),
    )


def _marked(now: Prediction, target: Target) -> str:
    """Whether the model is right, beside the expected answer."""
    right = now.task.is_right(now.answer, target)
    if now.task.is_regression:
        sentence = content.NEAR if right else content.FAR
    else:
        sentence = content.RIGHT_ANSWER if right else content.WRONG_ANSWER
    return sentence.format(target=target_name(now.task, target))


def target_name(task: Task, target: Target) -> str:
    """An answer in words."""
    if isinstance(target, str):
        return target
    return f"{target:.2f}" if task.is_regression else f"answer {int(target) + 1}"


def _table(example: ReadExample, now: Prediction) -> pd.DataFrame:
    if now.task.is_regression:
        steps = {
            "output": now.logits,
            "times std": now.logits * now.task.score_std,
            "plus mean": outputs(now.task, now.logits),
        }
        return pd.DataFrame(steps, index=output_names(now.task, example.texts))
    logits = now.logits.astype(np.float64) / now.task.temperature
    shifted = logits - logits.max()
    divided = {} if now.task.temperature == 1 else {f"/ {now.task.temperature:g}": logits}
    steps = {
        "logit": now.logits,
        **divided,
        "- largest" if divided else "logit - largest": shifted,
        "exp": np.exp(shifted),
        "probability": outputs(now.task, now.logits),
    }
    return pd.DataFrame(steps, index=output_names(now.task, example.texts))
