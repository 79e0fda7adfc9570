"""The queue that wakes workers: huey on SQLite, in this one module, so that another can take its place.

A message holds a run's id and nothing else, as JSON. huey drops a message when a worker takes it; what becomes of the
run stands in its row (gptcore.lab.store), so a lost or a double message does no harm: the worker only looks into the
table a little later. So a queue that is damaged is set aside and begun anew, and one that cannot be used is left alone.
"""

import json
import logging
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from huey import SqliteHuey
from huey.serializer import Serializer

from gptcore.lab.storage import is_damage, move_aside
from gptcore.lab.store import HOME

_PATIENCE = 2
"""Seconds to wait for another program that keeps the file to itself."""
_log = logging.getLogger(__name__)


class _JSONSerializer(Serializer):
    """huey's own pickles, and nothing here unpickles."""

    def _serialize(self, data: Any) -> bytes:
        return json.dumps(data).encode()

    def _deserialize(self, data: bytes) -> Any:
        return json.loads(data)


class RunQueue:
    """Ids of runs that wait for a device, oldest first.

    Args:
        device: each has its own queue, and by default one worker: "cpu", "cuda:0", ...
    """

    def __init__(self, device: str, home: Path = HOME):
        self._name, self._path = f"runs-{device}", home / "queue.sqlite"
        self._names = (str(self._path), f"{self._path}-wal")
        self._seen: tuple[int, ...] = ()

    def put(self, run_id: str) -> None:
        """Adds a run at the end."""
        self._do(lambda huey: huey.storage.enqueue(huey.serializer.serialize(run_id)))

    def take(self) -> str | None:
        """The next run, or None; it is in the queue no more. Costs next to nothing while nothing is put."""
        stamp = self._stamp()
        if stamp == self._seen:
            return None
        message = self._do(lambda huey: huey.storage.dequeue())
        if message is None:
            self._seen = stamp
            return None
        run_id: str | None = _JSONSerializer().deserialize(message)
        return run_id

    def _do(self, work: Callable[[SqliteHuey], Any]) -> Any:
        """What huey answers; None if its file cannot be used."""
        for again in (True, False):
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                huey = SqliteHuey(
                    self._name, filename=str(self._path), serializer=_JSONSerializer(), results=False, timeout=_PATIENCE
                )
                with closing(huey.storage):
                    return work(huey)
            except (sqlite3.Error, OSError) as error:
                if again and is_damage(error):
                    with suppress(OSError):
                        move_aside(self._path)
                else:
                    _log.warning("%s cannot be used: %s", self._path, error)
        return None

    def _stamp(self) -> tuple[int, ...]:
        """Changes with every message."""
        stamps = []
        for name in self._names:
            try:
                about = os.stat(name)
                stamps += [about.st_ino, about.st_size, about.st_mtime_ns]
            except OSError:
                stamps += [0]
        return tuple(stamps)
