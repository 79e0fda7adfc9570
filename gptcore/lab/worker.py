"""A worker: takes runs of one device from the queue and executes them, one after the other, in its own process.

It writes what it does into the run's folder and row; pages only read those. A lock on a file says that it lives: the
operating system lets go of it however the worker ends.
"""

import logging
import math
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from gptcore.errors import GPTCoreError, StorageError, is_out_of_memory
from gptcore.lab import corpora as texts
from gptcore.lab import task_files as tasks
from gptcore.lab.locks import alone, is_held
from gptcore.lab.processes import apart, ended
from gptcore.lab.queue import RunQueue
from gptcore.lab.storage import has_room, is_full, storing
from gptcore.lab.store import HOME, Run, RunStore, State
from gptcore.places import ROOT
from gptcore.train.events import Event, Saved, Stopped
from gptcore.train.finetune import finetune
from gptcore.train.marking import finetune_marks
from gptcore.train.plans import FinetunePlan, MarkPlan, PretrainPlan, plan_from
from gptcore.train.pretrain import pretrain

_LOOK_EVERY = 0.3
"""Seconds between two looks at the queue: a run starts within a second, and an idle worker costs next to nothing."""
_CHECK_EVERY = 3.0
"""Seconds between two looks for runs whose workers have died or whose messages were lost."""
_PURGE_EVERY = 600.0
"""Seconds between two looks for what is to be removed; such a look visits the folder of every run."""
_BEAT_EVERY = 1.0
_TRY_EVERY = 1.0
"""Seconds between two tries to write down how a run has ended, where the disk does not let it."""
MINUTES = float(os.environ.get("GPT_EXPLORER_MINUTES", "60"))
"""How long a run keeps its device once others wait for it."""
_log = logging.getLogger(__name__)
_started: dict[tuple[Path, str], subprocess.Popen[bytes]] = {}
_started_at: dict[tuple[Path, str], float] = {}
"""Workers that this process has started, by home and device, and when."""
_AGAIN_AFTER = 5.0
"""Seconds until another is started in the place of one that ended at once."""


def work(device: str = "cpu", home: Path = HOME, slot: int = 1, once: bool = False, starter: int | None = None) -> bool:
    """Executes runs until the process is ended.

    Args:
        device: whose queue.
        home: where runs are kept.
        slot: another number makes another worker for the same device; each executes one run at a time.
        once: return when nothing waits any more.
        starter: a process's id; return when nothing waits any more and that process is gone.

    Returns:
        False if this worker runs already, in another process.
    """
    store, queue, name = RunStore(home), RunQueue(device, home), f"{device}-{slot}"
    is_gone = ended(starter)
    checked = purged = -math.inf
    short: set[str] = set()  # runs that it had to stop for want of room
    before: str | None = name  # whatever a worker of this name was executing died with it
    with alone(store.lock(name)) as first:
        while first:
            woken, due = queue.take() is not None, time.monotonic() - checked > _CHECK_EVERY
            try:
                if due:
                    store.reconcile(worker=before)
                    for run_id in [run_id for run_id in short if has_room(store.folder(run_id))]:
                        store.go_on(run_id)
                        short.discard(run_id)
                    checked, before = time.monotonic(), None
                if time.monotonic() - purged > _PURGE_EVERY:
                    store.purge()
                    purged = time.monotonic()
                # Of those that wait, not the one that the message names: two that come at once may pass each other.
                waiting = store.waiting_for(device) if woken or due else []
                if waiting and store.claim(waiting[0].id, name):
                    if execute(store, store.get(waiting[0].id)) and not once:
                        short.add(waiting[0].id)
                    checked = -math.inf
                elif (once or (due and is_gone())) and not store.waiting_for(device):
                    break
                else:
                    time.sleep(_LOOK_EVERY)
            except StorageError:  # a full disk, say: there may be room again in a while
                if once:
                    raise
                _log.exception("the table of runs")
                time.sleep(_TRY_EVERY)
    return first


