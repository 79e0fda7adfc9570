"""JSON as rows: an object a line, a list of objects, or one object that holds the rows or their columns."""

import io
import json
from collections.abc import Iterator
from typing import Any

from gptcore.errors import InputError
from gptcore.tasks.files.rows import Row, Skipped, Table, check_length, check_width, shown

_MAX_COMMAS = 5_000_000
"""A file of 50 MB could otherwise hold lists that take gigabytes."""
_ROWS = ("rows", "data", "examples", "instances")
"""Where an object keeps its rows; Hugging Face's viewer wraps each of them in a "row" once more."""


def read_json_rows(text: str, title: str, encoding: str, most: int, is_strict: bool = True) -> Table:
    """Parses JSON.

    Args:
        most: rows that are read.
        is_strict: whether a line or item that is no object is an error; else it is skipped.

    Raises:
        InputError: no whole JSON, or something else than objects; the message leads to the line or item.
    """
    if text.count(",") > _MAX_COMMAS:
        raise InputError(f"{title} holds more than {_MAX_COMMAS:,} values; keep the columns and rows you need")
    unit, values = _values(text, title)
    objects: list[tuple[int, dict[str, Any]]] = []
    columns: dict[str, None] = {}
    n_blank, skipped = 0, []
    for number, value in enumerate(values, 1):
        if isinstance(value, InputError) and is_strict:
            raise value
        if not isinstance(value, dict) and not is_strict:
            skipped.append(Skipped(Row(number, number, ()), "no whole object of JSON"))
            continue
        if not isinstance(value, dict):
            raise InputError(f"{title}, {unit} {number:,}: {shown(value)} is no object with a value for each column")
        if not value:
            n_blank += 1
            continue
        named = {key.strip(): cell for key, cell in value.items()}
        columns.update(dict.fromkeys(named))
        check_width(columns, title)
        objects.append((number, named))
        check_length(len(objects), most, title)
    if not columns:
        raise InputError(f"{title} has no column names; it needs them, and a row for each example")
    rows = tuple(Row(number, number, tuple(map(named.get, columns))) for number, named in objects)
    return Table(title, encoding, tuple(columns), unit, rows, skipped=tuple(skipped), n_blank=n_blank)


def _values(text: str, title: str) -> tuple[str, Any]:
    """What a row is called, and the rows' values."""
    if text.lstrip()[0] == "[":
        return "item", _json(text, title)
    lines = io.StringIO(text, newline=None)
    first = next(line for line in lines if line.strip())
    is_line = _is_whole(first)
    if (is_line and not lines.read().strip()) or (not is_line and _is_whole(text)):
        value = json.loads(text)
        if (inner := _inner_rows(value)) is not None:
            return "item", inner
        if not is_line:
            return "item", [value]
    return "line", _json_lines(text, title)


def _inner_rows(value: dict[str, Any]) -> list[Any] | None:
    """The rows inside one object; None where it is a row itself."""
    for name in _ROWS:
        inner = value.get(name)
        if isinstance(inner, list) and inner and all(isinstance(item, dict) for item in inner):
            return [item["row"] if isinstance(item.get("row"), dict) else item for item in inner]
    names, cells = list(value), list(value.values())
    if isinstance(value.get("columns"), list) and isinstance(value.get("data"), list):  # pandas, orient="split"
        named = [str(name) for name in value["columns"]]
        is_whole = [isinstance(row, list) and len(row) == len(named) for row in value["data"]]
        return [
            dict(zip(named, row, strict=True)) if whole else row
            for row, whole in zip(value["data"], is_whole, strict=True)
        ]
    if cells and all(isinstance(column, list) and len(column) == len(cells[0]) for column in cells):
        return [dict(zip(names, row, strict=True)) for row in zip(*cells, strict=True)]
    if cells and all(isinstance(part, dict) and part.keys() == cells[0].keys() for part in cells):
        if all(map(str.isdecimal, names)):  # orient="index"
            return cells
        if all(map(str.isdecimal, cells[0])):  # orient="columns", what pandas writes unasked
            return [{name: column[i] for name, column in value.items()} for i in cells[0]]
    return None


def _is_whole(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def _json_lines(text: str, title: str) -> Iterator[Any]:
    """The value of each line, or what is wrong with it; a blank one counts as an empty object."""
    for number, line in enumerate(io.StringIO(text, newline=None), 1):
        try:
            yield _json(line, f"{title}, line {number:,}") if line.strip() else {}
        except InputError as error:
            yield error


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
