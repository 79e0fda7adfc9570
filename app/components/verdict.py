"""A fine-tuned model's verdict as bars, beside what it said of the example before the learner's edit."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from app.components.prediction import Bar, prediction_bars
from app.components.table import numbers
from app.content import tasks as content
from app.judging import Judging
from app.theme import percent
from gptcore.tasks.examples import Target
from gptcore.tasks.judge import Verdict, score, softmax
from gptcore.tasks.task import Task

_SCORE_SPREAD = 2.5
"""A full bar of a score stands so many standard deviations above the examples' mean."""


def verdict(judging: Judging, before: Verdict, target: Target | None) -> None:
    """Draws the bars.

    Args:
        before: of the example that the learner started from.
        target: that example's own answer, if the texts are still the example's.
    """
    now = judging.verdict
    edited = now is not before
    notes = [content.DASHED] if edited else []
    if target is not None:
        notes = [content.TARGET.format(target=_target_name(now.task, target))]
    outputs_as_bars(
        now.task, judging.texts, before.logits, now.logits,
        title=content.VERDICT, note=" ".join(notes), stamp=judging.stamp("verdict", before.logits.tobytes()),
        key="verdict",
    )  # fmt: skip
    if now.task.kind == "similarity":
        _each_order(judging, now)


def outputs_as_bars(
    task: Task, texts: Sequence[str], before: np.ndarray, now: np.ndarray, *, title: str, note: str, stamp: str,
    key: str,
) -> None:  # fmt: skip
    """A head's outputs for one example as probabilities or a score: solid now, dashed before.

    Args:
        before, now: (C,), (R,) or (1,), see gptcore.tasks.judge.Verdict.logits.
    """
    prediction_bars(
        _bars(task, _names(task, texts), _values(task, now), _values(task, before)),
        title=title,
        subtitle=_subtitle(task, len(now)),
        note=note,
        clickable=False,
        stamp=stamp,
        key=key,
        scale=_scale(task),
    )


def arithmetic(judging: Judging) -> None:
    """The numbers from the state at [Extract] to the verdict, on demand."""
    now = judging.verdict
    config = judging.checkpoint.config
    numbers(content.ARITHMETIC, lambda: _table(judging), file_name="verdict.csv", key="verdict_table")
    n_weights = config.d_model * now.task.n_outputs
    st.caption(content.ARITHMETIC_NOTE.format(d_model=config.d_model, n_weights=f"{n_weights:,}"))


def _each_order(judging: Judging, now: Verdict) -> None:
    """Similarity only: what the model would say had it read one order."""
    values = [_values(now.task, logits) for logits in now.alone]
    best = 0 if now.task.is_regression else int(now.logits.argmax())
    names = ["first text first", "second text first"]
    label = "" if now.task.is_regression else f" “{now.task.labels[best]}”"
    prediction_bars(
        _bars(now.task, names, np.array([v[best] for v in values]), np.array([v[best] for v in values])),
        title=content.ALONE + label,
        subtitle=content.ALONE_NOTE,
        note="",
        clickable=False,
        stamp=judging.stamp("alone"),
        key="alone",
        scale=_scale(now.task),
    )


def _bars(task: Task, names: list[str], values: np.ndarray, before: np.ndarray) -> list[Bar]:
    def label(value: float) -> str:
        return f"{value:.2f}" if task.is_regression else percent(value)

    if len(before) != len(values):  # a choice between another number of answers: nothing to compare
        before = values
    return [
        Bar(
            id=i, text=name, raw=max(0.0, float(old)), probability=max(0.0, float(value)), label=label(value),
            cut=False, actual=False, detail=f"{name}\nnow {label(value)}\nbefore {label(old)}",
        )
        for i, (name, value, old) in enumerate(zip(names, values, before, strict=True))
    ]  # fmt: skip


def _values(task: Task, logits: np.ndarray) -> np.ndarray:
    """What the bars show of the head's outputs: probabilities, or the score."""
    return np.array([score(task, logits[0])]) if task.is_regression else softmax(logits)


def _names(task: Task, texts: Sequence[str]) -> list[str]:
    if task.is_regression:
        return ["both orders"]
    if task.labels is not None:
        return list(task.labels)
    return [f"{i}  {answer}" for i, answer in enumerate(texts[1:], start=1)]


def _target_name(task: Task, target: Target) -> str:
    if isinstance(target, str):
        return target
    return f"{target:.2f}" if task.is_regression else f"answer {int(target) + 1}"


def _subtitle(task: Task, n_outputs: int) -> str:
    if task.is_regression:
        return content.SCORE.format(mean=task.score_mean)
    text = content.OVER_ANSWERS if task.labels is None else content.OVER_CLASSES
    return text.format(n=n_outputs)


def _scale(task: Task) -> float:
    return task.score_mean + _SCORE_SPREAD * task.score_std if task.is_regression else 1.0


def _table(judging: Judging) -> pd.DataFrame:
    now = judging.verdict
    if now.task.is_regression:
        steps = {
            "output": now.logits,
            "times std": now.logits * now.task.score_std,
            "plus mean": _values(now.task, now.logits),
        }
        return pd.DataFrame(steps, index=_names(now.task, judging.texts))
    shifted = now.logits.astype(np.float64) - now.logits.max()
    steps = {
        "logit": now.logits,
        "logit - largest": shifted,
        "exp": np.exp(shifted),
        "probability": softmax(now.logits),
    }
    return pd.DataFrame(steps, index=_names(now.task, judging.texts))
