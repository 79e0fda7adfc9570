"""Numbers as the arithmetic writes them beside its formulas: four digits that count, whatever their size."""

import math
from collections.abc import Sequence

from gptcore.provenance.latex import DIGITS, LARGE, SMALL

_MINUS, _INFINITY = "\N{MINUS SIGN}", "\N{INFINITY}"
_HIGH = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def readable(value: float, decimals: int | None = None) -> str:
    """A number for reading: 0.2134, −1.204, 8,130, −1.235 × 10⁻⁶, −∞.

    Args:
        decimals: digits after the point, so that numbers below each other are aligned; what they would make 0 of has a
            power of ten all the same. None: as many as four digits in all ask for.
    """
    if math.isnan(value):
        return "undefined"
    if math.isinf(value):
        return _INFINITY if value > 0 else _MINUS + _INFINITY
    if value == 0:
        return "0"
    sign, size = _MINUS if value < 0 else "", abs(value)
    least = SMALL if decimals is None else 0.95 * 10.0**-decimals
    if not least <= size < LARGE:
        digits, _, power = f"{size:.{DIGITS - 1 if decimals is None else 1}e}".partition("e")
        return f"{sign}{digits} × 10{str(int(power)).translate(_HIGH)}"
    if decimals is None:
        decimals = max(0, DIGITS - 1 - math.floor(math.log10(size)))
    return f"{sign}{size:,.{decimals}f}"


def shared_decimals(values: Sequence[float]) -> int:
    """How many digits after the point numbers below each other have: the largest has four digits in all."""
    largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    return max(0, DIGITS - 1 - max(0, math.floor(math.log10(largest)))) if largest else DIGITS - 1
