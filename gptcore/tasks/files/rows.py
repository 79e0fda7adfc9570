"""What every reader of files makes: named columns and rows of cells, none of them understood yet."""

from collections.abc import Iterable, Sized
from dataclasses import dataclass
from typing import Any, NamedTuple

from gptcore.errors import InputError

MAX_COLUMNS = 200
_SHOWN_CHARACTERS = 60

Cells = tuple[Any, ...]
"""Strings in CSV; JSON's values in JSON, None where an object lacks the column."""


class Row(NamedTuple):
    """One row and where it stands."""

    number: int
    """As a spreadsheet counts: 1 is the first row, be it blank or the header."""
    line: int
    """As an editor counts: quoted cells may reach over several lines."""
    cells: Cells


class Skipped(NamedTuple):
    """A row that is left out, and why."""

    row: Row
    reason: str
    """A few words that fit after "3 rows skipped: "."""


@dataclass(frozen=True)
class Table:
    """A file's rows."""

    source: str
    """The file's name, for people."""
    encoding: str
    columns: tuple[str, ...]
    """As the file writes them, but for spaces around; one name may stand there twice."""
    unit: str
    """What messages call a row: "row", "line" or "item"."""
    rows: tuple[Row, ...]
    """Every one has as many cells as there are columns."""
    notes: tuple[str, ...] = ()
    """What was decided without asking."""
    skipped: tuple[Skipped, ...] = ()
    n_blank: int = 0
    """Rows without anything."""
    delimiter: str | None = None
    """What stands between cells; None where that means nothing."""
    has_header: bool = True
    """Whether the file names its columns; else they are called "1", "2", ..."""

    def place(self, row: Row) -> str:
        """Leads to a row in a spreadsheet, and in an editor where that counts otherwise."""
        return f"{self.unit} {row.number:,}" + (f" (line {row.line:,})" if row.line != row.number else "")


def is_missing(cell: Any) -> bool:
    """Whether a cell holds nothing: white space, null, or JSON's and Parquet's NaN; the word "nan" is a text."""
    return cell is None or (isinstance(cell, float) and cell != cell) or (isinstance(cell, str) and not cell.strip())


def shown(value: Any) -> str:
    """A value from a file as part of a one-line message: shortened, with control characters spelt out."""
    if isinstance(value, list | dict):  # its parts could go on without end
        return "a list" if isinstance(value, list) else "an object"
    written = value if isinstance(value, str) else str(value)
    return repr(written if len(written) <= _SHOWN_CHARACTERS else written[: _SHOWN_CHARACTERS - 1] + "…")


def shown_all(values: Iterable[Any]) -> str:
    """The first ten of several values, and how many more there are."""
    values = list(values)
    more = f" and {len(values) - 10:,} more" if len(values) > 10 else ""
    return ", ".join(map(shown, values[:10])) + more


def count(number: int, noun: str) -> str:
    """A number and its noun: "1 row", "3 rows"."""
    return f"{number:,} {noun}" + ("s" if number != 1 else "")


def check_width(columns: Sized, title: str) -> None:
    """Raises:
    InputError: more columns than are read.
    """
    if len(columns) > MAX_COLUMNS:
        raise InputError(f"{title} has more than {MAX_COLUMNS} columns, the most that are read; keep those you need")


def check_length(n_rows: int, most: int, title: str) -> None:
    """Raises:
    InputError: more rows than are read.
    """
    if n_rows > most:
        raise InputError(f"{title} has more than {most:,} rows, the most that are read; take fewer")
