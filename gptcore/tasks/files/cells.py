"""Single cells of a file as what an example is made of: a text, a number."""

import math
import re
from typing import Any

from gptcore.errors import InputError
from gptcore.tasks.files.rows import is_missing, shown

MAX_TEXT_CHARACTERS = 20_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A text that begins so is a formula to a spreadsheet."""
_NO_CHARACTER = re.compile("[\0\ud800-\udfff]")


def as_written(cell: Any, column: str) -> str:
    """A cell as it would stand in CSV; "" where it holds nothing.

    Raises:
        InputError: a list, an object, bytes, or half a character.
    """
    if isinstance(cell, list | dict | bytes):
        what = "bytes" if isinstance(cell, bytes) else shown(cell)
        raise InputError(f"column {shown(column)} holds {what}; give one value")
    if isinstance(cell, bool):
        return "true" if cell else "false"
    text = "" if is_missing(cell) else str(cell)
    if match := _NO_CHARACTER.search(text):
        raise InputError(
            f"column {shown(column)} holds {shown(match[0])}, which is no character; take it out of {shown(text)}"
        )
    return text


def as_text(cell: Any, column: str) -> str | None:
    """The one place that says what a text is: something visible that UTF-8 can hold, not too long; None for nothing.

    Raises:
        InputError: it is too long or no text.
    """
    text = as_written(cell, column).replace("\r\n", "\n").replace("\r", "\n")
    if not any(character.isprintable() and not character.isspace() for character in text):
        return None
    if len(text) > MAX_TEXT_CHARACTERS:
        raise InputError(
            f"column {shown(column)} has {len(text):,} characters ({shown(text)}); at most {MAX_TEXT_CHARACTERS:,} are "
            "read; shorten it"
        )
    return text


def as_guarded(cell: Any) -> Any:
    """A cell for a file that a spreadsheet opens: it would run a text that looks like a formula, so such a text gets
    the mark of a text, '."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in _FORMULA else cell


def as_number(written: str) -> float:
    """Not a number where none is written in digits."""
    try:
        return math.nan if "_" in written else float(written)
    except ValueError:
        return math.nan
