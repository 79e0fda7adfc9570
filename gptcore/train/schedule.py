"""The learning rate of each step: up in a straight line, then down along a cosine or a line (paper, section 4.1)."""

import math
from typing import Literal

Decay = Literal["cosine", "linear"]


def learning_rate(step: int, peak: float, warmup: int, steps: int, decay: Decay = "cosine") -> float:
    """The rate for the update that takes `step` (counted from 0) to step + 1.

    Args:
        peak: the highest rate, reached when `warmup` updates are done.
        warmup: updates of the straight rise from 0.
        steps: updates in the whole run; the rate would be 0 at this one.
        decay: "cosine" (pre-training) or "linear" (fine-tuning).
    """
    if step < warmup:
        return peak * (step + 1) / warmup
    progress = (step - warmup) / max(1, steps - warmup)
    if decay == "linear":
        return peak * (1 - progress)
    return peak * 0.5 * (1 + math.cos(math.pi * progress))


def steps_per_epoch(n_examples: int, batch_size: int) -> int:
    """Updates in one pass over the examples; the last may be smaller."""
    return -(-n_examples // batch_size)
