"""Every run in one table: what was asked for, whose it is, how far it is. The row is the truth; the queue only wakes
workers, and the run's folder holds what it has made.

One SQLite file that pages, workers and the command line share; gptcore.lab.table tells what becomes of a damaged one.
"""

import secrets
import shutil
import sqlite3
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from gptcore.errors import InputError, StorageError
from gptcore.files import TEMPORARY
from gptcore.lab.locks import is_held
from gptcore.lab.run import RESUMABLE, Kind, Run, State, write_run
from gptcore.lab.storage import storing, trouble
from gptcore.lab.table import Table
from gptcore.lab.turns import in_turn
from gptcore.places import RUNS

__all__ = ["HOME", "RESUMABLE", "SILENT_AFTER", "Kind", "Run", "RunStore", "State"]

HOME = RUNS
"""Where runs are kept."""
SILENT_AFTER = 15.0
"""Seconds without a heartbeat after which a worker that holds its lock counts as hung."""
_SEEN = "deleted IS NULL AND (owner = ? OR (shared AND ?))"
"""Of a learner, and whether with what others share."""
_MOST_WAITING = 20
"""Runs of one owner that may wait or run at once."""
_MOST_IN_ALL = 300
"""And of all owners together."""
_GOES_ON = 3
"""Times that a run whose worker died goes on by itself without having saved a new state meanwhile."""
_HOUR = 3_600.0


