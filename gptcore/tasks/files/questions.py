"""Examples to be answered, out of a user's own file: of any layout that examples to learn from have, with labels or
without, or a text on each line. A row that cannot be read is told; the others are there."""

import io
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gptcore.errors import InputError
from gptcore.tasks.examples import Target
from gptcore.tasks.files.cells import as_written
from gptcore.tasks.files.choices import Base, ChoiceReader
from gptcore.tasks.files.columns import Selection, TargetColumn, select_columns, with_target
from gptcore.tasks.files.datasets import check_labels_from, open_table, texts_in
from gptcore.tasks.files.delimited import guess_delimiter
from gptcore.tasks.files.fasttext import is_fasttext
from gptcore.tasks.files.label_names import match_labels
from gptcore.tasks.files.labels import means_nothing, no_labels
from gptcore.tasks.files.names import is_telling
from gptcore.tasks.files.rows import Row, Table, check_length, count
from gptcore.tasks.files.scores import ScoreReader
from gptcore.tasks.files.tables import MAX_EXAMPLES, opened
from gptcore.tasks.task import Task
from gptcore.text.encoding import decode


@dataclass(frozen=True)
class Question:
    """Texts that a model is to answer."""

    number: int
    """Of its row, as a spreadsheet counts, or of its line."""
    texts: tuple[str, ...]
    """In the order of gptcore.tasks.examples.Example."""
    target: Target | None
    """The right answer, as Example has it; None where the file does not say."""


@dataclass(frozen=True)
class Questions:
    """What a file asks."""

    source: str
    """The file's name, for people."""
    unit: str
    """What a row is called."""
    columns: tuple[str, ...]
    """Our names for the texts."""
    questions: tuple[Question, ...]
    unread: dict[int, str]
    """Rows that cannot be read, and why."""
    notes: tuple[str, ...]
    """What was decided without asking, a sentence each."""


Filled = list[tuple[Row, tuple[str, ...], str]]
"""Rows with their texts, and the target as written."""


def read_questions(
    source: str | Path | bytes,
    task: Task,
    columns: Mapping[str, str] | None = None,
    name: str | None = None,
    labels_from: Base | None = None,
) -> Questions:
    """Reads a file.

    Args:
        task: what the model answers.
        source, columns, name, labels_from: as gptcore.tasks.files.datasets.read_examples takes them.

    Raises:
        InputError: none of its rows can be understood.
    """
    check_labels_from(labels_from, task.kind)
    wanted: TargetColumn | None = None if task.is_regression or task.kind != "similarity" else "label"
    table = _lines(source, name) if task.kind == "classification" and columns is None else None
    table = table or open_table(source, name, task.kind, columns, is_strict=False)
    table = with_target(table, task.kind, columns, wanted)
    selection = select_columns(table, task.kind, columns, wanted)
    unread = {skip.row.number: skip.reason for skip in table.skipped}
    filled: Filled = []
    column, place = selection.target
    for row in table.rows:
        try:
            texts = texts_in(row, selection)
            written = as_written(row.cells[place], column).strip()
        except InputError as error:
            texts = str(error)
        if isinstance(texts, str):
            unread[row.number] = texts
        else:
            filled.append((row, texts, written))
    targets, notes = _targets(table, selection, task, filled, labels_from)
    return Questions(
        source=table.source,
        unit=table.unit,
        columns=tuple(ours for ours in selection.columns if ours not in ("label", "score")),
        questions=tuple(Question(row.number, texts, targets.get(row.number)) for row, texts, _ in filled),
        unread=dict(sorted(unread.items())),
        notes=(*table.notes, *selection.notes, *notes),
    )


def _lines(source: str | Path | bytes, name: str | None) -> Table | None:
    """A file with a text on each line; None for one that is a table."""
    raw, title, ending = opened(source, name)
    if ending not in ("", ".txt") or not raw.strip():
        return None
    decoded = decode(raw, title)
    text = decoded.text.removeprefix("\ufeff")
    first = text.lstrip().splitlines()[0]
    if is_fasttext(text) or first[0] in "{[" or any(map(is_telling, first.split(guess_delimiter(text, ending)))):
        return None
    lines = enumerate(io.StringIO(text, newline=None), 1)
    rows = tuple(Row(number, number, (line.strip("\n"),)) for number, line in lines if line.strip())
    check_length(len(rows), MAX_EXAMPLES, title)
    return Table(title, decoded.encoding, ("text",), "line", rows, ("read as a text on each line",))


def _targets(
    table: Table, selection: Selection, task: Task, filled: Filled, labels_from: Base | None
) -> tuple[dict[int, Target], list[str]]:
    """The right answers by their rows' numbers, where they are given and understood, and notes."""
    given = [(row, written, texts[1:]) for row, texts, written in filled if written]
    column = selection.target[0]
    if task.labels is not None:
        counts, own = Counter(written for _, written, _ in given), set(task.labels)
        labels = counts.keys() - (no_labels(counts, None) - own)
        if len(labels) > len(own):  # -1 beside 0 and 1 is no third class here
            labels = {label for label in labels if label in own or not means_nothing(label)}
        matches, notes = match_labels(sorted(labels), task.labels)
        return {row.number: matches[written] for row, written, _ in given if written in matches}, notes
    reader: ScoreReader | ChoiceReader
    if task.is_regression:
        reader = ScoreReader(column, {written for _, written, _ in given})
    else:
        given = [item for item in given if not means_nothing(item[1])]
        answers = [column for column, _ in selection.texts[1:]]
        reader = ChoiceReader(table, column, given, labels_from, False, answers)
    targets: dict[int, Target] = {}
    faults = []
    for row, written, answers_of in given:
        try:
            if not reader.reason_to_skip(written):
                targets[row.number] = reader.read(written, answers_of)
        except InputError as error:
            faults.append(f"{table.place(row)}: {error}")
    more = f", and {count(len(faults) - 1, 'row')} more" if len(faults) > 1 else ""
    notes = [f"a right answer that is not understood, {faults[0]}{more}"] if faults else []
    return targets, [*reader.notes, *notes]
