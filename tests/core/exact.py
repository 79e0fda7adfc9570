"""Exact arithmetic to hold the worked examples against: 50-digit decimals, and verdicts on printed figures."""

from collections.abc import Iterator
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest

from gptcore.worked.checks import Check


@pytest.fixture(autouse=True)
def fifty_digits() -> Iterator[None]:
    """Decimals in a test have 50 digits; import it where it shall hold."""
    with localcontext() as context:
        context.prec = 50
        yield


def exact_softmax(logits: list[str]) -> list[Decimal]:
    """Probabilities of logits written as decimals."""
    powers = [Decimal(logit).exp() for logit in logits]
    return [power / sum(powers) for power in powers]


def near(value: float, exact: Decimal | Fraction, tolerance: float = 1e-12) -> bool:
    """Whether a float is the exact value up to rounding."""
    return abs(value - float(exact)) <= tolerance * max(1, abs(float(exact)))


def places(value: Decimal, digits: str) -> str:
    """Rounded to as many places as digits has."""
    return str(value.quantize(Decimal(digits)))


def wrong(found: tuple[Check, ...]) -> dict[str, str]:
    """The figures that a text has wrong, with what is right."""
    return {check.quantity: check.rounded for check in found if not check.agrees}
