"""The settings of a training run, with their limits: everything a run needs to be repeated, but for its data."""

from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal, get_args

from gptcore.config import is_number
from gptcore.errors import ConfigError
from gptcore.train.schedule import Decay

Precision = Literal["auto", "float32", "bfloat16"]
Device = Literal["auto", "cpu", "cuda"]
Optimizer = Literal["adam", "sgd"]

# name -> (lowest, highest) for whole numbers, both included
_WHOLE = {
    "steps": (1, 100_000_000),
    "batch_size": (1, 65_536),
    "warmup": (0, 100_000_000),
    "seed": (0, 2**63 - 1),
    "log_every": (1, 1_000_000),
    "validate_every": (1, 100_000_000),
    "save_every": (1, 100_000_000),
    "threads": (1, 1_024),
}
_CHOICES = {"decay": get_args(Decay), "optimizer": get_args(Optimizer), "precision": get_args(Precision)}


@dataclass(frozen=True)
class TrainSettings:
    """How a model is trained. Defaults are the paper's for pre-training, where it names one."""

    steps: int
    """Optimiser updates."""
    batch_size: int = 64
    """Rows per update over all processes together."""
    learning_rate: float = 2.5e-4
    """Peak of the schedule."""
    warmup: int = 2_000
    """Updates until the peak."""
    decay: Decay = "cosine"
    """How the rate falls after the peak: cosine for pre-training, linear for fine-tuning."""
    optimizer: Optimizer = "adam"
    """adam, as in the paper; sgd (with momentum 0.9) to see what Adam is for."""
    weight_decay: float = 0.01
    """Decoupled ("modified L2"), on weight matrices and embeddings only."""
    clip: float = 1.0
    """Longest gradient, as one vector's norm."""
    seed: int = 0
    """Of the initial weights, the order of the data and dropout."""
    device: Device | str = "auto"
    """auto takes a GPU where there is one."""
    precision: Precision = "auto"
    """auto takes bfloat16 where the hardware multiplies it."""
    threads: int | None = None
    """CPU threads; part of the run, because sums in another order round differently. None: all cores."""
    compile: bool = False
    """torch.compile: a minute's wait, then faster steps. On a GPU only; on a CPU it was measured to cost time."""
    log_every: int = 10
    """Updates between two progress events."""
    validate_every: int = 500
    """Updates between two looks at the validation text."""
    save_every: int = 500
    """Updates between two states to resume from."""
    time_limit: float | None = None
    """Seconds after which a sitting ends at a saved state, to be resumed another time. None: no limit."""

    def __post_init__(self) -> None:
        problems = []
        for name, (low, high) in _WHOLE.items():
            value = getattr(self, name)
            if not (value is None and name == "threads") and not (type(value) is int and low <= value <= high):
                problems.append(f"{name} must be a whole number from {low:,} to {high:,}, not {value!r}")
        if type(self.compile) is not bool:
            problems.append(f"compile must be true or false, not {self.compile!r}")
        if not isinstance(self.device, str):
            problems.append(f"device must be auto, cpu, cuda or cuda:N, not {self.device!r}")
        if self.time_limit is not None and not (is_number(self.time_limit) and 0 < self.time_limit <= 1e9):
            problems.append(f"time_limit must be a number of seconds above 0 and up to 1e+09, not {self.time_limit!r}")
        for name, high in (("learning_rate", 10.0), ("weight_decay", 10.0), ("clip", 1e6)):
            value = getattr(self, name)
            lowest_is_fine = name == "weight_decay"
            if not is_number(value) or not 0 <= value <= high:
                problems.append(f"{name} must be a number from 0 to {high:g}, not {value!r}")
            elif value == 0 and not lowest_is_fine:
                problems.append(f"{name} must be above 0")
        for name, options in _CHOICES.items():
            if not isinstance(getattr(self, name), str) or getattr(self, name) not in options:
                problems.append(f"{name} must be one of {', '.join(options)}, not {getattr(self, name)!r}")
        if problems:
            raise ConfigError(problems)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "TrainSettings":
        """Settings from plain values.

        Raises:
            ConfigError: a name is unknown or a value out of range.
        """
        names = {field.name for field in fields(cls)}
        if unknown := [f"{name!r} is no setting of a training run" for name in values if name not in names]:
            raise ConfigError(unknown)
        return cls(**values)

    def to_dict(self) -> dict[str, Any]:
        """Every setting as a plain value, ready for JSON."""
        return asdict(self)

    def with_changes(self, **changes: Any) -> "TrainSettings":
        """A copy with some settings changed, checked again."""
        return replace(self, **changes)
