"""Files with rows, as rows: CSV and TSV (also with ; between cells), JSON lines, or a JSON list of objects.

In: a path, or a file's bytes. Out: column names and rows of cells, none of them understood yet; blank rows are left
out. Rows are counted as a spreadsheet or an editor shows them, so that a message leads to the place.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sized
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gptcore.errors import InputError
from gptcore.text.encoding import decode

MAX_FILE_BYTES = 50_000_000
MAX_EXAMPLES = 200_000
MAX_COLUMNS = 200
_MAX_COMMAS = 5_000_000
"""In JSON, where a file of 50 MB could otherwise hold lists that take gigabytes."""
_DELIMITERS = (",", ";", "\t")
_SHOWN_CHARACTERS = 60

Cells = tuple[Any, ...]
"""Strings in CSV; JSON's values in JSON, None where an object lacks the column."""


@dataclass(frozen=True)
class Table:
    """A file's rows."""

    source: str
    """The file's name, for people."""
    encoding: str
    columns: tuple[str, ...]
    """As the file writes them, but for spaces around; one name may stand there twice."""
    unit: str
    """What messages call a row: "row" (1 is the header), "line" or "item"."""
    rows: tuple[tuple[int, Cells], ...]
    """(number, cells); every row has as many cells as there are columns."""
    notes: tuple[str, ...] = ()
    """What was decided without asking."""


def read_table(source: str | Path | bytes, name: str | None = None) -> Table:
    """Parses a file.

    Args:
        source: a path, or a file's bytes.
        name: what to call bytes; its ending tells JSON from CSV, as a path's does.

    Raises:
        InputError: missing, too large, empty, not text, or not a table; the message leads to the row.
    """
    raw, title, ending = _opened(source, name)
    decoded = decode(raw, title)
    if not decoded.text.strip():
        raise InputError(f"{title} is empty; it needs a line of column names and a row for each example")
    is_json = ending in (".json", ".jsonl", ".ndjson") or (
        ending not in (".csv", ".tsv") and decoded.text.lstrip()[0] in "{["
    )
    columns, unit, rows, notes = (_json_table if is_json else _csv_table)(decoded.text, title)
    if not columns:
        raise InputError(f"{title} has no column names; it needs them, and a row for each example")
    if decoded.is_guess:
        notes.insert(0, f"read as {decoded.encoding}, a guess from its letters; saved as UTF-8, there is no guessing")
    return Table(title, decoded.encoding, columns, unit, tuple(rows), tuple(notes))


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


def _opened(source: str | Path | bytes, name: str | None) -> tuple[bytes, str, str]:
    """A file's bytes, its name for people and its ending."""
    if isinstance(source, bytes):
        title, read = name or "the file", io.BytesIO(source).read
    else:
        title, read = Path(source).name, lambda size: _read_file(Path(source), size)
    raw = read(MAX_FILE_BYTES + 1)
    ending = Path(title).suffix.lower()
    if not title.isprintable() or len(title) > _SHOWN_CHARACTERS:
        title = shown(title)
    if len(raw) > MAX_FILE_BYTES:
        raise InputError(f"{title} is larger than {MAX_FILE_BYTES // 10**6} MB, the most that is read; take fewer rows")
    return raw, title, ending


def _read_file(path: Path, size: int) -> bytes:
    try:
        if not path.exists():
            raise InputError(f"{shown(str(path))} does not exist")
        if not path.is_file():  # a folder, or a pipe without end
            raise InputError(f"{shown(str(path))} is not a file; give a CSV, TSV or JSON lines file")
        with path.open("rb") as file:
            return file.read(size)
    except OSError as error:
        raise InputError(f"{shown(str(path))} cannot be read: {error.strerror}") from error


Parsed = tuple[tuple[str, ...], str, list[tuple[int, Cells]], list[str]]


def _csv_table(text: str, title: str) -> Parsed:
    delimiter = _delimiter(text)
    try:
        return _delimited(text, title, delimiter, csv.QUOTE_MINIMAL)
    except InputError as quoted:
        if delimiter != "\t":
            raise
        try:  # many tab-separated files, GLUE's among them, hold quotes that mean nothing
            columns, unit, rows, notes = _delimited(text, title, delimiter, csv.QUOTE_NONE)
        except InputError:
            raise quoted from None
        return columns, unit, rows, [*notes, "quotes are read as part of the texts"]


