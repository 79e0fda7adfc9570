"""A lesson as it happens, and what came of it: the same examples before and after, and what it cost."""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
import streamlit as st

from app.shared import learner, models, running, state
from app.shared.browser.used import used
from app.shared.models import ModelRef
from app.shared.notice import cannot, toast
from app.shared.output_bars import outputs_as_bars
from app.shared.table import show_table
from app.shared.theme import escape, one_line, percent
from app.tasks import corrections_text as content
from app.tasks import keys
from app.tasks.example import ReadExample
from app.tasks.output import target_name
from app.tasks.teaching import story_task, teach
from gptcore.errors import GPTCoreError
from gptcore.files import read_object
from gptcore.lab.corrections import fits
from gptcore.lab.store import Run, State
from gptcore.tasks.examples import Example, Target
from gptcore.tasks.predict import outputs
from gptcore.tasks.task import Task
from gptcore.train.run_folder import RunFolder

Row = dict[str, Any]
_SHORT, _HEIGHT = 8, 320
"""Rows up to which a table is drawn whole, and the height in pixels of a longer one."""


def draw_lesson(
    current: ReadExample, root: str, examples: Sequence[Example], tests: Sequence[Example], run: Run | None
) -> None:
    """Draws the way to a lesson, and the newest one.

    Args:
        root: the model that is taught.
        examples: the learner's corrections for it.
        tests: examples of ours with their answers.
        run: the newest lesson, if there is any.
    """
    assert current.prediction is not None
    is_active = run is not None and run.state in running.ACTIVE
    if examples:
        can = any(fits(current.prediction.task, example) for example in examples)
        pressed = st.button(
            content.TEACH,
            key="teach",
            type="primary",
            icon=":material/school:",
            help=content.TEACH_HELP if can else content.NOTHING,
            disabled=is_active or not can,
        )
        if pressed:
            _start(root, tests)
    if thrown := [thrown for thrown in state.get(keys.THROWN, ()) if thrown[0] == root]:
        st.button(
            content.BRING_BACK,
            key="bring_back",
            icon=":material/undo:",
            type="tertiary",
            on_click=_bring_back,
            args=thrown[-1],
        )
    if is_active and run is not None:
        st.fragment(_follow, run_every=running.LOOK_EVERY)(run.id)
    elif run is not None:  # no fragment: what its buttons do, all of the page shows
        _draw_safely(current, root, run, examples)


def _start(root: str, tests: Sequence[Example]) -> None:
    try:
        with st.spinner(content.STARTING):
            teach(root, tests)
    except GPTCoreError as error:
        toast(error)
        return
    st.rerun()


def _follow(run_id: str) -> None:
    """A lesson as it goes on; looks again and again."""
    try:
        running.settle()
        run = learner.STORE.get(run_id)
        if run.state not in running.ACTIVE:
            st.rerun()  # once: the whole page learns of it, and this stops looking
        _draw_progress(run)
        st.caption(content.WAITING_HINT)
    except GPTCoreError as error:
        cannot(content.LESSON_GONE, error)
    used("used_live")


def _draw_safely(current: ReadExample, root: str, run: Run, examples: Sequence[Example]) -> None:
    try:
        if run.state == State.FINISHED:
            _draw_result(current, root, run, examples)
        else:
            _draw_progress(run)
    except (GPTCoreError, KeyError, TypeError, ValueError) as error:  # a card that somebody has changed
        cannot(content.LESSON_GONE, error)
    _afterwards(current, root, run)


def _draw_progress(run: Run) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{content.LESSON}**", width="content")
        running.draw_controls(run, "teach_stop")
    running.draw_trouble(run)
    if updates := RunFolder(learner.STORE.folder(run.id)).metrics.read().updates:
        done, steps = updates[-1].step, updates[-1].steps
        st.progress(min(1.0, done / steps), f"{done:,} of {steps:,} updates")
    elif words := running.waiting(run):
        st.caption(words)


