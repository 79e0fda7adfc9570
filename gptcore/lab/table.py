"""The SQLite file of all runs: opened for each question, set up once, and made anew from the folders if it is lost.

A damaged file is set aside, never deleted. Nothing here keeps a connection or runs a thread.
"""

import json
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, TypeVar

from gptcore.lab.locks import alone
from gptcore.lab.run import Run, State, read_runs, write_run
from gptcore.lab.storage import BROKEN, is_busy, is_damage, move_aside, prevents_files, storing
from gptcore.lab.upgrade import LATER, upgraded

_COLUMNS = {
    "number": "INTEGER PRIMARY KEY AUTOINCREMENT",
    "id": "TEXT UNIQUE NOT NULL",
    "owner": "TEXT NOT NULL",
    "kind": "TEXT NOT NULL",
    "title": "TEXT NOT NULL",
    "plan": "TEXT NOT NULL",
    "device": "TEXT NOT NULL",
    "state": "TEXT NOT NULL",
    "created": "REAL NOT NULL",
    "started": "REAL",
    "ended": "REAL",
    "heartbeat": "REAL",
    "worker": "TEXT",
    "message": "TEXT NOT NULL DEFAULT ''",
    "parent": "TEXT",
    "shared": "INTEGER NOT NULL DEFAULT 0",
    "stop_requested": "INTEGER NOT NULL DEFAULT 0",
    "deleted": "REAL",
}
_LATER = {  # columns that tables of earlier versions lack
    "series": "TEXT",
    "queued": "REAL",
    "claimed": "REAL",
    "interruptions": "INTEGER NOT NULL DEFAULT 0",
    "variant": "TEXT",
    "seed": "INTEGER",
    "ours": "TEXT",
    "examples": "INTEGER",
}
_READ_PATIENCE, _WRITE_PATIENCE = 1.0, 10.0
"""Seconds to wait for another program that keeps the file to itself; a page that reads does not wait long."""
_LOCKED_FOR = 5.0
"""Seconds after such a wait in which nobody who reads waits again."""

T = TypeVar("T")


class _Damaged(sqlite3.DatabaseError):
    """The file is a database, but none of ours."""

    sqlite_errorcode = sqlite3.SQLITE_CORRUPT


