"""A fine-tuning run's picture: the three losses, the task's measure, and in the end what it got wrong."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from app.lab import text as content
from app.lab.charts import chart, line, progress
from app.lab.figures import confusion
from app.shared.figures import curves
from app.shared.output_bars import outputs_as_bars
from app.shared.table import show_table
from app.shared.theme import ACCENT, BANDS, MUTED, WARM, escape, ink, one_line
from gptcore.files import read_json
from gptcore.lab.store import Run, State
from gptcore.tasks.task import Task
from gptcore.train.metrics import Metrics
from gptcore.train.run_folder import RunFolder

Row = dict[str, Any]
_MEASURES = ("accuracy", "f1", "matthews", "pearson", "spearman", "rmse")
_EXAMPLES = 100
"""Of the test file, to look at before and after."""
_FURTHEST = 10
"""Wrong scores that are shown."""


def finetuning(run: Run, folder: RunFolder, metrics: Metrics) -> None:
    """Draws it from what is written down so far."""
    updates = metrics.updates
    looks = [validation for validation in metrics.validations if "valid_task_loss" in validation.metrics]
    progress(updates)
    if not looks:
        return
    first, last = looks[0].metrics, looks[-1].metrics
    measure = "accuracy" if "valid_accuracy" in last else "pearson"
    if run.state != State.FINISHED:  # whose results follow below, over all test examples
        with st.container(horizontal=True):
            st.metric(f"Test {measure}", f"{last[f'valid_{measure}']:.3f}")
            st.metric("Task loss, L2", f"{last['valid_task_loss']:.3f}")
            change = last["valid_lm_loss"] - first["valid_lm_loss"]
            st.metric("Language model, L1", f"{last['valid_lm_loss']:.3f}", f"{change:+.3f}", delta_color="inverse")
    left, right = st.columns(2)
    with left:
        losses = [
            line("batch, L3", updates, lambda update: update.losses["loss"], MUTED, faint=True),
            line("batch, L2", updates, lambda update: update.losses["task_loss"], WARM, faint=True),
            line("test, L2", looks, lambda look: look.metrics["valid_task_loss"], WARM),
            line("test, L1", looks, lambda look: look.metrics["valid_lm_loss"], ACCENT),
        ]
        chart(curves(losses, "loss, nats"), f"loss_{run.id}", content.FINETUNE_LOSSES)
    with right:
        measured = [update for update in updates if measure in update.losses]
        values = [line(f"batch, {measure}", measured, lambda update: update.losses[measure], MUTED, faint=True)] * bool(
            measured
        )
        values.append(line(f"test, {measure}", looks, lambda look: look.metrics[f"valid_{measure}"], BANDS[0]))
        chart(curves(values, measure), f"measure_{run.id}", f"{measure.capitalize()} over training steps")
    if run.state == State.FINISHED:
        _results(run, folder)


def _results(run: Run, folder: RunFolder) -> None:
    """What is known at the run's end."""
    card = read_json(folder.card)
    result = card["result"]
    with st.container(horizontal=True):
        for name in _MEASURES:
            if name in result:
                st.metric(name.capitalize(), f"{result[name]:.3f}")
        st.metric("Task loss, L2", f"{result['loss']:.3f}")
        before, after = result["lm_loss_before"], result["lm_loss"]
        st.metric("L1 before → after", f"{before:.2f} → {after:.2f}", f"{after - before:+.2f}", delta_color="inverse")
    for note in dict.fromkeys(note for part in card["data"].values() for note in part["notes"]):
        st.caption(escape(note))
    rows = folder.results_rows()
    _before_and_after(run, Task.from_dict(card["task"]), rows)
    left, right = st.columns(2)
    if "confusion" in card:
        with left:
            figure = confusion(card["confusion"], card["task"]["labels"], ink())
            chart(figure, f"confusion_{run.id}", "Confusion matrix: truth against the model's answer")
    with right:
        st.markdown(f"**{content.WRONG}**")
        table = pd.DataFrame(wrong_answers(rows, card["task"]))
        show_table(content.WRONG, table, name="wrong_answers", height=260, hide_index=True)


def _before_and_after(run: Run, task: Task, rows: Sequence[Row]) -> None:
    """One test example as the model answered it before its first update and after its last."""
    shown = rows[:_EXAMPLES]
    st.markdown(f"**{content.BEFORE_AFTER}**")
    index = st.selectbox(
        "Example",
        range(len(shown)),
        key=f"example_{run.id}",
        label_visibility="collapsed",
        format_func=lambda i: f"{i + 1}  {one_line(shown[i]['texts'])}",
    )
    row = shown[index]
    left, right = st.columns([1, 1.2])
    with left:
        for text in row["texts"]:
            st.text(text)
        st.caption(content.TRUTH.format(target=escape(_shown(row["target"]))))
    with right:
        outputs_as_bars(
            task,
            row["texts"],
            np.array(row["before"]),
            np.array(row["outputs"]),
            title=content.VERDICT,
            note=content.BEFORE_DASHED,
            stamp=f"{run.id} {index}",
            key=f"before_after_{run.id}",
        )


def wrong_answers(rows: Sequence[Row], task: dict[str, Any]) -> list[dict[str, str]]:
    """Test examples whose answer is not the target; of scores, those that are furthest off."""
    if task["kind"] == "similarity" and task["labels"] is None:
        wrong = sorted(rows, key=lambda row: -abs(row["target"] - row["answer"]))[:_FURTHEST]
    else:
        wrong = [row for row in rows if row["target"] != row["answer"]]
    return [
        {"truth": _shown(r["target"]), "answer": _shown(r["answer"]), "text": " | ".join(r["texts"])} for r in wrong
    ]


def _shown(target: str | float | int) -> str:
    return f"{target:.2f}" if isinstance(target, float) else str(target + 1 if isinstance(target, int) else target)
