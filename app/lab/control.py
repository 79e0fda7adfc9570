"""Starting, stopping, sharing and deleting runs, and what is to say about the place where they are kept."""

import time
from contextlib import suppress
from typing import Any

from app.lab import keys
from app.lab import text as content
from app.shared import learner, state
from app.shared.notice import toast
from gptcore.errors import GPTCoreError, StorageError
from gptcore.lab.queue import RunQueue
from gptcore.lab.store import Kind, Run, State
from gptcore.lab.worker import ensure_worker
from gptcore.train.device import resolve_device

ACTIVE = (State.WAITING, State.RUNNING)
_DAY = 86_400.0
_SILENT = 3.0
"""Seconds without a sign of life after which a page says so."""


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


def notices() -> list[str]:
    """What the Lab has to say about the place where runs are kept; nothing on a good day."""
    notes = []
    try:
        watch_worker()
        learner.STORE.of(
            learner.learner_id(), with_shared=False
        )  # a damaged table is replaced now, not further down the page
    except StorageError as error:
        notes.append(str(error))
    if reason := learner.STORE.trouble():
        notes.append(reason)
    aside = learner.STORE.set_aside()
    if aside is not None and time.time() - aside.stat().st_ctime < _DAY:
        notes.append(content.TABLE_ANEW.format(name=aside.name))
    return notes


def silence(run: Run) -> str:
    """Why a run that counts as running gives no sign of life; "" if it does."""
    seconds = time.time() - (run.heartbeat or 0.0)
    if run.state != State.RUNNING or seconds < _SILENT:
        return ""
    return content.SILENT.format(seconds=seconds, reason=learner.STORE.trouble() or content.NO_REASON)


def act(action: str, run_id: str) -> None:
    """Stop, resume, delete or restore, for buttons; what cannot be done is said in a toast."""
    try:
        getattr(learner.STORE, action)(run_id, learner.learner_id())
        run = learner.STORE.get(run_id)
        if action == "resume":
            RunQueue(run.device, learner.STORE.home).put(run_id)
            watch_worker(run.device)
        if action == "delete":
            state.put(keys.DELETED, [*state.get(keys.DELETED, []), run_id])
    except GPTCoreError as error:
        toast(error)


def share(run: Run, shared: bool) -> None:
    """Shows a run to everyone who opens the app, or to its owner only."""
    learner.STORE.share(run.id, learner.learner_id(), shared)


def undo_delete() -> None:
    """Brings back the run that was deleted last."""
    if deleted := state.get(keys.DELETED, []):
        state.put(keys.DELETED, deleted[:-1])
        act("restore", deleted[-1])
