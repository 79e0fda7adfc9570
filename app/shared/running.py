"""Runs of the learner's: started, stopped, resumed and thrown away from any page; a worker executes them."""

import time
from contextlib import suppress
from typing import Any, Literal

import streamlit as st

from app.shared import learner, state
from app.shared import text as content
from app.shared.notice import toast
from app.shared.theme import escape
from gptcore.errors import GPTCoreError, StorageError
from gptcore.lab.queue import RunQueue
from gptcore.lab.store import RESUMABLE, Kind, Run, State
from gptcore.lab.worker import ensure_worker
from gptcore.train.device import resolve_device
from gptcore.train.run_folder import RunFolder

ACTIVE = (State.WAITING, State.RUNNING)
LOOK_EVERY = 0.8
"""Seconds between two looks at a run that is active."""
DELETED = "_deleted"
"""Ours: ids of runs deleted in this session, newest last, for undo."""
_SILENT = 3.0
"""Seconds without a sign of life after which a page says so."""
_COLOURS: dict[State, Literal["blue", "green", "red", "orange"]] = {
    State.RUNNING: "blue",
    State.FINISHED: "green",
    State.FAILED: "red",
    State.INTERRUPTED: "orange",
}


def start(kind: Kind, title: str, plan: dict[str, Any], device: str, **about: Any) -> Run:
    """Puts a run into the queue and makes sure that somebody takes it out.

    Args:
        about: parent, series, variant, seed, ours and examples, as far as it has them; see Run.

    Raises:
        InputError: this learner, or all together, have too many runs waiting.
        StorageError: the disk is full, or the folder of runs is read-only.
    """
    queue = str(resolve_device(device))
    run = learner.STORE.add(kind, title, plan, learner.learner_id(), queue, **about)
    RunQueue(queue, learner.STORE.home).put(run.id)
    watch_worker(queue)
    return run


def watch_worker(device: str = "auto") -> None:
    """Starts the device's worker if it has none: when the Lab opens, so that it is warm, and while a run waits.

    Raises:
        StorageError: the folder of runs is read-only, say.
    """
    ensure_worker(str(resolve_device(device)))


def settle() -> None:
    """Before every look at runs: workers that have died are noticed, and what they left goes back into the queue."""
    with suppress(StorageError):  # whoever reads next will tell
        learner.STORE.reconcile()


def act(action: str, run_id: str) -> None:
    """Stop, resume, delete or restore, for buttons; what cannot be done is said in a toast."""
    try:
        getattr(learner.STORE, action)(run_id, learner.learner_id())
        run = learner.STORE.get(run_id)
        if action == "resume":
            RunQueue(run.device, learner.STORE.home).put(run_id)
            watch_worker(run.device)
        if action == "delete":
            state.put(DELETED, [*state.get(DELETED, []), run_id])
    except GPTCoreError as error:
        toast(error)


def undo_delete() -> None:
    """Brings back the run that was deleted last."""
    if deleted := state.get(DELETED, []):
        state.put(DELETED, deleted[:-1])
        act("restore", deleted[-1])


def draw_controls(run: Run, stop_key: str) -> None:
    """Draws a run's state, and how it is stopped or resumed; inside a row."""
    st.badge(content.STATES[run.state], color=_COLOURS.get(run.state, "gray"))
    st.space("stretch")
    if run.state in ACTIVE and learner.mine(run):
        st.button("Stop", key=stop_key, icon=":material/stop:", on_click=act, args=("stop", run.id))
    if run.state in RESUMABLE and learner.mine(run):
        st.button("Resume", key=f"resume_{run.id}", icon=":material/play_arrow:", on_click=act, args=("resume", run.id))


def draw_trouble(run: Run) -> None:
    """Draws why a run does not go on, if it does not."""
    if silence := _silence(run):
        st.warning(escape(silence))
    if run.message:
        (st.error if run.state == State.FAILED else st.warning)(escape(run.message))


def waiting(run: Run) -> str:
    """What a run waits for before its first update; makes sure that somebody executes it."""
    if run.state == State.RUNNING:
        return _phase(RunFolder(learner.STORE.folder(run.id)))
    if run.state != State.WAITING:
        return ""
    watch_worker(run.device)
    ahead = learner.STORE.ahead(run)
    return content.AHEAD.format(n=ahead) if ahead else content.NEXT


def _silence(run: Run) -> str:
    """Why a run that counts as running gives no sign of life; "" if it does."""
    seconds = time.time() - (run.heartbeat or 0.0)
    if run.state != State.RUNNING or seconds < _SILENT:
        return ""
    return content.SILENT.format(seconds=seconds, reason=learner.STORE.trouble() or content.NO_REASON)


def _phase(folder: RunFolder) -> str:
    """What is prepared before the first update, and how far it is."""
    event = folder.preparing()
    share = f" {min(1.0, event['done'] / event['total']):.0%}" if event.get("total") else ""
    return content.PHASES.get(str(event.get("phase")), content.READING) + share
