"""What a learner typed into a cell, read as a number: text in, float or int out, or a message that names the cell.

Accepted: 0.4  .4  -2  1e-3  1/3  40 %  with a minus sign of any kind. A comma is a decimal comma (0,4) unless groups of
three digits follow a number without leading zero (40,478).
"""

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from gptcore.errors import InputError

MOST_SHOWN = 3
"""Problems told at once; the rest are counted."""

_Value = TypeVar("_Value")

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_LONGEST = 40


def read_number(text: str | None, name: str, low: float = -1_000, high: float = 1_000) -> float:
    """A cell as a number.

    Args:
        text: what stands in the cell; None for a cleared one.
        name: of the cell, to begin the message with.
        low, high: the range that is allowed, both ends included.

    Raises:
        InputError: the cell is empty, holds no number, or one out of range.
    """
    written = (text or "").strip()
    if not written:
        raise InputError(f"{name} is empty: write a number, say 0.5.")
    value = _value(written)
    if value is None:
        raise InputError(f"{name} holds “{_short(written)}”, which is no number: write one like 0.4, 1/3 or 40 %.")
    if not low <= value <= high:
        raise InputError(f"{name} is {_short(written)}: only numbers from {low:,g} to {high:,g} are taken here.")
    return value


def read_probability(text: str | None, name: str) -> float:
    """A cell as a probability. Errors as in `read_number`, in the words of probabilities."""
    value = read_number(text, name)
    if value < 0:
        raise InputError(
            f"{name} is {_short(text)}: a probability is never negative. 0 means impossible, 1 means certain."
        )
    if value > 1:
        raise InputError(f"{name} is {_short(text)}: a probability is at most 1, which means certain.")
    return value


def read_count(text: str | None, name: str, high: int, low: int = 1) -> int:
    """A cell as a whole number. Errors as in `read_number`."""
    value = read_number(text, name, low, high)
    if value != int(value):
        raise InputError(f"{name} is {_short(text)}: a whole number is needed here.")
    return int(value)


def read_all(
    read: Callable[[str | None, str], _Value], texts: Sequence[str | None], names: Sequence[str]
) -> tuple[_Value, ...]:
    """Many cells with one reader.

    Raises:
        InputError: one or more cells cannot be read; the message tells the first few of them.
    """
    values, problems = [], []
    for text, name in zip(texts, names, strict=True):
        try:
            values.append(read(text, name))
        except InputError as error:
            problems.append(str(error))
    if problems:
        more = [f"And {len(problems) - MOST_SHOWN} more."] if len(problems) > MOST_SHOWN else []
        raise InputError("\n".join(problems[:MOST_SHOWN] + more))
    return tuple(values)


def read_matrix(rows: Sequence[Sequence[str | None]], names: Sequence[Sequence[str]]) -> tuple[tuple[float, ...], ...]:
    """A table of numbers, row by row. Errors as in `read_all`."""
    width = len(names[0])
    cells = [cell for row in rows for cell in row]
    values = read_all(read_number, cells, [name for row in names for name in row])
    return tuple(values[start : start + width] for start in range(0, len(values), width))


def _value(written: str) -> float | None:
    plain = re.sub(r"[\u2212\u2013\u2010\u2011]", "-", written).replace("\u00a0", " ")
    plain, scale = (plain[:-1].rstrip(), 0.01) if plain.endswith("%") else (plain, 1.0)
    top, slash, bottom = (part.strip() for part in plain.partition("/"))
    value, divisor = _plain_value(top), _plain_value(bottom) if slash else 1.0
    return None if value is None or not divisor else value / divisor * scale


def _plain_value(written: str) -> float | None:
    if _THOUSANDS.fullmatch(written):
        written = written.replace(",", "")
    elif written.count(",") == 1 and "." not in written:
        written = written.replace(",", ".")
    return float(written) if _NUMBER.fullmatch(written) else None


def _short(written: str | None) -> str:
    text = " ".join((written or "").split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
