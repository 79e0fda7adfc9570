"""How sure a model is beside how often it is right, and one number that makes the two agree: a temperature.

Temperature scaling (Guo et al. 2017, "On calibration of modern neural networks"): logits are divided by one T > 0
before the softmax. No answer changes, only how sure it sounds.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

from gptcore.tasks.examples import Target
from gptcore.tasks.task import Task

COOLEST, HOTTEST = 0.1, 10.0
"""Bounds of a fitted temperature."""
_BINS = 10


@dataclass(frozen=True)
class Bin:
    """Examples whose answer had a probability within one range."""

    confidence: float
    """Mean probability of the answers."""
    accuracy: float
    """Share of the answers that are right."""
    count: int


@dataclass(frozen=True)
class Curve:
    """How often a model is right when it is so sure."""

    bins: tuple[Bin, ...]
    """From the least sure to the surest, each a range of equal width; empty ones are left out."""
    ece: float
    """Expected calibration error: |confidence - accuracy|, averaged over the examples."""

    def to_dict(self) -> dict[str, Any]:
        """Plain values for a card, rounded to what they can tell."""
        bins = [
            {**asdict(b), "confidence": round(b.confidence, 4), "accuracy": round(b.accuracy, 4)} for b in self.bins
        ]
        return {"ece": round(self.ece, 4), "bins": bins}


def classes(task: Task, targets: Sequence[Target]) -> np.ndarray:
    """(N,): which of the head's outputs is the right one for each example. A score has none."""
    return np.array([int(target) if task.labels is None else task.labels.index(str(target)) for target in targets])


def cross_entropy(logits: np.ndarray, right: np.ndarray, temperature: float = 1.0) -> float:
    """Mean of -log p(right) in nats, p = softmax(logits / temperature).

    Args:
        logits: (N, C).
        right: (N,), which of the C is right.
    """
    return float(-_log_probabilities(logits, temperature)[np.arange(len(right)), right].mean())


def fit_temperature(logits: np.ndarray, right: np.ndarray) -> float:
    """The T from COOLEST to HOTTEST with the lowest cross-entropy, sought over log T; arguments as above.

    1 where every answer is right: the cross-entropy then falls without end as T does, and says nothing about T.
    """
    if (logits.argmax(axis=1) == right).all():
        return 1.0
    found = minimize_scalar(
        lambda log_t: cross_entropy(logits, right, float(np.exp(log_t))),
        bounds=(np.log(COOLEST), np.log(HOTTEST)),
        method="bounded",
    )
    return float(np.exp(found.x))


def curve(logits: np.ndarray, right: np.ndarray, temperature: float = 1.0) -> Curve:
    """How sure the answers are beside how often they are right; arguments as above."""
    sure = np.exp(_log_probabilities(logits, temperature).max(axis=1))
    hit = logits.argmax(axis=1) == right
    place = np.minimum((sure * _BINS).astype(int), _BINS - 1)
    groups = [place == i for i in range(_BINS) if (place == i).any()]
    bins = tuple(Bin(float(sure[g].mean()), float(hit[g].mean()), int(g.sum())) for g in groups)
    return Curve(bins, sum(abs(b.confidence - b.accuracy) * b.count for b in bins) / len(right))


def calibration(
    task: Task,
    test: tuple[np.ndarray, Sequence[Target]],
    held_out: tuple[np.ndarray, Sequence[Target]] | None = None,
) -> dict[str, Any]:
    """A temperature from held-out examples, and what it does to others; for a model's card.

    The task's own (1, of a new head) stays, unless another lowers the cross-entropy of the held-out rows.

    Args:
        test: logits (N, C) and targets that neither the model nor the temperature has seen.
        held_out: likewise, not trained on.

    Returns:
        see `with_temperature`.
    """
    temperature, n_held_out = task.temperature, 0
    if held_out is not None and len(held_out[1]):
        rows, right = held_out[0], classes(task, held_out[1])
        fitted, n_held_out = round(fit_temperature(rows, right), 4), len(right)
        if cross_entropy(rows, right, fitted) < cross_entropy(rows, right, temperature):
            temperature = fitted
    return with_temperature(task, *test, temperature, n_held_out)


def with_temperature(
    task: Task, logits: np.ndarray, targets: Sequence[Target], temperature: float, n_held_out: int
) -> dict[str, Any]:
    """What a temperature does to test examples; for a model's card.

    Args:
        logits: (N, C).
        n_held_out: examples that it was fitted on.

    Returns:
        temperature; held_out, as `n_held_out`; before and after, of the test examples: cross_entropy, ece and bins (see
        Curve); helps: whether their cross-entropy falls, None at a temperature of 1.
    """
    right = classes(task, targets)
    before, after = (_described(logits, right, t) for t in (1.0, temperature))
    return {
        "temperature": temperature,
        "held_out": n_held_out,
        "before": before,
        "after": after,
        "helps": None if temperature == 1 else after["cross_entropy"] < before["cross_entropy"],
    }


def _described(logits: np.ndarray, right: np.ndarray, temperature: float) -> dict[str, Any]:
    loss = round(cross_entropy(logits, right, temperature), 4)
    return {"cross_entropy": loss, **curve(logits, right, temperature).to_dict()}


def _log_probabilities(logits: np.ndarray, temperature: float) -> np.ndarray:
    scaled: np.ndarray = log_softmax(logits.astype(np.float64) / temperature, axis=1)
    return scaled
