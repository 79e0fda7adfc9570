"""What a task's head puts out, as bars: probabilities, or a score; solid now, dashed before."""

from collections.abc import Callable, Sequence

import numpy as np

from app.shared.browser.prediction import Bar, prediction_bars
from app.shared.theme import percent
from gptcore.tasks.predict import outputs
from gptcore.tasks.task import Task

OVER_CLASSES = "Softmax over the task's {n} classes."
OVER_ANSWERS = "Softmax over the scores of the {n} rows."
DIVIDED = " The logits were divided by {temperature:.2f}, which held-out examples asked for."
SCORE = "One number for a pair; the examples it learnt from average {mean:.2f}."

_SCORE_SPREAD = 2.5
"""A full bar of a score stands so many standard deviations above the examples' mean."""


def outputs_as_bars(
    task: Task,
    texts: Sequence[str],
    before: np.ndarray,
    now: np.ndarray,
    *,
    title: str,
    note: str,
    stamp: str,
    key: str,
    on_cell: Callable[[], None] | None = None,
) -> None:
    """A head's outputs for one example as probabilities or a score: solid now, dashed before.

    Args:
        before, now: (C,), (R,) or (1,), see gptcore.tasks.predict.Prediction.logits.
        on_cell: called after a click on a number; st.session_state[key].cell is its cell. None: they do not open.
    """
    bars = bars_of(task, output_names(task, texts), outputs(task, now), outputs(task, before))
    if on_cell is not None:
        for bar in bars:
            bar["cell"] = ("task_score",) if task.is_regression else ("task_probability", bar["id"])
    prediction_bars(
        bars,
        title=title,
        subtitle=_subtitle(task, len(now)),
        note=note,
        clickable=False,
        stamp=stamp,
        key=key,
        on_cell=on_cell,
        scale=full_bar(task),
        cells=[("task_score",)] if task.is_regression else [("task_probability",)],
    )


def bars_of(task: Task, names: list[str], values: np.ndarray, before: np.ndarray) -> list[Bar]:
    """One bar for each output."""

    def label(value: float) -> str:
        return f"{value:.2f}" if task.is_regression else percent(value)

    if len(before) != len(values):  # a choice between another number of answers: nothing to compare
        before = values
    return [
        Bar(
            id=i,
            text=name,
            raw=max(0.0, float(old)),
            probability=max(0.0, float(value)),
            label=label(value),
            cut=False,
            actual=False,
            detail=f"{name}\nnow {label(value)}\nbefore {label(old)}",
        )
        for i, (name, value, old) in enumerate(zip(names, values, before, strict=True))
    ]


def output_names(task: Task, texts: Sequence[str]) -> list[str]:
    """What each output stands for: a class, an answer, or the score."""
    if task.is_regression:
        return ["both orders"]
    if task.labels is not None:
        return list(task.labels)
    return [f"{i}  {answer}" for i, answer in enumerate(texts[1:], start=1)]


def _subtitle(task: Task, n_outputs: int) -> str:
    if task.is_regression:
        return SCORE.format(mean=task.score_mean)
    text = OVER_ANSWERS if task.labels is None else OVER_CLASSES
    divided = "" if task.temperature == 1 else DIVIDED.format(temperature=task.temperature)
    return text.format(n=n_outputs) + divided


def full_bar(task: Task) -> float:
    """The value of a bar of full length."""
    return task.score_mean + _SCORE_SPREAD * task.score_std if task.is_regression else 1.0