def execute(store: RunStore, run: Run) -> bool:
    """Does one run, from its last checkpoint if it has one; whatever happens ends in its row, as soon as the disk lets
    it.

    Returns:
        whether it stopped for want of room, and may go on once there is some.
    """
    heart = _Heart(store, run)
    state, message = State.FINISHED, ""
    try:
        for event in _events(store, run, heart):
            if isinstance(event, Saved) and run.interruptions:
                store.got_on(run.id)
            if isinstance(event, Stopped):
                state, message = State.STOPPED, heart.reason
    except Exception as error:
        _log.exception("run %s", run.id)
        state, message = State.FAILED, explain(error)
        if is_full(error) or is_full(error.__cause__):
            state = State.INTERRUPTED
    while True:
        try:
            store.end(run.id, state, message)
            break
        except StorageError:
            time.sleep(_TRY_EVERY)
    heart.end()
    return state == State.INTERRUPTED


def explain(error: Exception) -> str:
    """What went wrong and what to do, in a sentence for the run's owner."""
    if is_full(error) or is_full(error.__cause__):
        return (
            "the disk is full (No space left); it stopped at its last saved state. Free some space: it then goes on by "
            "itself, or resume it"
        )
    if isinstance(error, GPTCoreError):
        return str(error)
    if is_out_of_memory(error):
        return "there was not enough memory; take a smaller batch or a smaller model"
    if isinstance(error, OSError):
        return f"its folder could not be written ({error.strerror or error}); free some space, then resume it"
    return f"something unexpected went wrong ({type(error).__name__}: {error}); the worker's log has the details"


def ensure_worker(device: str = "cpu", home: Path = HOME) -> None:
    """Starts a worker, unless this device has one. It outlives the calling process as long as there is work.

    Raises:
        StorageError: the folder of runs cannot be written.
    """
    key = home, device
    if key in _started and _started[key].poll() is None:  # it may still be on its way to its lock
        return
    too_soon = time.monotonic() - _started_at.get(key, -_AGAIN_AFTER) < _AGAIN_AFTER
    if too_soon or is_held(RunStore(home).lock(f"{device}-1")):
        return
    with storing(home):
        home.mkdir(parents=True, exist_ok=True)
        _started[key], _started_at[key] = _start(device, home), time.monotonic()
    # Somebody has to ask how it ended, or it stays in the system's list of processes as long as this one lives.
    threading.Thread(target=_started[key].wait, daemon=True).start()


def _start(device: str, home: Path) -> subprocess.Popen[bytes]:
    with (home / "worker.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "gptcore", "worker", "--device", device, "--starter", str(os.getpid())],
            cwd=ROOT,
            env={**os.environ, "GPT_EXPLORER_RUNS": str(home)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            **apart(),
        )


def _events(store: RunStore, run: Run, heart: "_Heart") -> Iterator[Event]:
    folder = store.folder(run.id)
    if run.kind == "pretrain":
        if run.ours:
            texts.make(store.home, run.ours)
        return pretrain(PretrainPlan.from_dict(run.plan), folder, resume=True, stop=heart.should_stop)
    plan = plan_from("finetune", run.plan)
    if isinstance(plan, MarkPlan):
        return finetune_marks(plan, folder, resume=True, stop=heart.should_stop)
    assert isinstance(plan, FinetunePlan)
    if run.ours and run.examples:
        tasks.make(store.home, run.ours, run.examples)
    return finetune(plan, folder, resume=True, stop=heart.should_stop)


class _Heart:
    """Signs of life of a running run, on a thread of their own; they tell whether it was asked to stop, too."""

    def __init__(self, store: RunStore, run: Run):
        self._store, self._run = store, run
        self._began = time.monotonic()
        self.reason = ""
        """For people: why it is to stop, unless its owner asked for it."""
        self._stop, self._ended = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)
        self._thread.start()

    def should_stop(self) -> bool:
        """Whether the run was asked to stop."""
        return self._stop.is_set()

    def end(self) -> None:
        """No more signs."""
        self._ended.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._ended.wait(_BEAT_EVERY / 4):
            try:
                if not self._store.beat(self._run.id):
                    self._stop.set()
                elif time.monotonic() - self._began > 60 * MINUTES and self._store.waiting_for(self._run.device):
                    self.reason = f"it has had its {MINUTES:g} minutes, and others wait; resume it to go on"
                    self._stop.set()
            except Exception:  # a full disk, say; the next beat may succeed, and the run itself will tell
                _log.exception("heartbeat of %s", self._run.id)
