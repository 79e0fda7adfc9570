"""How well a model predicted a text: surprisal per token, perplexity with its arithmetic, bits per byte.

In: logits and ids as numpy arrays. Out: records. The first token of a text has nothing before it, so it is never
predicted and never counted.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gptcore.errors import InputError

RANK_BANDS = (10, 100, 1_000)
"""A token is in band b if its rank is at most RANK_BANDS[b]; rarer ones are in the last band."""


@dataclass(frozen=True)
class TokenScores:
    """How each token after the first was predicted; arrays are (T - 1,), entry i belongs to token i + 1."""

    log_probability: np.ndarray
    """Natural logarithm of the probability over the whole vocabulary."""
    rank: np.ndarray
    """1 for the likeliest token; tokens of equal probability share the better rank."""

    @property
    def probability(self) -> np.ndarray:
        """Probability of the token that came."""
        return np.exp(self.log_probability)

    @property
    def surprisal(self) -> np.ndarray:
        """Minus the log-probability, in nats."""
        return -self.log_probability

    @property
    def band(self) -> np.ndarray:
        """Index of the rank's band, 0 (among the top 10) to 3 (rarer than the top 1,000)."""
        return np.searchsorted(np.array(RANK_BANDS), self.rank, side="left")


@dataclass(frozen=True)
class Perplexity:
    """exp(-sum / count), with its parts."""

    log_probability_sum: float
    """In nats."""
    count: int
    """Predicted tokens: all but the first."""

    @property
    def mean_surprisal(self) -> float:
        """The exponent: nats per token. nan if nothing was predicted."""
        return -self.log_probability_sum / self.count if self.count else math.nan

    @property
    def value(self) -> float:
        """As if each token were a choice among this many equally likely ones."""
        return math.exp(min(self.mean_surprisal, 700.0)) if self.count else math.nan


def token_scores(logits: np.ndarray, ids: np.ndarray) -> TokenScores:
    """Scores of each token but the first.

    Args:
        logits: (T, V); row i predicts token i + 1.
        ids: (T,).
    """
    before, actual = logits[:-1], np.asarray(ids)[1:, None]
    chosen = np.take_along_axis(before, actual, axis=1)
    largest = before.max(axis=1, keepdims=True)
    # log softmax of the chosen logit alone; summed in float64, so that a large vocabulary costs no digits.
    total = np.exp(before - largest).sum(axis=1, dtype=np.float64)
    log_p = np.subtract(chosen, largest, dtype=np.float64)[:, 0] - np.log(total)
    return TokenScores(log_p, (before > chosen).sum(axis=1) + 1)


def surprisal_change(before: TokenScores, after: TokenScores) -> np.ndarray:
    """(T - 1,) bits by which each token after the first is more surprising than before; of one text, read twice."""
    bits: np.ndarray = (before.log_probability - after.log_probability) / math.log(2)
    return bits


def perplexity(scores: TokenScores) -> Perplexity:
    """The perplexity of a scored text."""
    return Perplexity(float(scores.log_probability.sum()), len(scores.log_probability))


def bits_per_byte(nats: float, n_bytes: int) -> float:
    """Bits needed per byte of UTF-8 text: comparable between vocabularies, over the same text only."""
    return nats / math.log(2) / n_bytes if n_bytes else math.nan


def entropy(probabilities: np.ndarray) -> float:
    """−Σ p log2 p of a distribution (V,), in bits; 0 log 0 is 0."""
    some = probabilities[probabilities > 0]
    return max(0.0, float(-(some * np.log2(some)).sum()))


def kl_divergence(p: np.ndarray, q: np.ndarray) -> float:
    """D(p‖q) in bits: what it costs per token to expect q where p is true. 0 only if the two are alike; the other way
    round it is another number.

    Args:
        p, q: (V,) probabilities over one vocabulary; a token that p never has adds nothing (0 log 0 is 0).

    Returns:
        Infinity where q rules out a token that p has: no finite number of bits prepares for it.

    Raises:
        InputError: they are over different vocabularies.
    """
    if p.shape != q.shape:
        raise InputError(f"probabilities over {len(p):,} and {len(q):,} tokens cannot be compared token by token")
    possible = p > 0
    if (q[possible] <= 0).any():
        return math.inf
    ours, theirs = p[possible].astype(np.float64), q[possible].astype(np.float64)
    return max(0.0, float((ours * (np.log2(ours) - np.log2(theirs))).sum()))  # rounding may leave −1e-17


def mean_and_spread(values: Sequence[float]) -> tuple[float, float | None]:
    """The mean of at least one value, and the standard deviation of single values from it; None of one alone."""
    return float(np.mean(values)), float(np.std(values, ddof=1)) if len(values) > 1 else None
