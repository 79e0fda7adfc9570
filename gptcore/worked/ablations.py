"""Table 5 of the paper: means of eight scores, differences of means, and how far rounding can move them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Comparison:
    """A variant beside the full model; points, as in the table."""

    mean: float
    full_mean: float
    differences: tuple[float, ...]
    """Full minus variant for each task: above 0 where the full model is better."""

    @property
    def difference(self) -> float:
        """Full minus variant on average."""
        return self.full_mean - self.mean

    @property
    def relative(self) -> float:
        """The same as a share of the full model's mean."""
        return self.difference / self.full_mean if self.full_mean else math.nan


def mean(scores: Sequence[float]) -> float:
    """The plain mean."""
    return math.fsum(scores) / len(scores)


def compare(full: Sequence[float], variant: Sequence[float]) -> Comparison:
    """What a variant loses, task by task and on average."""
    differences = tuple(a - b for a, b in zip(full, variant, strict=True))
    return Comparison(mean(variant), mean(full), differences)
