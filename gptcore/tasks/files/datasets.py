"""Labelled examples out of a user's own file.

In: a CSV, TSV, JSON, Parquet or fastText file (gptcore.tasks.files.tables), one of the well-known layouts
(gptcore.tasks.files.layouts) or with the columns of a kind of task (gptcore.tasks.files.columns).
Out: a Dataset of which every example can be used. Rows without a text or a label are skipped and counted; any other
fault is an error that leads to its row.

Texts stay as they are, but for line ends, which become "\\n". Labels are names: spaces around them go, and "1" and
"1.0" are two labels, as "Yes" and "yes" are; a note says so where a file has both.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from gptcore.errors import InputError
from gptcore.tasks.examples import KINDS, Example, Kind, Target
from gptcore.tasks.files.cells import as_text, as_written
from gptcore.tasks.files.choices import Base, ChoiceReader
from gptcore.tasks.files.columns import Selection, TargetColumn, select_columns
from gptcore.tasks.files.labels import LabelReader, means_nothing
from gptcore.tasks.files.layouts.adapting import adapted
from gptcore.tasks.files.rows import Row, Skipped, Table, count, shown
from gptcore.tasks.files.scores import ScoreReader
from gptcore.tasks.files.tables import read_table

_Value = TypeVar("_Value")
_SMALLEST_SPREAD = 1e-6
"""Scores are learnt in units of their spread; one that rounds to nothing cannot be divided by."""


@dataclass(frozen=True)
class Dataset:
    """A file's examples, at least one."""

    kind: Kind
    examples: tuple[Example, ...]
    labels: tuple[str, ...] | None
    """Names of the classes, sorted (or training's, where those were given); None for scores and multiple choice."""
    n_answers: int | None
    """Answers of each example; None but for multiple choice."""
    source: str
    """The file's name, for people."""
    encoding: str
    notes: tuple[str, ...]
    """What was decided without asking, a sentence each, for people."""
    skipped: dict[str, int] = field(default_factory=dict)
    """Rows that were left out, by reason."""
    columns: dict[str, str] = field(default_factory=dict)
    """Our names for an example's parts to the file's columns."""
    all_columns: tuple[str, ...] = ()
    """Every column that could be taken, each once."""
    delimiter: str | None = None
    """What stands between cells; None where that means nothing."""
    labels_from: Base | None = None
    """What the numbers of right answers count from; None where none do."""

    @property
    def is_regression(self) -> bool:
        """Whether the targets are scores."""
        return self.kind == "similarity" and self.labels is None

    @property
    def class_counts(self) -> dict[str, int]:
        """Examples of each label; empty where there are none."""
        counts = Counter(example.target for example in self.examples)
        return {label: counts[label] for label in self.labels or ()}


def read_examples(
    source: str | Path | bytes,
    kind: Kind,
    columns: Mapping[str, str] | None = None,
    name: str | None = None,
    labels: Sequence[str] | None = None,
    labels_from: Base | None = None,
) -> Dataset:
    """Reads a file of labelled examples.

    Args:
        source: a path, or the bytes of a file.
        kind: of the task; it says which columns are needed.
        columns: our column names to the file's, where they differ; in a file without column names, to their numbers.
        name: what to call the file, and by its ending whether it is JSON; never opened.
        labels: the only labels there may be (training's); None takes those in the file.
        labels_from: what the numbers of right answers count from; None goes by the file.

    Raises:
        InputError: anything about the file that keeps it from being understood, or none of its rows can be used.
    """
    wanted: TargetColumn | None = None if labels is None else "label"
    return _read(source, kind, columns, name, labels, wanted, labels_from, False)


def read_test_examples(
    source: str | Path | bytes, train: Dataset, columns: Mapping[str, str] | None = None, name: str | None = None
) -> Dataset:
    """Reads examples to test what was learnt from `train`: of the same kind, with its labels or with scores like it.

    Raises:
        InputError: as in `read_examples`, or there is a label that `train` has not.
    """
    wanted: TargetColumn | None = None if train.kind != "similarity" else "score" if train.is_regression else "label"
    test = _read(source, train.kind, columns, name, train.labels, wanted, train.labels_from, True)
    if test.n_answers != train.n_answers:
        raise InputError(f"{test.source} has {test.n_answers} answers, but {train.source} has {train.n_answers}")
    return test


def columns_of(source: str | Path | bytes, name: str | None = None, kind: Kind | None = None) -> tuple[str, ...]:
    """The names of a file's columns, each once; without `kind` as they stand there, whatever its layout.

    Raises:
        InputError: the file is no table.
    """
    return _names(table_of(source, name, kind))


def table_of(source: str | Path | bytes, name: str | None = None, kind: Kind | None = None) -> Table:
    """A file's rows before anything is made of them, but for its layout; as they stand there without `kind`.

    Raises:
        InputError: the file is no table.
    """
    table = read_table(source, name)
    return adapted(table, kind) if kind else table


def require_trainable(dataset: Dataset) -> Dataset:
    """The dataset itself, if there is something to learn from it.

    Raises:
        InputError: one example only, one class only, or all scores alike.
    """
    if len(dataset.examples) < 2:
        skipped = "; " + "; ".join(dataset.notes) if dataset.skipped else ""
        raise InputError(f"{dataset.source} has one example; training needs at least 2{skipped}")
    if dataset.labels is not None and len(present := [k for k, n in dataset.class_counts.items() if n]) < 2:
        raise InputError(
            f"{dataset.source} has only examples of {shown(present[0])}; training needs at least two labels"
        )
    if dataset.is_regression:
        scores = [float(example.target) for example in dataset.examples]
        if max(scores) - min(scores) < _SMALLEST_SPREAD:
            raise InputError(f"every score in {dataset.source} is {scores[0]:g}; training needs scores that differ")
    return dataset