class RunStore:
    """The table and the folders. Every method raises StorageError where the disk does not let it.

    Args:
        home: folder of both; made on first use.
    """

    def __init__(self, home: Path = HOME):
        self.home = home
        self._table = Table(home / "runs.sqlite")

    def folder(self, run_id: str) -> Path:
        """Where a run keeps its files; see gptcore.train.run_folder."""
        return self.home / run_id

    def lock(self, worker: str) -> Path:
        """The file whose lock a worker holds as long as it lives."""
        return self.home / f"worker-{worker.replace(':', '-')}.lock"

    def trouble(self) -> str:
        """Why nothing can be started now, and what to do; "" if it can."""
        return trouble(self.home)

    def set_aside(self) -> Path | None:
        """The newest damaged table that was replaced by one made from the folders, if any."""
        return self._table.set_aside()

    def add(
        self,
        kind: Kind,
        title: str,
        plan: dict[str, Any],
        owner: str,
        device: str = "cpu",
        **about: Any,
    ) -> Run:
        """A new run, waiting. Whoever adds it also wakes a worker, through gptcore.lab.queue.

        Args:
            about: parent, series, variant, seed, ours and examples, as far as it has them; see Run.

        Raises:
            InputError: its owner has too many waiting already, or all together have.
            StorageError: the disk is full, or the folder is read-only.
        """
        if reason := self.trouble():
            raise StorageError(reason)
        now = time.time()
        run_id = f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(3)}"
        run = Run(run_id, owner, kind, title, plan, device, State.WAITING, now, now, **about)
        try:
            with storing(self.home):
                write_run(run, self.home)
            self._table.insert(run, lambda busy: _refuse_too_many(busy, owner))
        except Exception:
            shutil.rmtree(self.folder(run_id), ignore_errors=True)
            raise
        return run

    def get(self, run_id: str) -> Run:
        """One run, deleted or not.

        Raises:
            InputError: there is none.
        """
        if rows := self._select("id = ?", run_id):
            return rows[0]
        raise InputError(f"there is no run {run_id!r}")

    def of(self, owner: str, with_shared: bool = True) -> list[Run]:
        """What a learner sees: their own runs and those that others share, newest first."""
        return self._select(f"{_SEEN} ORDER BY number DESC", owner, with_shared)

    def seen(self, run_id: str, owner: str) -> Run | None:
        """One of them; None if this learner does not see it."""
        return next(iter(self._select(f"{_SEEN} AND id = ?", owner, True, run_id)), None)

    def waiting_for(self, device: str) -> list[Run]:
        """Runs that a device has yet to execute, in the order of turns (gptcore.lab.turns)."""
        waiting = self._select("state = ? AND device = ? AND deleted IS NULL ORDER BY number", State.WAITING, device)
        if len(waiting) < 2:
            return waiting
        turns = self._table.ask("SELECT owner, MAX(claimed) AS at FROM runs WHERE device = ? GROUP BY owner", device)
        return in_turn(waiting, {row["owner"]: row["at"] or 0.0 for row in turns})

    def ahead(self, run: Run) -> int:
        """How many runs its device will execute before a waiting one: those that run, and those whose turn is first."""
        running = self._select("state = ? AND device = ?", State.RUNNING, run.device)
        waiting = [other.id for other in self.waiting_for(run.device)]
        return len(running) + (waiting.index(run.id) if run.id in waiting else 0)

    def claim(self, run_id: str, worker: str) -> bool:
        """Marks a waiting run as running; False if it is not waiting any more, so that no two workers take it."""
        now = time.time()
        return self._update(
            "state = ?, worker = ?, claimed = ?, started = COALESCE(started, ?), heartbeat = ?, ended = NULL, "
            "message = '', stop_requested = 0",
            "id = ? AND state = ? AND deleted IS NULL",
            State.RUNNING,
            worker,
            now,
            now,
            now,
            run_id,
            State.WAITING,
        )

    def beat(self, run_id: str) -> bool:
        """A sign of life; returns whether the run may go on: False once it was stopped, deleted or given up on."""
        alive = self._update("heartbeat = ?", "id = ? AND state = ?", time.time(), run_id, State.RUNNING)
        run = self.get(run_id)
        return alive and not run.stop_requested and run.deleted is None

    def got_on(self, run_id: str) -> None:
        """A new state was saved: whatever interrupts the run next, it has been worth going on."""
        self._update("interruptions = 0", "id = ? AND interruptions > 0", run_id)

    def end(self, run_id: str, state: State, message: str = "") -> bool:
        """A running run ends."""
        return self._update(
            "state = ?, ended = ?, message = ?",
            "id = ? AND state = ?",
            state,
            time.time(),
            message,
            run_id,
            State.RUNNING,
        )

    def stop(self, run_id: str, owner: str) -> None:
        """Asks a running run to stop after its next update; a waiting one stops at once."""
        self._own(run_id, owner)
        stopped = (State.STOPPED, time.time(), "stopped while it waited")
        if not self._update(
            "state = ?, ended = ?, message = ?", "id = ? AND state = ?", *stopped, run_id, State.WAITING
        ):
            self._update("stop_requested = 1", "id = ?", run_id)

    def resume(self, run_id: str, owner: str) -> None:
        """Puts a stopped, interrupted or failed run back into the queue, behind what its owner has there.

        Raises:
            InputError: it is in another state.
        """
        run = self._own(run_id, owner)
        if run.state not in RESUMABLE:
            raise InputError(f"this run is {run.state}; only a stopped, interrupted or failed one can be resumed")
        if reason := self.trouble():
            raise StorageError(reason)
        self._update(
            "state = ?, queued = ?, stop_requested = 0, interruptions = 0, message = ''",
            "id = ? AND state = ?",
            State.WAITING,
            time.time(),
            run_id,
            run.state,
        )

    def go_on(self, run_id: str) -> bool:
        """Puts an interrupted run back into the queue unasked, unless it has gone on so often without a new state."""
        return self._update(
            "state = ?, message = '', interruptions = interruptions + 1",
            "id = ? AND state = ? AND interruptions < ? AND deleted IS NULL",
            State.WAITING,
            run_id,
            State.INTERRUPTED,
            _GOES_ON,
        )

    def share(self, run_id: str, owner: str, shared: bool) -> None:
        """Shows a run to all learners, or to its owner only."""
        self._change(run_id, owner, shared=shared)

    def delete(self, run_id: str, owner: str) -> None:
        """Hides a run, stopping it if it runs; its files stay until `purge`, so that this can be undone."""
        self._change(run_id, owner, deleted=time.time())

    def restore(self, run_id: str, owner: str) -> None:
        """Undoes `delete`."""
        self._change(run_id, owner, deleted=None)

    def purge(self, older_than: float = 86_400.0) -> None:
        """Removes rows and files of runs that were deleted so many seconds ago and do not run, and files that somebody
        who died was writing."""
        before = time.time() - older_than
        for run in self._select("deleted < ? AND state != ?", before, State.RUNNING):
            shutil.rmtree(self.folder(run.id), ignore_errors=True)
            self._table.remove(run.id)
        with storing(self.home):
            for stray in self.home.glob(f"*/*{TEMPORARY}"):
                if stray.parent.name in ("texts", "examples") and stray.stat().st_mtime < time.time() - _HOUR:
                    stray.unlink(missing_ok=True)

    def reconcile(self, worker: str | None = None) -> list[Run]:
        """Puts runs whose workers have died back into the queue; those that died again and again are interrupted, and
        wait for their owner. Returns them all.

        Args:
            worker: known to execute nothing now; all others are judged by their locks, and by their heartbeats.
        """
        interrupted = []
        for run in self._select("state = ?", State.RUNNING):
            if run.worker == worker or not is_held(self.lock(str(run.worker))):
                interrupted += [run] * self._interrupt(run)
            elif (run.heartbeat or 0.0) < time.time() - SILENT_AFTER:
                # Somebody may still be at work in its folder, so nobody else is sent there unasked.
                interrupted += [run] * self._interrupt(run, hung=True)
        return interrupted

    def _interrupt(self, run: Run, hung: bool = False) -> bool:
        times = run.interruptions + 1
        state = State.STOPPED if run.stop_requested else State.WAITING if times <= _GOES_ON else State.INTERRUPTED
        message = {
            State.STOPPED: "its worker died before it had stopped; resume it from its last saved state",
            State.WAITING: "its worker died or the machine was switched off; it goes on from its last saved state",
            State.INTERRUPTED: f"its worker died {times} times without getting on; resume it, if its model fits this "
            "machine",
        }[state]
        if hung:
            state, message = State.INTERRUPTED, "its worker gives no sign of life; resume it from its last saved state"
        return self._update(
            "state = ?, ended = ?, message = ?, interruptions = ?",
            "id = ? AND state = ? AND claimed IS ?",
            state,
            time.time(),
            message,
            times,
            run.id,
            State.RUNNING,
            run.claimed,
        )

    def _own(self, run_id: str, owner: str) -> Run:
        run = self.get(run_id)
        if run.owner != owner:
            raise InputError(f"there is no run {run_id!r} of yours")
        return run

    def _change(self, run_id: str, owner: str, **change: Any) -> None:
        """Changes what is to last: in the row, and in the folder that may have to tell it again."""
        run = self._own(run_id, owner)
        with suppress(OSError):  # on a full disk, too, a run can be deleted
            write_run(replace(run, **change), self.home)
        self._update(", ".join(f"{name} = ?" for name in change), "id = ?", *change.values(), run_id)

    def _select(self, condition: str, *values: Any) -> list[Run]:
        return self._table.select(condition, *values)

    def _update(self, change: str, condition: str, *values: Any) -> bool:
        return self._table.update(change, condition, *values)


def _refuse_too_many(busy: Sequence[sqlite3.Row], owner: str) -> None:
    own = sum(row["owner"] == owner for row in busy)
    if own >= _MOST_WAITING:
        raise InputError(f"{own} of your runs are waiting or running; stop one, or wait until one has ended")
    if len(busy) >= _MOST_IN_ALL:
        raise InputError(f"{len(busy)} runs of all learners wait already; try again when some have ended")
