"""What was understood of a labelled file, to be looked at before anything learns from it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gptcore.errors import InputError
from gptcore.tasks.examples import TEXT_COLUMNS, Example, Kind
from gptcore.tasks.files.choices import Base
from gptcore.tasks.files.datasets import Dataset, read_examples, read_test_examples, require_trainable, table_of

_FIRST = 3
_RAW_CHARACTERS = 200


@dataclass(frozen=True)
class Understanding:
    """A file in short."""

    rows: int
    """Examples that can be used."""
    classes: dict[str, int]
    """Examples of each label, or of each number of the right answer, from 1; empty for scores."""
    skipped: dict[str, int]
    """Rows that were left out, by reason."""
    first: tuple[dict[str, Any], ...]
    """The first three examples, in our own columns."""
    notes: tuple[str, ...]
    """What was decided without asking, a sentence each."""
    encoding: str
    delimiter: str | None
    """What stands between cells; None where that means nothing."""
    columns: dict[str, str]
    """Our columns to the file's."""


def understanding(dataset: Dataset) -> Understanding:
    """A dataset in short."""
    targets = [example.target for example in dataset.examples]
    if dataset.kind == "multiple_choice":
        right = Counter(targets)
        classes = {str(i + 1): right[i] for i in range(dataset.n_answers or 0)}
    else:
        classes = dataset.class_counts
    return Understanding(
        rows=len(targets),
        classes=classes,
        skipped=dataset.skipped,
        first=tuple(as_row(dataset.kind, example, dataset.is_regression) for example in dataset.examples[:_FIRST]),
        notes=dataset.notes,
        encoding=dataset.encoding,
        delimiter=dataset.delimiter,
        columns=dataset.columns,
    )


def as_row(kind: Kind, example: Example, is_score: bool) -> dict[str, Any]:
    """An example as a row of our own columns; right answers are counted from 1."""
    answers = [f"answer_{i}" for i in range(1, len(example.texts) - len(TEXT_COLUMNS[kind]) + 1)]
    row = dict(zip((*TEXT_COLUMNS[kind], *answers), example.texts, strict=True))
    target = int(example.target) + 1 if kind == "multiple_choice" else example.target
    return {**row, "score" if is_score else "label": target}


@dataclass(frozen=True)
class Look:
    """What came of reading a file: an understanding, or what is wrong with it. Small, whatever the file's size."""

    columns: tuple[str, ...]
    """That an example's parts may be taken from."""
    understood: Understanding | None = None
    data: Dataset | None = None
    """Without its examples: enough to read a test file by."""
    problem: str = ""
    """For people; "" if there is none."""
    raw: tuple[dict[str, str], ...] = ()
    """The first three rows as they stand there, where there is a problem."""


def look(
    file: str | Path,
    kind: Kind,
    columns: Mapping[str, str] | None = None,
    name: str | None = None,
    labels_from: Base | None = None,
    train: Dataset | None = None,
) -> Look:
    """Reads a file as fine-tuning would.

    Args:
        file, kind, columns, name, labels_from: as `gptcore.tasks.files.datasets.read_examples` takes them.
        train: of a test file, what it is to be tested on.
    """
    try:
        if train is None:
            data = require_trainable(read_examples(file, kind, columns, name, labels_from=labels_from))
        else:
            data = read_test_examples(file, train, columns, name)
    except InputError as error:
        return _problem(str(error), file, kind, name)
    return Look(data.all_columns, understanding(data), replace(data, examples=()))


def _problem(problem: str, file: str | Path, kind: Kind, name: str | None) -> Look:
    try:
        table = table_of(file, name, kind)
    except InputError:
        return Look((), problem=problem)
    names = tuple(column for column in dict.fromkeys(table.columns) if column)
    rows = (dict(zip(table.columns, row.cells, strict=True)) for row in table.rows[:_FIRST])
    raw = tuple({name: str(row[name])[:_RAW_CHARACTERS] for name in names} for row in rows)
    return Look(names, problem=problem, raw=raw)
