"""The Lab's way to runs: whose they are, starting them, and what pages read of them."""

from typing import Any

from app import state
from app.components.notice import toast
from app.components.visitor import visitor
from gptcore.errors import GPTCoreError
from gptcore.runs.queue import RunQueue
from gptcore.runs.store import HOME, Kind, Run, RunStore, State
from gptcore.runs.worker import ensure_worker
from gptcore.train.device import resolve_device

STORE = RunStore(HOME)
ACTIVE = (State.WAITING, State.RUNNING)


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
        InputError: this learner has too many runs waiting.
    """
    queue = str(resolve_device(device))
    run = STORE.add(kind, title, plan, visitor(), queue, parent, series)
    RunQueue(queue).put(run.id)
    watch_worker(queue)
    return run


def watch_worker(device: str = "auto") -> None:
    """Starts the device's worker if it has none: when the Lab opens, so that it is warm, and while a run waits."""
    ensure_worker(str(resolve_device(device)))


def act(action: str, run_id: str) -> None:
    """Stop, resume, delete or restore, for buttons; what cannot be done is said in a toast."""
    try:
        getattr(STORE, action)(run_id, visitor())
        run = STORE.get(run_id)
        if action == "resume":
            RunQueue(run.device).put(run_id)
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
