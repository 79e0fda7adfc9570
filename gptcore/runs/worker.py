"""A worker: takes runs of one device from the queue and executes them, one after the other, in its own process.

It writes what it does into the run's folder and row; pages only read those. A lock on a file says that it lives: the
operating system lets go of it however the worker ends.
"""

import fcntl
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch

from gptcore.errors import GPTCoreError
from gptcore.runs import tasks, texts
from gptcore.runs.queue import RunQueue
from gptcore.runs.store import HOME, Run, RunStore, State
from gptcore.train.finetune import FinetunePlan, finetune
from gptcore.train.loop import Stopped
from gptcore.train.pretrain import PretrainPlan, pretrain
from gptcore.train.recording import RunEvent

_LOOK_EVERY = 0.1
"""Seconds between two looks at the queue."""
_CHECK_EVERY = 3.0
"""Seconds between two looks for runs whose workers have died or whose messages were lost."""
_BEAT_EVERY = 1.0
_log = logging.getLogger(__name__)
_started: dict[tuple[Path, str], subprocess.Popen] = {}
"""Workers that this process has started, by home and device."""


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
    checked = 0.0
    with _alone(home, name) as alone:
        if alone:
            store.reconcile(worker=name)  # whatever it was executing died with it
        while alone:
            woken = queue.take() is not None
            if time.monotonic() - checked > _CHECK_EVERY:
                store.reconcile()
                store.purge()
                checked, woken = time.monotonic(), True
            # Of those that wait, not the one that the message names: two that come at once may pass each other.
            run = next(iter(store.waiting_for(device)), None) if woken else None
            if run is not None and store.claim(run.id, name):
                execute(store, store.get(run.id))
                checked = 0.0
            elif (once or _gone(starter)) and not store.waiting_for(device):
                break
            else:
                time.sleep(_LOOK_EVERY)
    return alone


def execute(store: RunStore, run: Run) -> None:
    """Does one run, from its last checkpoint if it has one; whatever happens ends in its row."""
    beating = _Heart(store, run)
    try:
        last = None
        for last in _events(store, run, beating):  # noqa: B007
            pass
        stopped = isinstance(last, Stopped)
        store.end(run.id, State.STOPPED if stopped else State.FINISHED)
    except Exception as error:
        _log.exception("run %s", run.id)
        store.end(run.id, State.FAILED, explain(error))
    finally:
        beating.end()


def explain(error: Exception) -> str:
    """What went wrong and what to do, in a sentence for the run's owner."""
    if isinstance(error, GPTCoreError):
        return str(error)
    if isinstance(error, MemoryError | torch.OutOfMemoryError) or "not enough memory" in str(error):
        return "there was not enough memory; take a smaller batch or a smaller model"
    if isinstance(error, OSError):
        return f"its folder could not be written ({error.strerror or error}); free some space, then resume it"
    return f"something unexpected went wrong ({type(error).__name__}: {error}); the worker's log has the details"


def ensure_worker(device: str = "cpu", home: Path = HOME) -> None:
    """Starts a worker, unless this device has one. It outlives the calling process as long as there is work."""
    key = home, device
    if key in _started and _started[key].poll() is None:  # it may still be on its way to its lock
        return
    with _alone(home, f"{device}-1") as free:
        pass
    if not free:
        return
    with (home / "worker.log").open("ab") as log:
        _started[key] = subprocess.Popen(
            [sys.executable, "-m", "gptcore", "worker", "--device", device, "--starter", str(os.getpid())],
            cwd=Path(__file__).resolve().parents[2],
            # Threads that wait give their core to whoever wants it: spinning, a run on a busy machine is 20x slower.
            env={"OMP_WAIT_POLICY": "passive", **os.environ, "GPT_EXPLORER_RUNS": str(home)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _gone(process: int | None) -> bool:
    """Whether there was such a process and it has ended."""
    try:
        if process is not None:
            os.kill(process, 0)
    except ProcessLookupError:
        return True
    return False


def _events(store: RunStore, run: Run, heart: "_Heart") -> Iterator[RunEvent]:
    folder = store.folder(run.id)
    if run.kind == "pretrain":
        texts.make(store.home, Path(run.plan["corpus"]))
        return pretrain(PretrainPlan.from_dict(run.plan), folder, resume=True, stop=heart.should_stop)
    plan = FinetunePlan(**run.plan)
    for file in (plan.train_file, plan.test_file):
        tasks.make(store.home, Path(file))
    return finetune(plan, folder, resume=True, stop=heart.should_stop)


class _Heart:
    """Signs of life of a running run, on a thread of their own; they tell whether it was asked to stop, too."""

    def __init__(self, store: RunStore, run: Run):
        self._store, self._run = store, run
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
            except Exception:  # a full disk, say; the next beat may succeed, and the run itself will tell
                _log.exception("heartbeat of %s", self._run.id)


@contextmanager
def _alone(home: Path, name: str) -> Iterator[bool]:
    """Holds a worker's lock; yields False if another process has it."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / f"worker-{name.replace(':', '-')}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
