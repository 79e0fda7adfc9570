"""From a hidden vector to probabilities: products term by term, softmax, and the log-likelihood of the right answer."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from gptcore.errors import InputError
from gptcore.worked.likelihood import perplexity_of

LARGEST_EXPONENT = 50.0
"""Scores beyond this are shifted before the exponential, so that the figures stay readable."""


@dataclass(frozen=True)
class Softmax:
    """Every stage of one softmax, one entry per candidate."""

    logits: tuple[float, ...]
    shift: float
    """Taken off every logit first: 0, or the largest logit if exponentials would become unwieldy."""
    exponentials: tuple[float, ...]
    total: float
    """Of the exponentials."""
    probabilities: tuple[float, ...]
    log_probabilities: tuple[float, ...]
    """In nats; finite even where a probability is too small for a float."""

    @property
    def order(self) -> tuple[int, ...]:
        """Candidates from the likeliest down; equal ones keep their order."""
        return tuple(sorted(range(len(self.logits)), key=lambda i: -self.logits[i]))

    def loss(self, answer: int) -> float:
        """-log P of the right candidate, in nats."""
        return -self.log_probabilities[answer]

    def perplexity(self, answer: int) -> float:
        """1 / P of the right candidate, infinite where that is too large for a float."""
        return perplexity_of(self.log_probabilities[answer])


def softmax(logits: Sequence[float]) -> Softmax:
    """exp(z) divided by the sum of all exp(z)."""
    if not logits:
        raise InputError("a softmax needs at least one score")
    shift = max(logits) if max(abs(z) for z in logits) > LARGEST_EXPONENT else 0.0
    exponentials = tuple(math.exp(z - shift) for z in logits)
    total = math.fsum(exponentials)
    return Softmax(
        logits=tuple(logits),
        shift=shift,
        exponentials=exponentials,
        total=total,
        probabilities=tuple(e / total for e in exponentials),
        log_probabilities=tuple(z - shift - math.log(total) for z in logits),
    )


def products(left: Sequence[float], right: Sequence[float]) -> tuple[float, ...]:
    """Number times number.

    Raises:
        InputError: the vectors differ in length.
    """
    if len(left) != len(right):
        raise InputError(f"a vector of {len(left)} numbers cannot be multiplied by one of {len(right)}")
    return tuple(a * b for a, b in zip(left, right, strict=True))


def dot(left: Sequence[float], right: Sequence[float]) -> float:
    """The sum of the products. Errors as in `products`."""
    return math.fsum(products(left, right))


def times_rows(vector: Sequence[float], rows: Sequence[Sequence[float]]) -> tuple[float, ...]:
    """vector @ rows.T: a score for each row, as at the language model's output (paper, equation 2)."""
    return tuple(dot(vector, row) for row in rows)


def times_columns(vector: Sequence[float], matrix: Sequence[Sequence[float]]) -> tuple[float, ...]:
    """vector @ matrix: a score for each column, as at the task's head (paper, equation 3)."""
    return times_rows(vector, tuple(zip(*matrix, strict=True)))


def embed(
    tokens: Sequence[int], token_table: Sequence[Sequence[float]], position_table: Sequence[Sequence[float]]
) -> tuple[tuple[float, ...], ...]:
    """h_0: each token's row of W_e plus its position's row of W_p (paper, equation 2). Shape (T, d)."""
    return tuple(
        tuple(math.fsum(pair) for pair in zip(token_table[token], position, strict=True))
        for token, position in zip(tokens, position_table, strict=True)
    )
