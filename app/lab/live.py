"""A run as it happens: a page looks at what it leaves, again and again, and never runs anything itself."""

import streamlit as st

from app import library, resources, state
from app.components.notice import cannot
from app.components.used import used
from app.content import lab as content
from app.content.tasks import KINDS
from app.lab import access
from app.lab.charts import Record
from app.lab.finetuning import finetuning
from app.lab.pretraining import pretraining
from app.lab.series import mates, series
from app.theme import escape
from gptcore.errors import GPTCoreError
from gptcore.runs.folder import RunFolder
from gptcore.runs.store import RESUMABLE, Kind, Run, State

_EVERY = 0.8
"""Seconds between two looks at a run that is active."""
_COLOURS = {"running": "blue", "finished": "green", "failed": "red", "interrupted": "orange"}


def live(kind: Kind) -> None:
    """Draws the run that was chosen last, or the newest; looks again and again while it is active."""
    access.settle()
    runs = access.own_runs(kind)
    run = next((run for run in runs if run.id == state.get(state.RUN)), runs[0] if runs else None)
    if run is None:
        st.info(content.NO_RUN if kind == "pretrain" else content.NO_FINETUNE)
        return
    together = mates(run, runs)
    active = any(mate.state in access.ACTIVE for mate in together)
    st.fragment(_look, run_every=_EVERY if active else None)([mate.id for mate in together], active)


def _look(ids: list[str], was_active: bool) -> None:
    try:
        _draw(ids, was_active)
    except GPTCoreError as error:
        cannot(content.CANNOT_SHOW, error)
    used("used_live")


def _draw(ids: list[str], was_active: bool) -> None:
    access.settle()
    runs = [access.STORE.get(run_id) for run_id in ids]
    if was_active != any(run.state in access.ACTIVE for run in runs):
        st.rerun()  # once: the whole page learns of it, and this stops looking, or begins to
    run = series(runs) if len(runs) > 1 else runs[0]
    folder = RunFolder(access.STORE.folder(run.id))
    records = read_metrics(folder)
    _head(run)
    if run.state == State.WAITING or not records:
        st.caption(_waiting(run))
    if records:
        (pretraining if run.kind == "pretrain" else finetuning)(run, folder, records)


def read_metrics(folder: RunFolder) -> list[Record]:
    """A run's records so far; from the cache, unless it has written more."""
    return resources.metrics(str(folder.path), folder.stamp())


def _head(run: Run) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown("**" + escape(run.title) + "**", width="content")
        st.badge(content.STATES[run.state], color=_COLOURS.get(run.state, "gray"))
        st.space("stretch")
        if run.state in access.ACTIVE and access.mine(run):
            st.button(
                "Stop", key=state_key(run, "stop"), icon=":material/stop:", on_click=access.act, args=("stop", run.id)
            )
        if run.state in RESUMABLE and access.mine(run):
            st.button(
                "Resume",
                key=f"resume_{run.id}",
                icon=":material/play_arrow:",
                on_click=access.act,
                args=("resume", run.id),
            )
        look_inside(run)
    if silence := access.silence(run):
        st.warning(escape(silence))
    if run.message:
        (st.error if run.state == State.FAILED else st.warning)(escape(run.message))


def look_inside(run: Run) -> None:
    """The way to a run's model, as soon as it has one: to Tasks if it judges, to Explore if it writes."""
    if (access.STORE.folder(run.id) / "model.safetensors").exists():
        name = library.title(library.RUN + run.id)  # the address knows models and kinds by their labels
        if run.kind == "finetune":
            page, query = "views/tasks.py", {state.TASK: KINDS[run.plan["task"]], state.TASK_MODEL: name}
        else:
            page, query = "views/explore.py", {state.MODEL: name}
        st.page_link(page, label="Look inside", icon=":material/search:", query_params=query)


def state_key(run: Run, name: str) -> str:
    """The contract's key of a live control: pretrain_stop, finetune_stop."""
    return (state.PRETRAIN if run.kind == "pretrain" else state.FINETUNE).format(name)


def _waiting(run: Run) -> str:
    if run.state == State.RUNNING:
        return _phase(RunFolder(access.STORE.folder(run.id)))
    if run.state != State.WAITING:
        return ""
    access.watch_worker(run.device)
    ahead = access.STORE.ahead(run)
    return content.AHEAD.format(n=ahead) if ahead else content.NEXT


def _phase(folder: RunFolder) -> str:
    """What is prepared before the first update, and how far it is."""
    event = folder.preparing()
    share = f" {min(1.0, event['done'] / event['total']):.0%}" if event.get("total") else ""
    return content.PHASES.get(str(event.get("phase")), content.READING) + share
