"""The fine-tuning objective L3 = L2 + lambda L1 (paper, equation 5), in both sign conventions, with mean and sum."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from gptcore.worked.likelihood import Likelihood, likelihood


@dataclass(frozen=True)
class Combined:
    """One example's objective. The paper's log-likelihoods are negative and maximised; losses are their negatives."""

    task: float
    """L2: log-probability of the right label."""
    language: Likelihood
    """L1: of the row's own tokens."""
    weight: float
    """lambda."""

    @property
    def weighted(self) -> float:
        """lambda times the mean: what the language model adds."""
        return self.weight * self.language.mean if self.weight else 0.0  # 0 times minus infinity is no number

    @property
    def with_mean(self) -> float:
        """L3 with the mean log-probability per token, as training code has it."""
        return self.task + self.weighted

    @property
    def with_sum(self) -> float:
        """L3 with the sum over tokens, as the paper's equation 1 is written."""
        return self.task + (self.weight * self.language.total if self.weight else 0.0)

    @property
    def language_share(self) -> float:
        """Part of L3 (with the mean) that comes from lambda L1; nan where L3 is 0 or infinite."""
        whole = self.with_mean
        return self.weighted / whole if whole and math.isfinite(whole) else math.nan


def combined(right_label: float, next_tokens: Sequence[float], weight: float) -> Combined:
    """The objective of one example.

    Args:
        right_label: probability of the right label.
        next_tokens: probability of each token that really came next.
        weight: lambda, 0 or more.
    """
    return Combined(likelihood([right_label]).total, likelihood(next_tokens), weight)
