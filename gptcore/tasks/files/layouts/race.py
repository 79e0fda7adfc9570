"""RACE's files: an article with questions, a list of options for each, and the right ones' letters."""

from dataclasses import replace
from typing import Any

from gptcore.errors import InputError
from gptcore.tasks.files.layouts.expanding import Choice, answer_columns, expanded
from gptcore.tasks.files.rows import Row, Table, count

_NEEDED = ("article", "questions", "options")


def from_race(table: Table) -> Table:
    """A row for each question; a table without articles and lists of questions stays as it is."""
    if not set(_NEEDED) <= set(table.columns):
        return table
    places = [table.columns.index(name) for name in _NEEDED]
    answers_at = table.columns.index("answers") if "answers" in table.columns else None
    rows = []
    for row in table.rows:
        article, questions, options = (row.cells[place] for place in places)
        answers = row.cells[answers_at] if answers_at is not None else None
        rows += _questions(table, row, article, questions, options, answers)
    made = f"{count(len(table.rows), 'article')} of RACE's layout, {count(len(rows), 'question')}; context is both"
    return expanded(replace(table, notes=(*table.notes, made)), ("context",), rows)


def _questions(table: Table, row: Row, article: Any, questions: Any, options: Any, answers: Any) -> list[Choice]:
    if answers is None and isinstance(questions, list):
        answers = [None] * len(questions)
    lists = (questions, options, answers)
    if not all(isinstance(values, list) for values in lists) or len({len(values) for values in lists}) != 1:
        raise InputError(
            f"{table.source}, {table.place(row)}: questions, options and answers must be lists with a part for each "
            "question"
        )
    return [
        (row, (f"{article}\n{question}",), answer_columns(given, table, row), answer)
        for question, given, answer in zip(*lists, strict=True)
    ]
