"""What happens in a run, in the order in which it is told; the command line, a worker and tests follow it."""

from dataclasses import dataclass, field
from typing import Any, Literal

Phase = Literal["reading", "tokenizer", "tokens", "words", "bigram", "rehearsal", "measuring"]


@dataclass(frozen=True)
class Preparing:
    """A phase besides the updates goes on."""

    phase: Phase
    done: int = 0
    total: int = 0
    """In the same unit as done, bytes say; 0 where it is not known."""


@dataclass(frozen=True)
class Prepared:
    """Data and model are ready; updates follow."""

    n_parameters: int
    n_items: int
    items_per_step: int
    unit: str
    """What an item is: "tokens" or "examples"."""
    steps: int
    """Updates in the whole run."""
    notes: tuple[str, ...] = ()
    """What was decided about the data without asking, a sentence each, for people."""


@dataclass(frozen=True)
class Started:
    """Updates follow; the loop's first event, once."""

    step: int
    """Updates an earlier sitting has saved; 0 for a new run."""


@dataclass(frozen=True)
class Updated:
    """One optimiser update is done."""

    step: int
    """Updates done so far."""
    steps: int
    """Updates in the whole run."""
    losses: dict[str, float]
    """Of this update's batch, before the update; "loss" is the total."""
    learning_rate: float
    grad_norm: float
    """Before clipping."""
    seconds: float
    """Spent on this update."""


@dataclass(frozen=True)
class Validated:
    """The validation data was looked at."""

    step: int
    metrics: dict[str, float]


@dataclass(frozen=True)
class Saved:
    """A state to resume from is on disk."""

    step: int


@dataclass(frozen=True)
class Stopped:
    """The run ends before it is complete, because it was asked to; comes last, after its state was saved."""

    step: int
    reason: str = ""
    """"time" where the sitting's time limit ended it."""


@dataclass(frozen=True)
class Finished:
    """The run is complete; comes last."""

    result: dict[str, Any] = field(default_factory=dict)
    """What was measured at its end, by name."""


LoopEvent = Started | Updated | Validated | Saved | Stopped
"""What the loop itself tells."""
Event = Preparing | Prepared | LoopEvent | Finished