def _draw_result(current: ReadExample, root: str, run: Run, examples: Sequence[Example]) -> None:
    folder = RunFolder(learner.STORE.folder(run.id))
    card = read_object(folder.card)
    task, rows = Task.from_dict(card["task"]), folder.learnt_rows()
    result = folder.result() or {}
    learnt, n = int(result["learnt"]), int(result["to_learn"])
    if learnt == n:
        st.success(content.LEARNT_ONE if n == 1 else content.LEARNT_ALL.format(n=n), icon=":material/school:")
    else:
        st.warning(content.LEARNT_SOME.format(k=learnt, n=n), icon=":material/school:")
    if {(tuple(row["texts"]), row["target"]) for row in rows} != {(e.texts, e.target) for e in examples}:
        st.caption(content.STALE)
    left, right = st.columns([1.35, 1], gap="medium")
    with left:
        height: Literal["content"] | int = "content" if len(rows) <= _SHORT else _HEIGHT
        table = pd.DataFrame([_as_cells(task, row) for row in rows])
        show_table(content.LESSON_TABLE, table, name="lesson_rows", hide_index=True, height=height)
        st.markdown(_cost(root, run, card, result))
        st.caption(_rehearsed(root, run, card))
    with right:
        _before_and_after(current, run, task, rows)


def _as_cells(task: Task, row: Row) -> dict[str, str]:
    """A correction in a table: how sure the model was of the right answer, or its score."""
    before, after = (outputs(task, np.array(row[name])) for name in ("before", "outputs"))
    target: Target = row["target"]
    if task.is_regression:
        values = [f"{before[0]:.2f}", f"{after[0]:.2f}"]
    else:
        place = int(target) if task.labels is None else task.labels.index(str(target))
        values = [percent(float(before[place])), percent(float(after[place]))]
    cells = target_name(task, target), *values, one_line(row["texts"])  # on a phone, the first are seen
    return dict(zip(content.COLUMNS, cells, strict=True))


def _before_and_after(current: ReadExample, run: Run, task: Task, rows: Sequence[Row]) -> None:
    """The example on the page if it was taught, or the first that was."""
    row = next((row for row in rows if tuple(row["texts"]) == current.texts), rows[0])
    outputs_as_bars(
        task,
        row["texts"],
        np.array(row["before"]),
        np.array(row["outputs"]),
        title=content.BEFORE_AFTER,
        note=content.DASHED,
        stamp=f"{run.id} {rows.index(row)}",
        key="taught",
    )
    st.caption(escape(one_line(row["texts"])))


def _cost(root: str, run: Run, card: dict[str, Any], result: dict[str, Any]) -> str:
    plan, n = run.plan, int(card["data"]["test"]["examples"])
    if plan["test_file"] == plan["train_file"]:
        return content.COST_UNKNOWN
    where = content.ON_TESTS if plan["replay"] else content.ON_OFFERED
    if plan["replay"] and story_task(root):
        where = content.ON_STORIES
    measure = str(result["measure"])
    before, after = float(result[f"{measure}_before"]), float(result[measure])
    if measure == "accuracy":
        return content.COST.format(where=where, n=n, before=round(before * n), after=round(after * n))
    return content.COST_SCORE.format(where=where, n=n, before=before, after=after)


def _rehearsed(root: str, run: Run, card: dict[str, Any]) -> str:
    words = content.REHEARSED_FILE if run.plan["replay"] else content.REHEARSED_WRITTEN
    if run.plan["replay"] and story_task(root):
        words = content.REHEARSED_STORIES
    return words.format(n=int(card["data"]["rehearsed"]["examples"]))


def _afterwards(current: ReadExample, root: str, run: Run) -> None:
    """Using the taught model, and getting rid of it."""
    name = str(ModelRef.of(run))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if current.key.name == name:
            st.caption(content.USED, width="content")
            label = content.BACK.format(model=escape(models.title(root)))
            st.button(label, key="back_to_root", on_click=_use, args=(current, root))
        elif run.state == State.FINISHED:
            st.button(content.USE, key="use_taught", icon=":material/check:", on_click=_use, args=(current, name))
        st.button(
            content.THROW_AWAY,
            key="throw_away",
            icon=":material/delete:",
            type="tertiary",
            on_click=_throw,
            args=(current, root, run.id),
        )


def _use(current: ReadExample, name: str) -> None:
    """Another model, and the same texts: for the page, it is the model that was drawn last."""
    assert current.prediction is not None
    state.put(state.TASK_MODEL, name)
    state.put(keys.DRAWN_TASK, (current.prediction.task.kind, name))


def _throw(current: ReadExample, root: str, run_id: str) -> None:
    if current.key.name != root:
        _use(current, root)
    running.act("delete", run_id)
    state.put(keys.THROWN, (*state.get(keys.THROWN, ()), (root, run_id)))


def _bring_back(root: str, run_id: str) -> None:
    state.put(keys.THROWN, tuple(other for other in state.get(keys.THROWN, ()) if other != (root, run_id)))
    state.put(running.DELETED, [other for other in state.get(running.DELETED, []) if other != run_id])
    running.act("restore", run_id)
