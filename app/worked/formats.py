"""How the worked examples write numbers and a learner's own words: for reading, in formulas, and safe in Markdown."""

import math

from app.shared.theme import display_token, escape

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: float, digits: int = 3) -> str:
    """A number for reading: −0.916, 40,478.000, 1.24×10⁻⁷, −∞."""
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if _is_plain(value, digits):
        return _signed(f"{value:,.{digits}f}")
    return scientific(value)


def scientific(value: float) -> str:
    """A number with a power of ten, three digits: 2.50×10⁻⁴."""
    mantissa, exponent = f"{value:.2e}".split("e")
    return f"{_signed(mantissa)}×10{str(int(exponent)).translate(_SUPERSCRIPTS)}"


def tex(value: float, digits: int = 3) -> str:
    """The same in a formula; a negative number that needs brackets gets them from `summand`."""
    if math.isinf(value):
        return r"\infty" if value > 0 else r"-\infty"
    if math.isnan(value):
        return r"\text{–}"
    if _is_plain(value, digits):
        return _unsigned_zero(f"{value:,.{digits}f}").replace(",", r"{,}")
    mantissa, exponent = f"{value:.2e}".split("e")
    return rf"{mantissa} \times 10^{{{int(exponent)}}}"


def summand(value: float, digits: int = 3) -> str:
    """A number after an operator sign: a negative one in brackets."""
    written = tex(value, digits)
    return f"({written})" if written.startswith("-") else written


def short(value: float) -> str:
    """A number as it was typed, more or less: no trailing zeros; for formulas."""
    written = f"{value:.6g}"
    if "e" in written:
        mantissa, exponent = written.split("e")
        return rf"{mantissa} \times 10^{{{int(exponent)}}}"
    return written


def factor(value: float) -> str:
    """`short` after a times sign: a negative number in brackets."""
    written = short(value)
    return f"({written})" if written.startswith("-") else written


def word(text: str) -> str:
    """A learner's word in Markdown, on one line, with what cannot be seen made visible."""
    return escape(display_token(" ".join((text or "").split())))


def _is_plain(value: float, digits: int) -> bool:
    return value == 0 or digits == 0 or 10**-digits <= abs(value) < 1e7


def _signed(written: str) -> str:
    return _unsigned_zero(written).replace("-", "−")


def _unsigned_zero(written: str) -> str:
    return written if any(character in "123456789" for character in written) else written.lstrip("-")