def _read(
    source: str | Path | bytes,
    kind: Kind,
    columns: Mapping[str, str] | None,
    name: str | None,
    labels: Sequence[str] | None,
    wanted: TargetColumn | None,
    labels_from: Base | None,
    is_test: bool,
) -> Dataset:
    if kind not in KINDS:
        raise InputError(f"task must be one of {', '.join(KINDS)}, not {shown(kind)}")
    check_labels_from(labels_from, kind)
    table = open_table(source, name, kind, columns)
    selection = select_columns(table, kind, columns, wanted)
    if not table.rows:
        raise InputError(f"{table.source} has column names but no examples; add a row for each")
    filled, skipped = _filled(table, selection)
    reader: ChoiceReader | ScoreReader | LabelReader
    if kind == "multiple_choice":
        given = [(row, target, texts[1:]) for row, texts, target in filled if target and not means_nothing(target)]
        reader = ChoiceReader(
            table, selection.target[0], given, labels_from, is_test, [column for column, _ in selection.texts[1:]]
        )
    elif selection.is_score:
        reader = ScoreReader(selection.target[0], {target for *_, target in filled if target})
    else:
        reader = LabelReader(selection.target[0], Counter(target for *_, target in filled if target), labels)
    examples = []
    for row, texts, target in filled:
        if reason := reader.reason_to_skip(target):
            skipped.append(Skipped(row, reason))
            continue
        value: Target = _at(table, row, lambda: reader.read(target, texts[1:]))  # noqa: B023
        examples.append(Example(texts, value))
    if not examples:
        raise InputError(f"{table.source} has no example that can be used: {'; '.join(_skip_notes(table, skipped))}")
    is_labelled = kind != "multiple_choice" and not selection.is_score
    if labels is None and is_labelled:
        labels = sorted({str(example.target) for example in examples})
    return Dataset(
        kind=kind,
        examples=tuple(examples),
        labels=tuple(labels) if labels is not None and is_labelled else None,
        n_answers=len(selection.texts) - 1 if kind == "multiple_choice" else None,
        source=table.source,
        encoding=table.encoding,
        notes=(*_notes(table, selection), *reader.notes, *_skip_notes(table, skipped)),
        skipped={
            **({f"blank {table.unit}": table.n_blank} if table.n_blank else {}),
            **Counter(skip.reason for skip in skipped),
        },
        columns=selection.columns,
        all_columns=_names(table),
        delimiter=table.delimiter,
        labels_from=reader.base if isinstance(reader, ChoiceReader) else None,
    )


def check_labels_from(labels_from: Base | None, kind: Kind) -> None:
    """Raises:
    InputError: it is neither 0 nor 1, or the kind of task has no right answers to count.
    """
    if labels_from not in (None, 0, 1):
        raise InputError(f"labels_from must be 0 or 1, not {shown(labels_from)}")
    if labels_from is not None and kind != "multiple_choice":
        raise InputError(f"labels_from says what right answers count from; {kind} has none")


def open_table(
    source: str | Path | bytes,
    name: str | None,
    kind: Kind,
    columns: Mapping[str, str] | None,
    is_strict: bool = True,
) -> Table:
    """A file's rows, its layout undone; columns that are named by numbers say that the file has no names for them.

    Raises:
        InputError: the file is no table.
    """
    table = read_table(source, name, is_strict=is_strict)
    named = list(columns.values()) if isinstance(columns, Mapping) else []
    by_number = bool(named) and all(isinstance(column, str) and column.isdecimal() for column in named)
    if by_number and table.has_header and table.delimiter and not set(named) & set(table.columns):
        table = read_table(source, name, header=False, is_strict=is_strict)
    return adapted(table, kind)


def _filled(table: Table, selection: Selection) -> tuple[list[tuple[Row, tuple[str, ...], str]], list[Skipped]]:
    """Rows with their texts and the target as written, and those that lack a text."""
    filled, skipped = [], list(table.skipped)
    target_column, target_place = selection.target
    for row in table.rows:
        texts = _at(table, row, lambda: texts_in(row, selection))  # noqa: B023
        if isinstance(texts, str):
            skipped.append(Skipped(row, texts))
            continue
        target = _at(table, row, lambda: as_written(row.cells[target_place], target_column).strip())  # noqa: B023
        filled.append((row, texts, target))
    return filled, skipped


def texts_in(row: Row, selection: Selection) -> tuple[str, ...] | str:
    """The texts of a row's example, or why there is none.

    Raises:
        InputError: a cell holds no text.
    """
    texts = []
    for column, place in selection.texts:
        if (text := as_text(row.cells[place], column)) is None:
            return f"column {shown(column)} is empty"
        texts.append(text)
    return tuple(texts)


def _at(table: Table, row: Row, read: Callable[[], _Value]) -> _Value:
    try:
        return read()
    except InputError as error:
        raise InputError(f"{table.source}, {table.place(row)}: {error}") from error


def _names(table: Table) -> tuple[str, ...]:
    return tuple(column for column in dict.fromkeys(table.columns) if column)


def _notes(table: Table, selection: Selection) -> list[str]:
    blank = [f"{count(table.n_blank, f'blank {table.unit}')} skipped"] if table.n_blank else []
    return [*table.notes, *blank, *selection.notes]


def _skip_notes(table: Table, skipped: Sequence[Skipped]) -> list[str]:
    """A sentence for each reason, with the first row that it holds for."""
    by_reason: dict[str, list[Row]] = {}
    for row, reason in skipped:
        by_reason.setdefault(reason, []).append(row)
    return [
        f"{count(len(rows), table.unit)} skipped, {'first ' * (len(rows) > 1)}{table.place(rows[0])}: {reason}"
        for reason, rows in by_reason.items()
    ]
