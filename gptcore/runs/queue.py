"""The queue that wakes workers: huey on SQLite, in this one module, so that another can take its place.

A message holds a run's id and nothing else, as JSON. huey drops a message when a worker takes it; what becomes of the
run stands in its row (gptcore.runs.store), so a lost or a double message does no harm.
"""

import json
from pathlib import Path
from typing import Any

from huey import SqliteHuey
from huey.serializer import Serializer

from gptcore.runs.store import HOME


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
        home.mkdir(parents=True, exist_ok=True)
        self._storage = SqliteHuey(
            f"runs-{device}", filename=str(home / "queue.sqlite"), serializer=_JSONSerializer(), results=False
        )

    def put(self, run_id: str) -> None:
        """Adds a run at the end."""
        self._storage.storage.enqueue(self._storage.serializer.serialize(run_id))

    def take(self) -> str | None:
        """The next run, or None; it is in the queue no more."""
        message = self._storage.storage.dequeue()
        return None if message is None else self._storage.serializer.deserialize(message)
