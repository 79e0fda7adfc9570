"""How well a text was predicted: log-probabilities, their sum L1, their mean, the perplexity."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from gptcore.errors import InputError

TOLERANCE = 5e-4
"""How far probabilities may be from summing to 1: what rounding to three digits does."""


@dataclass(frozen=True)
class Likelihood:
    """The probabilities that a model gave to what really came, and what follows from them. Logs are natural."""

    probabilities: tuple[float, ...]
    log_probabilities: tuple[float, ...]
    """-inf where a probability is 0."""
    total: float
    """L1 of the paper's equation 1: the sum."""
    mean: float
    probability: float
    """Of everything together: the product."""
    perplexity: float
    """exp(-mean): the number of equally likely candidates that would be as hard to tell apart."""

    @property
    def one_in(self) -> float:
        """How many tries everything together takes on average; infinite where it is impossible."""
        return 1 / self.probability if self.probability else math.inf


def likelihood(probabilities: Sequence[float]) -> Likelihood:
    """Measures of one or more predictions; each probability from 0 to 1."""
    if not probabilities:
        raise InputError("nothing was predicted: a likelihood needs at least one probability")
    logs = tuple(math.log(p) if p > 0 else -math.inf for p in probabilities)
    total = -math.inf if -math.inf in logs else math.fsum(logs)
    mean = total / len(logs)
    return Likelihood(tuple(probabilities), logs, total, mean, math.prod(probabilities), perplexity_of(mean))


def perplexity_of(mean_log_probability: float) -> float:
    """exp(-mean), infinite where that is too large for a float."""
    return math.exp(-mean_log_probability) if mean_log_probability > -700 else math.inf


def sums_to_one(probabilities: Sequence[float]) -> bool:
    """Whether these can be a whole distribution, up to rounding."""
    return abs(math.fsum(probabilities) - 1) <= TOLERANCE


def renormalised(probabilities: Sequence[float]) -> tuple[float, ...]:
    """The same proportions with a sum of 1.

    Raises:
        InputError: all are 0.
    """
    total = math.fsum(probabilities)
    if total == 0:
        raise InputError("all probabilities are 0, so nothing can be divided by their sum: raise one of them.")
    return tuple(p / total for p in probabilities)