class Table:
    """Rows of runs.

    Args:
        path: the file; made on first use.
    """

    def __init__(self, path: Path):
        self._path = path
        self._known: tuple[int, int] | None = None
        self._locked_until = 0.0

    def select(self, condition: str, *values: Any) -> list[Run]:
        """Runs that fit a condition; a row that cannot be understood is left out.

        Raises:
            StorageError: the file cannot be read.
        """
        rows = self.ask(f"SELECT * FROM runs WHERE {condition}", *values)
        return [run for row in rows if (run := _run(row)) is not None]

    def ask(self, question: str, *values: Any) -> list[sqlite3.Row]:
        """The answer to a SELECT; StorageError as above."""
        return self._do(lambda connection: connection.execute(question, values).fetchall(), False)

    def update(self, change: str, condition: str, *values: Any) -> bool:
        """Changes a row; False if none fits. StorageError as above."""
        order = f"UPDATE runs SET {change} WHERE {condition}"
        return self._do(lambda connection: connection.execute(order, values).rowcount == 1, True)

    def remove(self, run_id: str) -> None:
        """Deletes a row; StorageError as above."""
        self._do(lambda connection: connection.execute("DELETE FROM runs WHERE id = ?", (run_id,)), True)

    def insert(self, run: Run, check: Callable[[list[sqlite3.Row]], None]) -> None:
        """Adds a row, unless `check` raises: it is given id and owner of all that wait or run, and nobody else adds any
        meanwhile. StorageError as above."""

        def work(connection: sqlite3.Connection) -> None:
            busy = (State.WAITING, State.RUNNING)
            check(
                connection.execute(
                    "SELECT id, owner FROM runs WHERE state IN (?, ?) AND deleted IS NULL", busy
                ).fetchall()
            )
            _insert(connection, run)

        self._do(work, True)

    def set_aside(self) -> Path | None:
        """The newest damaged file that was replaced, if any."""
        return max(self._path.parent.glob(f"{self._path.name}{BROKEN}*[0-9]"), default=None)

    def _do(self, work: Callable[[sqlite3.Connection], T], write: bool) -> T:
        with storing(self._path.parent):
            try:
                return self._once(work, write)
            except sqlite3.DatabaseError as error:
                if not is_damage(error):
                    raise
            self._known = None
            with alone(self._path.with_suffix(".lock"), _WRITE_PATIENCE):
                try:
                    return self._once(work, write)  # another process has made it anew, or it was only gone
                except sqlite3.DatabaseError as error:
                    if not is_damage(error):
                        raise
                move_aside(self._path)
                self._known = None
                return self._once(work, write)

    def _once(self, work: Callable[[sqlite3.Connection], T], write: bool) -> T:
        patience = _WRITE_PATIENCE if write else 0.0 if time.monotonic() < self._locked_until else _READ_PATIENCE
        try:
            if self._known is None or _identity(self._path) != self._known:
                self._set_up(patience)
            with closing(_connect(str(self._path), patience)) as connection:
                if not write:
                    return work(connection)
                connection.execute("BEGIN IMMEDIATE")
                result = work(connection)
                connection.execute("COMMIT")
                return result
        except (OSError, sqlite3.OperationalError) as error:
            if is_busy(error) and patience:
                self._locked_until = time.monotonic() + _LOCKED_FOR
            if write or not prevents_files(error) or not self._path.exists():
                raise
        # In a read-only folder or on a full disk SQLite cannot make its own files beside the table: read it as it lies.
        with closing(_connect(f"{self._path.absolute().as_uri()}?mode=ro&immutable=1", patience)) as connection:
            return work(connection)

    def _set_up(self, patience: float) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with closing(_connect(str(self._path), patience)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")  # readers never wait for a writer
            if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise _Damaged("its pages do not fit each other")
            if _columns(connection) != {*_COLUMNS, *_LATER}:
                connection.execute("BEGIN IMMEDIATE")
                self._make(connection)
                connection.execute("COMMIT")
        self._known = _identity(self._path)

    def _make(self, connection: sqlite3.Connection) -> None:
        """Makes the table, from the folders; or gives an older one its new columns, and its runs their run.json."""
        present = _columns(connection)
        home = self._path.parent
        if not present:
            columns = ", ".join(f"{name} {kind}" for name, kind in (_COLUMNS | _LATER).items())
            connection.execute(f"CREATE TABLE runs ({columns})")
            for run in read_runs(home):
                _insert(connection, run)
            return
        if not present >= _COLUMNS.keys():
            raise _Damaged("it has not the columns of a table of runs")
        for name, kind in _LATER.items():
            if name not in present:
                connection.execute(f"ALTER TABLE runs ADD COLUMN {name} {kind}")
        connection.execute("UPDATE runs SET queued = created WHERE queued IS NULL")
        for known in map(_run, connection.execute("SELECT * FROM runs").fetchall()):
            if known is None:
                continue
            whole = known if "variant" in present else _upgrade(connection, known)
            with suppress(OSError):  # it serves a day that may never come
                write_run(whole, home)


def _connect(name: str, patience: float) -> sqlite3.Connection:
    connection = sqlite3.connect(name, timeout=patience, isolation_level=None, uri=name.startswith("file:"))
    connection.row_factory = sqlite3.Row
    return connection


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        about = path.stat()
    except FileNotFoundError:
        return None
    return about.st_dev, about.st_ino


def _columns(connection: sqlite3.Connection) -> set[str]:
    return {row["name"] for row in connection.execute("PRAGMA table_info(runs)")}


def _insert(connection: sqlite3.Connection, run: Run) -> None:
    values = asdict(run) | {"plan": json.dumps(run.plan)}
    places = ", ".join("?" * len(values))
    connection.execute(f"INSERT OR REPLACE INTO runs ({', '.join(values)}) VALUES ({places})", tuple(values.values()))


def _upgrade(connection: sqlite3.Connection, run: Run) -> Run:
    """Gives the row of an earlier version's run the fields that it lacks."""
    new = upgraded({name: value for name, value in asdict(run).items() if name not in LATER})
    changed = {name: new[name] for name in ("title", *LATER)}
    places = ", ".join(f"{name} = ?" for name in changed)
    connection.execute(f"UPDATE runs SET {places} WHERE id = ?", (*changed.values(), run.id))
    return replace(run, **changed)


def _run(row: sqlite3.Row) -> Run | None:
    values = {name: row[name] for name in row.keys() if name != "number"}  # noqa: SIM118
    flags = {name: bool(row[name]) for name in ("shared", "stop_requested")}
    try:
        plan = json.loads(row["plan"])
        if not isinstance(plan, dict):
            return None
        return Run(**{**values, **flags, "plan": plan, "state": State(row["state"])})
    except (ValueError, TypeError, RecursionError):
        return None