def _delimiter(text: str) -> str:
    """What cuts the first line that is not blank into the most cells."""
    first = next(line for line in io.StringIO(text, newline=None) if line.strip())[:10_000]
    return max(_DELIMITERS, key=lambda delimiter: len(next(csv.reader([first], delimiter=delimiter))))


def _delimited(text: str, title: str, delimiter: str, quoting: int) -> Parsed:
    lines = io.StringIO(text, newline="")
    records = _records(csv.reader(lines, delimiter=delimiter, quoting=quoting, strict=True), title)
    columns: tuple[str, ...] = ()
    rows: list[tuple[int, Cells]] = []
    blank = 0
    for number, cells in enumerate(records, 1):
        if not any(map(str.strip, cells)):
            blank += bool(columns)
        elif not columns:
            columns = tuple(cell.strip() for cell in cells)
            _check_width(columns, title)
        elif len(cells) != len(columns):
            raise InputError(
                f"{title}, row {number:,}: {_count(len(cells), 'cell')} where the header has {len(columns)} "
                f"(it begins {shown(cells[0])}); put texts that hold {shown(delimiter)} between quotes"
            )
        else:
            _add(rows, number, tuple(cells), title)
    return columns, "row", rows, _blank_notes(blank, "row")


def _records(reader: Iterator[list[str]], title: str) -> Iterator[list[str]]:
    number = 0
    try:
        for cells in reader:
            number += 1
            yield cells
    except csv.Error as error:
        long = f"a cell has more than {csv.field_size_limit():,} characters; " if "field limit" in str(error) else ""
        raise InputError(
            f"{title}, row {number + 1:,}: {long}a quote is left open, or one inside a text is not written twice"
        ) from error


def _json_table(text: str, title: str) -> Parsed:
    if text.count(",") > _MAX_COMMAS:
        raise InputError(f"{title} holds more than {_MAX_COMMAS:,} values; keep the columns and rows you need")
    is_list = text.lstrip()[0] == "["
    unit = "item" if is_list else "line"
    objects: list[tuple[int, dict[str, Any]]] = []
    columns: dict[str, None] = {}
    blank = 0
    for number, value in enumerate(_json(text, title) if is_list else _json_lines(text, title), 1):
        if not isinstance(value, dict):
            raise InputError(f"{title}, {unit} {number:,}: {shown(value)} is no object with a value for each column")
        if not value:
            blank += 1
            continue
        named = {key.strip(): cell for key, cell in value.items()}
        columns.update(dict.fromkeys(named))
        _check_width(columns, title)
        _add(objects, number, named, title)
    rows = [(number, tuple(map(value.get, columns))) for number, value in objects]
    return tuple(columns), unit, rows, _blank_notes(blank, unit)


def _json_lines(text: str, title: str) -> Iterator[Any]:
    """The value of each line; a blank one counts as an empty object."""
    for number, line in enumerate(io.StringIO(text, newline=None), 1):
        yield _json(line, f"{title}, line {number:,}") if line.strip() else {}


def _json(text: str, place: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError as error:
        raise InputError(f"{place}: lists or objects are nested too deep; give one flat object per row") from error
    except json.JSONDecodeError as error:
        near = text[max(0, error.pos - 20) : error.pos + 20].strip()
        raise InputError(
            f"{place}: no whole JSON near {shown(near)} ({error.msg}); write one object a line, or one list of them"
        ) from error
    except ValueError as error:  # a number of thousands of digits
        raise InputError(f"{place}: a number is too long to be read; write it shorter or between quotes") from error


def _check_width(columns: Sized, title: str) -> None:
    if len(columns) > MAX_COLUMNS:
        raise InputError(f"{title} has more than {MAX_COLUMNS} columns, the most that are read; keep those you need")


def _add(rows: list[tuple[int, Any]], number: int, row: Any, title: str) -> None:
    if len(rows) == MAX_EXAMPLES:
        raise InputError(f"{title} has more than {MAX_EXAMPLES:,} rows, the most that are read; take fewer")
    rows.append((number, row))


def _blank_notes(count: int, unit: str) -> list[str]:
    return [f"{_count(count, f'blank {unit}')} skipped"] if count else []


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("s" if number != 1 else "")
