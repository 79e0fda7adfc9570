"""The Lab's way to runs: whose they are, starting them, and what pages read of them."""

import time
from contextlib import suppress
from typing import Any

from app import state
from app.components.notice import toast
from app.components.visitor import visitor
from app.content import lab as content
from gptcore.errors import GPTCoreError, StorageError
from gptcore.runs.queue import RunQueue
from gptcore.runs.store import HOME, Kind, Run, RunStore, State
from gptcore.runs.worker import ensure_worker
from gptcore.train.device import resolve_device

STORE = RunStore(HOME)
ACTIVE = (State.WAITING, State.RUNNING)
_DAY = 86_400.0
_SILENT = 3.0
"""Seconds without a sign of life after which a page says so."""


def own_runs(kind: Kind | None = None) -> list[Run]:
    """What this learner sees, newest first."""
    return [run for run in STORE.of(visitor()) if kind in (None, run.kind)]


def mine(run: Run) -> bool:
    """Whether this learner may stop, resume, share or delete it."""
    return run.owner == visitor()


def visible(run_id: str) -> Run | None:
    """A run that this learner may see."""
    return STORE.seen(run_id, visitor())


def start(
    kind: Kind, title: str, plan: dict[str, Any], device: str, parent: str | None = None, series: str | None = None
) -> Run:
    """Puts a run into the queue and makes sure that somebody takes it out.

    Raises:
        InputError: this learner, or all together, have too many runs waiting.
        StorageError: the disk is full, or the folder of runs is read-only.
    """
    queue = str(resolve_device(device))
    run = STORE.add(kind, title, plan, visitor(), queue, parent, series)
    RunQueue(queue, STORE.home).put(run.id)
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
        STORE.reconcile()


def notices() -> list[str]:
    """What the Lab has to say about the place where runs are kept; nothing on a good day."""
    found = []
    try:
        watch_worker()
        STORE.of(visitor(), with_shared=False)  # a damaged table is replaced now, not further down the page
    except StorageError as error:
        found.append(str(error))
    if reason := STORE.trouble():
        found.append(reason)
    aside = STORE.set_aside()
    if aside is not None and time.time() - aside.stat().st_ctime < _DAY:
        found.append(content.TABLE_ANEW.format(name=aside.name))
    return found


def silence(run: Run) -> str:
    """Why a run that counts as running gives no sign of life; "" if it does."""
    seconds = time.time() - (run.heartbeat or 0.0)
    if run.state != State.RUNNING or seconds < _SILENT:
        return ""
    return content.SILENT.format(seconds=seconds, reason=STORE.trouble() or content.NO_REASON)


def act(action: str, run_id: str) -> None:
    """Stop, resume, delete or restore, for buttons; what cannot be done is said in a toast."""
    try:
        getattr(STORE, action)(run_id, visitor())
        run = STORE.get(run_id)
        if action == "resume":
            RunQueue(run.device, STORE.home).put(run_id)
            watch_worker(run.device)
        if action == "delete":
            state.put(state.DELETED, [*state.get(state.DELETED, []), run_id])
    except GPTCoreError as error:
        toast(error)


def share(run: Run, shared: bool) -> None:
    """Shows a run to everyone who opens the app, or to its owner only."""
    STORE.share(run.id, visitor(), shared)


def undo_delete() -> None:
    """Brings back the run that was deleted last."""
    if deleted := state.get(state.DELETED, []):
        state.put(state.DELETED, deleted[:-1])
        act("restore", deleted[-1])
