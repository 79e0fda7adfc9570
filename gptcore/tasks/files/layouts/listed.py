"""Answers listed in one cell: ARC, CommonsenseQA, HellaSwag, RACE as Hugging Face's datasets have them.

    {"question": "…", "choices": {"text": ["…", "…"], "label": ["A", "B"]}, "answerKey": "B"}
    {"question": {"stem": "…", "choices": [{"label": "A", "text": "…"}]}, "answerKey": "A"}
    {"ctx": "…", "endings": ["…", "…"], "label": "1"}

In CSV such a cell is JSON, or a list as Python writes it.
"""

import ast
import contextlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gptcore.tasks.files.layouts.expanding import answer_columns, expanded
from gptcore.tasks.files.names import SYNONYMS, plain
from gptcore.tasks.files.rows import Table, is_missing, shown

_MAX_LIST_CHARACTERS = 250_000
"""Of one that is written out in a cell."""
_LISTS = ("choices", "options", "endings", "answers", "alternatives")


def from_listed(table: Table) -> Table:
    """A column for each answer; a table whose answers are in columns already stays as it is."""
    table = _without_stems(table)
    named = {plain(name): place for place, name in reversed(list(enumerate(table.columns)))}
    place = next((named[name] for name in _LISTS if name in named and _holds_lists(table, named[name])), None)
    if place is None:
        return table
    target = next((named[name] for name in SYNONYMS["multiple_choice"]["label"] if name in named), None)
    others = [i for i in range(len(table.columns)) if i not in (place, target)]
    choices = []
    for row in table.rows:
        answers, keys = _answers(_parsed(row.cells[place]))
        label = row.cells[target] if target is not None else None
        if label in keys:
            label = "ABCDEFGHIJ"[keys.index(label)]
        choices.append((row, tuple(row.cells[i] for i in others), answer_columns(answers, table, row), label))
    notes = (*table.notes, f"the answers are those listed in {shown(table.columns[place])}")
    return expanded(replace(table, notes=notes), [table.columns[i] for i in others], choices)


def _answers(given: Any) -> tuple[Any, list[Any]]:
    """The answers as a list, and the ten first names that labels call them by, if there are such."""
    keys: Any = []
    if isinstance(given, Mapping):  # two lists side by side
        given, keys = given.get("text"), given.get("label")
    elif isinstance(given, list) and all(isinstance(answer, dict) for answer in given):
        keys = [answer.get("label") for answer in given]
    return given, keys[:10] if isinstance(keys, list) else []


def _without_stems(table: Table) -> Table:
    """A question that holds its choices too, as two columns."""
    named = {plain(name): place for place, name in enumerate(table.columns)}
    place = named.get("question")
    if place is None or not table.rows or not all(_is_stem(row.cells[place]) for row in table.rows):
        return table
    rows = tuple(
        row._replace(
            cells=(*row.cells[:place], row.cells[place]["stem"], *row.cells[place + 1 :], row.cells[place]["choices"])
        )
        for row in table.rows
    )
    return replace(table, columns=(*table.columns, "choices"), rows=rows)


def _is_stem(cell: Any) -> bool:
    return isinstance(cell, dict) and {"stem", "choices"} <= set(cell)


def _holds_lists(table: Table, place: int) -> bool:
    filled = [row.cells[place] for row in table.rows if not is_missing(row.cells[place])]
    return bool(filled) and isinstance(_parsed(filled[0]), list | Mapping)


def _parsed(cell: Any) -> Any:
    """A cell's list or object, also where it is written out, as JSON or as Python does."""
    if isinstance(cell, str) and cell.strip()[:1] in ("[", "{") and len(cell) <= _MAX_LIST_CHARACTERS:
        for parse in (json.loads, ast.literal_eval):
            with contextlib.suppress(ValueError, SyntaxError, RecursionError, MemoryError):
                return parse(cell)
    return cell
