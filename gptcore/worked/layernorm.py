"""LayerNorm of one vector, step by step, and GELU in its exact and its tanh form."""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class LayerNorm:
    """Every stage for one vector of d numbers."""

    mean: float
    deviations: tuple[float, ...]
    squares: tuple[float, ...]
    """Of the deviations."""
    variance: float
    """Mean of the squared deviations (divided by d, not d - 1)."""
    normalised: tuple[float, ...]
    output: tuple[float, ...]
    """gain * normalised + bias."""


def layer_norm(vector: Sequence[float], gain: Sequence[float], bias: Sequence[float], eps: float) -> LayerNorm:
    """Ba, Kiros and Hinton 2016: to mean 0 and variance 1, then a learnt gain and bias for each number.

    Args:
        vector, gain, bias: d numbers each.
        eps: above 0; added to the variance, so that a vector of equal numbers divides by no zero.
    """
    mean = math.fsum(vector) / len(vector)
    deviations = tuple(x - mean for x in vector)
    squares = tuple(x * x for x in deviations)
    variance = math.fsum(squares) / len(vector)
    scale = math.sqrt(variance + eps)
    normalised = tuple(x / scale for x in deviations)
    output = tuple(g * x + b for g, x, b in zip(gain, normalised, bias, strict=True))
    return LayerNorm(mean, deviations, squares, variance, normalised, output)


def gelu_exact(x: float) -> float:
    """x times the normal distribution's share below x (Hendrycks and Gimpel 2016)."""
    return 0.5 * x * (1 + math.erf(x / math.sqrt(2)))


def gelu_tanh(x: float) -> float:
    """The tanh form that GPT-1 computes."""
    return 0.5 * x * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
