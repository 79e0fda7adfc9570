"""Every run in one table: what was asked for, whose it is, how far it is. The row is the truth; the queue only wakes
workers, and the run's folder holds what it has made.

One SQLite file that pages, workers and the command line share. Nothing here keeps a connection or runs a thread.
"""

import json
import os
import secrets
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

from gptcore.errors import InputError

HOME = Path(os.environ.get("GPT_EXPLORER_RUNS", Path(__file__).resolve().parents[2] / "runs"))
"""Where runs are kept."""
SILENT_AFTER = 15.0
"""Seconds without a heartbeat after which a worker counts as dead."""

Kind = Literal["pretrain", "finetune"]


class State(StrEnum):
    """What a run is doing."""

    WAITING = "waiting"
    RUNNING = "running"
    STOPPED = "stopped"
    """By its owner; can be resumed."""
    INTERRUPTED = "interrupted"
    """Its worker died or its machine was switched off; can be resumed."""
    FAILED = "failed"
    """It could not go on; `message` says why."""
    FINISHED = "finished"


RESUMABLE = (State.STOPPED, State.INTERRUPTED, State.FAILED)


@dataclass(frozen=True)
class Run:
    """One row."""

    id: str
    owner: str
    """Anonymous id of a learner."""
    kind: Kind
    title: str
    plan: dict[str, Any]
    """Of a PretrainPlan or FinetunePlan."""
    device: str
    """What executes it, and so whose queue it waits in: "cpu", "cuda:0", ..."""
    state: State
    created: float
    """Seconds since 1970; likewise the other times."""
    started: float | None
    ended: float | None
    heartbeat: float | None
    """Last sign of life of its worker."""
    worker: str | None
    """Name of the worker that executes it, or did."""
    message: str
    """For people: why it ended as it did."""
    parent: str | None
    """The run it was duplicated from or whose model it starts from."""
    series: str | None
    """What runs that were started together, to be compared, have in common."""
    shared: bool
    """Whether other learners see it."""
    stop_requested: bool
    deleted: float | None


_SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT UNIQUE NOT NULL,
    owner TEXT NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    plan TEXT NOT NULL,
    device TEXT NOT NULL,
    state TEXT NOT NULL,
    created REAL NOT NULL,
    started REAL,
    ended REAL,
    heartbeat REAL,
    worker TEXT,
    message TEXT NOT NULL DEFAULT '',
    parent TEXT,
    series TEXT,
    shared INTEGER NOT NULL DEFAULT 0,
    stop_requested INTEGER NOT NULL DEFAULT 0,
    deleted REAL
)
"""
_SEEN = "deleted IS NULL AND (owner = ? OR (shared AND ?))"
"""Of a learner, and whether with what others share."""
_MOST_WAITING = 20
"""Runs of one owner that may wait or run at once."""


class RunStore:
    """The table and the folders.

    Args:
        home: folder of both; made on first use.
    """

    def __init__(self, home: Path = HOME):
        self.home = home

    def folder(self, run_id: str) -> Path:
        """Where a run keeps its files; see gptcore.runs.folder."""
        return self.home / run_id

    def add(
        self,
        kind: Kind,
        title: str,
        plan: dict[str, Any],
        owner: str,
        device: str = "cpu",
        parent: str | None = None,
        series: str | None = None,
    ) -> Run:
        """A new run, waiting. Whoever adds it also wakes a worker, through gptcore.runs.queue.

        Raises:
            InputError: its owner has too many waiting already.
        """
        busy = [run for run in self.of(owner, with_shared=False) if run.state in (State.WAITING, State.RUNNING)]
        if len(busy) >= _MOST_WAITING:
            raise InputError(f"{len(busy)} of your runs are waiting or running; stop one, or wait until one has ended")
        run_id = f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(3)}"
        with self._table() as table:
            values = (run_id, owner, kind, title, json.dumps(plan), device, State.WAITING, time.time(), parent, series)
            table.execute(
                "INSERT INTO runs (id, owner, kind, title, plan, device, state, created, parent, series) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                values,
            )
        return self.get(run_id)

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
        """Runs that a device has yet to execute, oldest first."""
        return self._select("state = ? AND device = ? AND deleted IS NULL ORDER BY number", State.WAITING, device)

    def ahead(self, run: Run) -> int:
        """How many runs its device will execute before a waiting one: those that run, and those that wait longer."""
        running = self._select("state = ? AND device = ?", State.RUNNING, run.device)
        waiting = [other.id for other in self.waiting_for(run.device)]
        return len(running) + (waiting.index(run.id) if run.id in waiting else 0)

    def claim(self, run_id: str, worker: str) -> bool:
        """Marks a waiting run as running; False if it is not waiting any more, so that no two workers take it."""
        now = time.time()
        return self._update(
            "state = ?, worker = ?, started = COALESCE(started, ?), heartbeat = ?, ended = NULL, message = '', "
            "stop_requested = 0",
            "id = ? AND state = ? AND deleted IS NULL",
            State.RUNNING, worker, now, now, run_id, State.WAITING,
        )  # fmt: skip

    def beat(self, run_id: str) -> bool:
        """A sign of life; returns whether the run may go on: False once it was stopped, deleted or given up on."""
        alive = self._update("heartbeat = ?", "id = ? AND state = ?", time.time(), run_id, State.RUNNING)
        run = self.get(run_id)
        return alive and not run.stop_requested and run.deleted is None

    def end(self, run_id: str, state: State, message: str = "") -> bool:
        """A running run ends."""
        return self._update(
            "state = ?, ended = ?, message = ?", "id = ? AND state = ?", state, time.time(), message, run_id,
            State.RUNNING,
        )  # fmt: skip

    def stop(self, run_id: str, owner: str) -> None:
        """Asks a running run to stop after its next update; a waiting one stops at once."""
        self._own(run_id, owner)
        stopped = (State.STOPPED, time.time(), "stopped before it began")
        if not self._update(
            "state = ?, ended = ?, message = ?", "id = ? AND state = ?", *stopped, run_id, State.WAITING
        ):
            self._update("stop_requested = 1", "id = ?", run_id)

    def resume(self, run_id: str, owner: str) -> None:
        """Puts a stopped, interrupted or failed run back into the queue.

        Raises:
            InputError: it is in another state.
        """
        run = self._own(run_id, owner)
        if run.state not in RESUMABLE:
            raise InputError(f"this run is {run.state}; only a stopped, interrupted or failed one can be resumed")
        self._update(
            "state = ?, stop_requested = 0, message = ''", "id = ? AND state = ?", State.WAITING, run_id, run.state
        )

    def share(self, run_id: str, owner: str, shared: bool) -> None:
        """Shows a run to all learners, or to its owner only."""
        self._own(run_id, owner)
        self._update("shared = ?", "id = ?", shared, run_id)

    def delete(self, run_id: str, owner: str) -> None:
        """Hides a run, stopping it if it runs; its files stay until `purge`, so that this can be undone."""
        self._own(run_id, owner)
        self._update("deleted = ?", "id = ?", time.time(), run_id)

    def restore(self, run_id: str, owner: str) -> None:
        """Undoes `delete`."""
        self._own(run_id, owner)
        self._update("deleted = NULL", "id = ?", run_id)

    def purge(self, older_than: float = 86_400.0) -> None:
        """Removes rows and files of runs that were deleted so many seconds ago and do not run."""
        before = time.time() - older_than
        for run in self._select("deleted < ? AND state != ?", before, State.RUNNING):
            shutil.rmtree(self.folder(run.id), ignore_errors=True)
            with self._table() as table:
                table.execute("DELETE FROM runs WHERE id = ?", (run.id,))

    def reconcile(self, worker: str | None = None) -> list[Run]:
        """Marks runs whose workers have died as interrupted; returns them.

        Args:
            worker: known to execute nothing now; all others are judged by their heartbeats.
        """
        silent_since = time.time() - SILENT_AFTER
        silent = self._select("state = ? AND (heartbeat < ? OR worker = ?)", State.RUNNING, silent_since, worker)
        message = "its worker died or the machine was switched off; resume it from its last checkpoint"
        return [run for run in silent if self.end(run.id, State.INTERRUPTED, message)]

    def _own(self, run_id: str, owner: str) -> Run:
        run = self.get(run_id)
        if run.owner != owner:
            raise InputError(f"there is no run {run_id!r} of yours")
        return run

    def _select(self, condition: str, *values: Any) -> list[Run]:
        with self._table() as table:
            rows = table.execute(f"SELECT * FROM runs WHERE {condition}", values).fetchall()
        return [_run(row) for row in rows]

    def _update(self, change: str, condition: str, *values: Any) -> bool:
        with self._table() as table:
            return table.execute(f"UPDATE runs SET {change} WHERE {condition}", values).rowcount == 1

    @contextmanager
    def _table(self) -> Iterator[sqlite3.Connection]:
        self.home.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self.home / "runs.sqlite", timeout=30)
        try:
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA journal_mode = WAL")  # readers never wait for a writer
            connection.execute(_SCHEMA)
            if "series" not in {row["name"] for row in connection.execute("PRAGMA table_info(runs)")}:
                connection.execute("ALTER TABLE runs ADD COLUMN series TEXT")  # a table from before there were series
            with connection:
                yield connection
        finally:
            connection.close()


def _run(row: sqlite3.Row) -> Run:
    values = {name: row[name] for name in row.keys() if name != "number"}  # noqa: SIM118
    flags = {name: bool(row[name]) for name in ("shared", "stop_requested")}
    return Run(**{**values, **flags, "plan": json.loads(row["plan"]), "state": State(row["state"])})
