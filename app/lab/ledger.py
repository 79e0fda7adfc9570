"""The ledger: every run, what sets it apart from another, their curves overlaid, and what can be done with it."""

import io
import zipfile
from contextlib import suppress
from itertools import cycle
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from app.lab import control, finetune_form, keys, pretrain_form
from app.lab import text as content
from app.lab.charts import line
from app.lab.figures import COLOURS
from app.lab.live import look_inside, read_metrics
from app.lab.series import draw_spread, results
from app.shared import learner, outside, running, state
from app.shared.figures import Curve, curves
from app.shared.table import show_table
from app.shared.text import STATES, UNDO_DELETE
from app.shared.theme import duration, escape
from gptcore.checkpoints.checkpoint import load
from gptcore.checkpoints.hf import to_hf_zip
from gptcore.errors import CheckpointError, ConfigError
from gptcore.files import read_json
from gptcore.lab.store import Run
from gptcore.train.events import Validated
from gptcore.train.plans import plan_from
from gptcore.train.run_folder import RunFolder, differences

_PARTS = ("model.safetensors", "config.json", "tokenizer.json", "card.json", "task.json", "head.safetensors")


def ledger() -> None:
    """Draws the list of runs and the chosen ones below."""
    runs = learner.own_runs()
    if state.get(running.DELETED):
        st.button(UNDO_DELETE, icon=":material/undo:", on_click=running.undo_delete)
    if not runs:
        st.info(content.NO_RUN)
        return
    st.caption(content.LEDGER_HINT)
    chosen = show_table(
        content.PARTS["runs"],
        pd.DataFrame([_row(run) for run in runs]),
        name="runs",
        hide_index=True,
        on_select="rerun",
        selection_mode="multi-row",
        key="ledger",
        height=min(420, 38 + 35 * len(runs)),
    ).selection.rows
    picked = [runs[i] for i in outside.indices(chosen, len(runs))] or runs[:1]
    if len(picked) > 1:
        _compare(picked)
    else:
        _one(picked[0])


def _row(run: Run) -> dict[str, Any]:
    shown = STATES[run.state]
    try:
        result = RunFolder(learner.STORE.folder(run.id)).result() or {}
    except CheckpointError:
        result, shown = {}, content.DAMAGED
    measure = result.get("measure")
    return {
        "run": run.name,
        "kind": content.PARTS[run.kind],
        "state": shown,
        "result": f"{measure} {result[measure]:.3f}"
        if measure
        else f"loss {result['valid_loss']:.3f}"
        if result
        else "",
        "time": duration(result["seconds"]) if result else "",
        "shared": run.shared,
        "yours": learner.mine(run),
    }


def _one(run: Run) -> None:
    """One run: what it is, where it comes from, and what can be done with it."""
    folder = RunFolder(learner.STORE.folder(run.id))
    st.markdown(f"#### {escape(run.name)}")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button("Show in full", icon=":material/monitoring:", on_click=_show, args=(run,), key=f"show_{run.id}")
        fill = pretrain_form.fill if run.kind == "pretrain" else finetune_form.fill
        st.button(
            "Duplicate and change", icon=":material/content_copy:", on_click=fill, args=(run,), key=f"copy_{run.id}"
        )
        if (folder.path / "model.safetensors").exists():
            st.download_button(
                "Download", lambda: bundle(folder.path), f"{run.id}.zip", "application/zip", key=f"zip_{run.id}"
            )
            st.download_button(
                "For transformers",
                lambda: hugging_face(folder.path),
                f"{run.id}-hf.zip",
                "application/zip",
                key=f"hf_{run.id}",
            )
        look_inside(run)
        if learner.mine(run):
            key = f"share_{run.id}"
            state.put(key, run.shared)  # another tab may have changed it
            st.toggle("Shared", help=content.SHARED_HELP, key=key, on_change=_share, args=(run, key))
            st.button(
                "Delete",
                icon=":material/delete:",
                on_click=running.act,
                args=("delete", run.id),
                key=f"delete_{run.id}",
            )
    family = {other.id: other for other in learner.own_runs()}
    if run.parent in family:
        parent = family[run.parent]
        st.markdown(f"From **{escape(parent.name)}**")
        if parent.kind == run.kind:
            _differences(parent, run)
    if children := [other for other in family.values() if other.parent == run.id]:
        st.markdown("Led to " + ", ".join(f"**{escape(child.name)}**" for child in children))
    try:
        folder.result()
        _curves([run])
        with st.expander("Settings and card"):
            st.json(run.plan)
            if folder.card.exists():
                st.json(read_json(folder.card), expanded=1)
    except CheckpointError as error:
        st.warning(content.DAMAGED_WHY.format(title=escape(run.name)))
        st.text(str(error))


def _share(run: Run, key: str) -> None:
    control.share(run, bool(state.get(key)))


def _show(run: Run) -> None:
    """Opens a run where it is drawn with all that it has; for callbacks."""
    state.put(keys.RUN, run.id)
    state.put(keys.LAB, run.kind)


def _compare(runs: list[Run]) -> None:
    """Several runs: how they differ from the first, their curves, and results of all seeds with their spread."""
    first, *rest = runs
    for other in rest:
        if other.kind == first.kind:
            _differences(first, other)
    _curves(runs)
    reached = results(runs)
    if len(reached) > 1:
        draw_spread(reached, "spread")


def _differences(one: Run, other: Run) -> None:
    changes = escape("; ".join(differences(_settings(one), _settings(other)))) or "the same settings"
    st.markdown(f"**{escape(other.name)}** against **{escape(one.name)}**: {changes}")


def _settings(run: Run) -> dict[str, Any]:
    """What was asked for, with settings that its version did not know as they are without a word."""
    try:
        return plan_from(run.kind, run.plan).to_dict()
    except ConfigError:  # of a version whose plans are not understood any more
        return run.plan


def _curves(runs: list[Run]) -> None:
    lines = [_curve(run, colour) for run, colour in zip(runs, cycle(COLOURS), strict=False)]
    if any(curve.steps for curve in lines):
        st.plotly_chart(
            curves(lines, "validation loss"),
            key="ledger_curves",
            config={"displayModeBar": False},
            alt="Validation losses of the chosen runs",
        )


def _curve(run: Run, colour: str) -> Curve:
    """A run's validation losses; none of one that is damaged."""
    name = "valid_loss" if run.kind == "pretrain" else "valid_task_loss"
    looks: list[Validated] = []
    with suppress(CheckpointError):
        validations = read_metrics(RunFolder(learner.STORE.folder(run.id))).validations
        looks = [look for look in validations if name in look.metrics]
    return line(run.name, looks, lambda look: look.metrics[name], colour)


def bundle(folder: Path) -> bytes:
    """A checkpoint as a zip."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir()):
            if path.is_file() and path.name in _PARTS:
                archive.write(path, path.name)
    return buffer.getvalue()


def hugging_face(folder: Path) -> bytes:
    """The same model as transformers opens it, as a zip."""
    return to_hf_zip(load(folder))
