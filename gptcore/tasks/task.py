"""What a model was fine-tuned for: enough to read its head's outputs, and readable as JSON beside the weights."""

import math
from dataclasses import asdict, dataclass
from typing import Any

from gptcore.errors import CheckpointError
from gptcore.tasks.examples import KINDS, Kind, Target


@dataclass(frozen=True)
class Task:
    """A kind of task and the meaning of its answers."""

    kind: Kind
    labels: tuple[str, ...] | None = None
    """Classes in the order of the head's outputs; None where the answer is a score or one of the rows."""
    score_mean: float = 0.0
    score_std: float = 1.0
    """A score is learnt in standard units: the head's output times `score_std`, plus `score_mean`."""
    temperature: float = 1.0
    """The logits of classes and answers are divided by it before the softmax (gptcore.tasks.calibration)."""

    @property
    def is_regression(self) -> bool:
        """Whether the answer is a number."""
        return self.kind == "similarity" and self.labels is None

    @property
    def n_outputs(self) -> int:
        """Numbers that the head makes of one state."""
        return 1 if self.labels is None else len(self.labels)

    def is_right(self, answer: Target, target: Target) -> bool:
        """Whether an answer counts as right; a score does within half a standard deviation of those learnt from."""
        if self.is_regression:
            return abs(float(answer) - float(target)) <= self.score_std / 2
        return answer == target

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Any) -> "Task":
        """Raises:
        CheckpointError: the values describe no task.
        """
        try:
            labels = values["labels"]
            task = cls(**{**values, "labels": None if labels is None else tuple(map(str, labels))})
            needs_labels = task.kind in ("classification", "entailment")
            scales = task.score_std, task.temperature
            if task.kind not in KINDS or (needs_labels and not labels) or not all(map(_is_scale, scales)):
                raise ValueError(f"{values} fits no kind of task")
        except (TypeError, KeyError, ValueError) as error:
            raise CheckpointError(f"task.json describes no task: {error}") from error
        return task


def _is_scale(value: Any) -> bool:
    return isinstance(value, int | float) and 0 < value < math.inf
