"""Numbers and sums of numbers as LaTeX, which a browser's KaTeX can draw."""

import math

DIGITS = 4
"""Significant ones."""
SMALL, LARGE = 1e-4, 1e6
"""Sizes between which a number is written without a power of ten."""


def number(value: float) -> str:
    """A number with four significant digits: 0.1235, -1.235 \\times 10^{-6}, -\\infty; 0 has no sign."""
    if math.isnan(value):
        return r"\text{undefined}"
    if math.isinf(value):
        return r"\infty" if value > 0 else r"-\infty"
    if value == 0:
        return "0"
    if not SMALL <= abs(value) < LARGE:
        digits, _, power = f"{value:.{DIGITS - 1}e}".partition("e")
        return rf"{digits} \times 10^{{{int(power)}}}"
    if abs(value) >= 10 ** (DIGITS - 1):
        return f"{value:.0f}"
    return f"{value:#.{DIGITS}g}".removesuffix(".")


def signed(value: float) -> str:
    """A number as it stands in a sum or a product: a negative one in parentheses."""
    written = number(value)
    return f"({written})" if written.startswith("-") else written


def product(*factors: float) -> str:
    """Numbers that are multiplied."""
    return r" \cdot ".join(map(signed, factors))


def more(rest: float, n_rest: int) -> str:
    """What so many more addends of a sum come to, the count below a brace."""
    return rf"\underbrace{{{signed(rest)}}}_{{\text{{{n_rest:,} more}}}}"
