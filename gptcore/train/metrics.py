"""What a run writes down as it goes on, metrics.jsonl: a line for each update that is told, and for each validation."""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from gptcore.errors import CheckpointError
from gptcore.files import write_text
from gptcore.train.events import Updated, Validated


@dataclass(frozen=True)
class Metrics:
    """All that is written so far, oldest first."""

    updates: tuple[Updated, ...]
    """Their seconds are those of all updates so far, over all sittings."""
    validations: tuple[Validated, ...]

    @property
    def step(self) -> int:
        """Updates done when the newest was written; 0 without any."""
        events: tuple[Updated | Validated, ...] = (*self.updates, *self.validations)
        return max((event.step for event in events), default=0)

    @property
    def seconds(self) -> float:
        """That the updates written down have taken."""
        return max((update.seconds for update in self.updates), default=0.0)


class MetricsFile:
    """A run's metrics.jsonl, there or not."""

    def __init__(self, path: Path):
        self._path = path

    def append(self, event: Updated | Validated) -> None:
        """Adds one line, which is on the disk before a later state is; of a line that was cut short before it, that one
        alone is lost."""
        line = json.dumps(_record(event)).encode() + b"\n"
        with self._path.open("a+b") as file:
            if file.tell():
                file.seek(-1, os.SEEK_END)
                line = line if file.read(1) == b"\n" else b"\n" + line
            file.write(line)
            file.flush()
            os.fsync(file.fileno())

    def forget_after(self, step: int) -> None:
        """Drops what a resumed run will do again."""
        kept = [event for event in self._events() if event.step <= step]
        write_text(self._path, "".join(json.dumps(_record(event)) + "\n" for event in kept))

    def read(self) -> Metrics:
        """Every line; those that are half-written or damaged are left out.

        Raises:
            CheckpointError: the file cannot be read.
        """
        events = self._events()
        updates = tuple(event for event in events if isinstance(event, Updated))
        return Metrics(updates, tuple(event for event in events if isinstance(event, Validated)))

    def stamp(self) -> int:
        """Changes whenever the file has grown or was written anew; 0 without it."""
        try:
            return self._path.stat().st_mtime_ns
        except OSError:
            return 0

    def _events(self) -> list[Updated | Validated]:
        values = json_lines(self._path) if self.stamp() else ()
        return [event for value in values if (event := _event(value)) is not None]


def json_lines(path: Path) -> Iterator[Any]:
    """Values of all lines that are JSON.

    Raises:
        CheckpointError: the file is missing or cannot be read.
    """
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError as error:
        raise CheckpointError(f"{path} cannot be read: {error.strerror}") from error
    for line in lines:
        try:
            yield json.loads(line)
        except (ValueError, RecursionError):
            continue


def has_numbers(values: dict[str, Any], *names: str) -> bool:
    """Whether there is a number under each of the names."""
    return all(isinstance(values.get(name), int | float) for name in names)


def _record(event: Updated | Validated) -> dict[str, Any]:
    return asdict(event) if isinstance(event, Updated) else {"step": event.step, **event.metrics}


def _event(value: Any) -> Updated | Validated | None:
    """What a line tells; None if that is none of a run."""
    if not isinstance(value, dict) or not isinstance(value.get("step"), int):
        return None
    if "losses" not in value:
        metrics = {name: number for name, number in value.items() if name != "step"}
        return Validated(value["step"], metrics) if has_numbers(metrics, *metrics) else None
    losses, names = value["losses"], [field.name for field in fields(Updated)]
    if not isinstance(losses, dict) or not has_numbers(losses, "loss", *losses):
        return None
    if not has_numbers(value, *(name for name in names if name != "losses")):
        return None
    return Updated(**{name: value[name] for name in names})
