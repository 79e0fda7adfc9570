"""What was measured of a claim, as a JSON file: every seed's value, their mean and spread, and how it came about.

assets/paper/<claim>.json are ours; `python -m gptcore claim` writes others.
"""

import platform
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import mean, stdev
from typing import Any

import torch

from gptcore.checkpoints.checkpoint import write_json
from gptcore.errors import CheckpointError
from gptcore.files import read_object
from gptcore.paper.claim import Value
from gptcore.places import ASSETS

SHIPPED = ASSETS / "paper"
"""Where our own figures are."""


@dataclass(frozen=True)
class Point:
    """A bar, or a point of a line, over all seeds."""

    chart: str
    name: str
    line: str
    x: float | None
    values: dict[str, float]
    """By seed."""

    @property
    def mean(self) -> float:
        """Over seeds."""
        return mean(self.values.values())

    @property
    def spread(self) -> float:
        """The standard deviation over seeds; 0 with one."""
        return stdev(self.values.values()) if len(self.values) > 1 else 0.0

    @property
    def least(self) -> float:
        """The lowest seed's."""
        return min(self.values.values())

    @property
    def most(self) -> float:
        """The highest seed's."""
        return max(self.values.values())


@dataclass(frozen=True)
class Record:
    """All that was measured of a claim."""

    claim: str
    scale: str
    seeds: tuple[int, ...]
    """Those that are complete."""
    points: tuple[Point, ...]
    command: str
    """That measures it again."""
    machine: str
    versions: dict[str, str]
    seconds: float
    """That all its trainings took, those too that it shares with other claims."""
    settings: dict[str, Any]
    """Plans of the first condition that is a fine-tuning, and of its pre-training."""

    def of(self, chart: str, line: str | None = None) -> tuple[Point, ...]:
        """The points of a chart, or of one of its lines, in their order."""
        return tuple(point for point in self.points if point.chart == chart and line in (None, point.line))

    def point(self, chart: str, name: str) -> Point:
        """A bar by its name.

        Raises:
            KeyError: there is none.
        """
        for point in self.of(chart):
            if point.name == name:
                return point
        raise KeyError(f"{self.claim} has no {name!r} in {chart!r}")

    def lines(self, chart: str) -> tuple[str, ...]:
        """Names of a chart's lines, in their order."""
        return tuple(dict.fromkeys(point.line for point in self.of(chart)))

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON; mean and spread are written beside each point's values."""
        values = asdict(self)
        for entry, point in zip(values["points"], self.points, strict=True):
            entry |= {"mean": round(point.mean, 6), "spread": round(point.spread, 6)}
        return {**values, "seeds": list(self.seeds)}


def gathered(values: Mapping[int, Iterable[Value]]) -> tuple[Point, ...]:
    """Values by seed as points, in the order in which the first seed has them."""
    found: dict[tuple[str, str, str, float | None], dict[str, float]] = {}
    for seed, measured in values.items():
        for value in measured:
            place = value.chart, value.name, value.line, value.x
            found.setdefault(place, {})[str(seed)] = round(value.value, 6)
    return tuple(Point(*place, by_seed) for place, by_seed in found.items())


def file_of(folder: Path, claim: str, scale: str = "full") -> Path:
    """A claim's file in a folder of them."""
    return folder / (f"{claim}.json" if scale == "full" else f"{claim}-{scale}.json")


def write(record: Record, folder: Path) -> Path:
    """Writes a record; returns its file."""
    path = file_of(folder, record.claim, record.scale)
    write_json(path, record.to_dict())
    return path


def read(path: Path) -> Record:
    """A record from its file.

    Raises:
        CheckpointError: it cannot be read, or is none.
    """
    values = read_object(path)
    try:
        points = tuple(
            Point(
                str(entry["chart"]),
                str(entry["name"]),
                str(entry["line"]),
                None if entry["x"] is None else float(entry["x"]),
                {str(seed): float(value) for seed, value in entry["values"].items()},
            )
            for entry in values["points"]
        )
        if not points or not all(point.values for point in points):
            raise ValueError("it has no values")
        return Record(
            str(values["claim"]),
            str(values["scale"]),
            tuple(int(seed) for seed in values["seeds"]),
            points,
            str(values["command"]),
            str(values["machine"]),
            {str(name): str(version) for name, version in values["versions"].items()},
            float(values["seconds"]),
            dict(values["settings"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CheckpointError(f"{path} holds no measured claim: {error}") from error


def shipped(claim: str) -> Record | None:
    """Our own figures of a claim; None as long as it was not measured."""
    path = file_of(SHIPPED, claim)
    return read(path) if path.exists() else None


def versions() -> dict[str, str]:
    """Of what figures depend on."""
    return {"python": platform.python_version(), "torch": torch.__version__}


def machine() -> str:
    """The processor, as far as the system tells."""
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return f"{line.partition(':')[2].strip()}, one thread"
    return f"{platform.processor() or platform.machine()}, one thread"
