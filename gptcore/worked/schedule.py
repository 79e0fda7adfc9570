"""The two learning-rate schedules of the paper's section 4.1 at chosen updates."""

import math
from dataclasses import dataclass

from gptcore.errors import InputError
from gptcore.train.schedule import Decay, learning_rate


@dataclass(frozen=True)
class Plan:
    """A run's length and peak."""

    peak: float
    warmup: int
    """Updates of the straight rise."""
    steps: int
    """Updates in all."""
    decay: Decay

    def rate(self, update: int) -> float:
        """The rate of an update, counted from 1, as the training loop has it."""
        return learning_rate(update - 1, self.peak, self.warmup, self.steps, self.decay)


def pretraining(peak: float, warmup: int, steps: int) -> Plan:
    """Linear up, cosine down.

    Raises:
        InputError: the warm-up is no shorter than the run.
    """
    if warmup >= steps:
        raise InputError(f"A warm-up of {warmup:,} updates does not fit a run of {steps:,}: make the run longer.")
    return Plan(peak, warmup, steps, "cosine")


def fine_tuning(examples: int, batch_size: int, epochs: int, peak: float, warmup_share: float) -> Plan:
    """Linear up for a share of the run, then linear down; the last batch of an epoch may be smaller."""
    steps = math.ceil(examples / batch_size) * epochs
    return Plan(peak, round(warmup_share * steps), steps, "linear")


def milestones(plan: Plan) -> tuple[int, ...]:
    """Updates worth looking at: the first, half the rise, its end, quarters of the way down, the last."""
    down = plan.steps - plan.warmup
    marks = (1, plan.warmup // 2, plan.warmup, *(plan.warmup + down * part // 4 for part in (1, 2, 3)), plan.steps)
    return tuple(sorted({mark for mark in marks if mark >= 1}))
