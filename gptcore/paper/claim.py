"""A claim of the paper: what it says, what we do to see whether it holds, and what is drawn of it.

    claim.conditions(scale)     what is compared, each a training
    claim.measure(look)         what one condition with one seed gives: values with their place in a chart

The claims themselves are in gptcore.paper.claims, their measured values in gptcore.paper.record.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from gptcore.paper.experiment import Data, FineTuned, Pretrained, Scale
from gptcore.train.run_folder import RunFolder

Training = Pretrained | FineTuned


@dataclass(frozen=True)
class Said:
    """What the paper says."""

    number: str
    """In its own units; "" where it gives none."""
    where: str
    """The table, the figure or the section."""
    is_tested: bool = True
    """Whether the paper measured it, or only chose it."""


@dataclass(frozen=True)
class Chart:
    """A picture of values."""

    name: str
    title: str
    kind: Literal["bars", "lines"]
    """Bars by condition, or lines over x."""
    y: str
    """What is measured, with its unit."""
    x: str = ""
    """The axis of lines; "" for bars."""
    is_share: bool = False
    """Whether values are from 0 to 1 and read in percent."""
    is_log_x: bool = False
    guessing: float | None = None
    """What guessing gives, to be drawn as a line."""


@dataclass(frozen=True)
class Condition:
    """One thing that is compared."""

    name: str
    """For people; of its own among those of a claim."""
    training: Training
    line: str = ""
    """Which line it belongs to, in a chart of lines."""
    x: float | None = None
    """Where on that line."""


@dataclass(frozen=True)
class Value:
    """One number that one seed gave."""

    chart: str
    name: str
    """A bar's, or a point's of a line."""
    value: float
    line: str = ""
    x: float | None = None


@dataclass(frozen=True)
class Look:
    """One condition with one seed, trained."""

    condition: Condition
    scale: Scale
    seed: int
    data: Data
    folder_of: Callable[[Training], Path]
    """Where a training's run is, with this seed."""

    @property
    def run(self) -> RunFolder:
        """Of the condition."""
        return RunFolder(self.folder_of(self.condition.training))


@dataclass(frozen=True)
class Claim:
    """One of the paper's claims, and our experiment."""

    name: str
    title: str
    words: str
    """The claim in our words."""
    said: Said
    done: str
    """What we do, in a sentence or two."""
    charts: tuple[Chart, ...]
    conditions: Callable[[Scale], tuple[Condition, ...]]
    measure: Callable[[Look], Iterator[Value]]
    also: tuple[FineTuned, ...] = field(default=())
    """Trainings that are no condition but are needed to measure."""

    def chart(self, name: str) -> Chart:
        """A chart by its name."""
        return next(chart for chart in self.charts if chart.name == name)
