"""Rows with their answers in one cell, as rows with a cell for each answer."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from gptcore.errors import InputError
from gptcore.tasks.files.rows import Row, Skipped, Table

Choice = tuple[Row, tuple[Any, ...], tuple[Any, ...], Any]
"""The row it comes from, its other cells, its answers and its label."""


def answer_columns(cell: Any, table: Table, row: Row) -> tuple[Any, ...]:
    """A list of answers, each a text or an object with one.

    Raises:
        InputError: the cell holds something else.
    """
    if isinstance(cell, list):
        return tuple(answer.get("text") if isinstance(answer, dict) else answer for answer in cell)
    raise InputError(f"{table.source}, {table.place(row)}: the answers are no list of texts")


def expanded(table: Table, others: Sequence[str], choices: Sequence[Choice]) -> Table:
    """A table of choices: most have so many answers, and those that have not are left out.

    Args:
        others: names of the columns that come before the answers.
    """
    usual = Counter(len(answers) for _, _, answers, _ in choices).most_common(1)[0][0] if choices else 2
    rows, skipped = [], list(table.skipped)
    for row, cells, answers, label in choices:
        if len(answers) == usual:
            rows.append(row._replace(cells=(*cells, *answers, label)))
        else:
            skipped.append(Skipped(row, f"not {usual} answers, as most have"))
    columns = (*others, *(f"answer_{i}" for i in range(1, usual + 1)), "label")
    return replace(table, columns=columns, rows=tuple(rows), skipped=tuple(skipped))
