"""Labelled examples out of a user's own file.

In: a CSV, TSV or JSON lines file (gptcore.tasks.tables) with the columns of a kind of task (gptcore.tasks.columns).
Out: a Dataset of which every example can be used, or an error that leads to the first row that cannot.

Texts stay as they are, but for line ends, which become "\\n". Labels are names: spaces around them go, and "1" and
"1.0" are two labels, as "Yes" and "yes" are; a note says so where a file has both.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gptcore.errors import InputError
from gptcore.tasks.columns import Selection, TargetColumn, select_columns
from gptcore.tasks.examples import KINDS, Example, Kind, Target
from gptcore.tasks.tables import read_table, shown, shown_all

MAX_TEXT_CHARACTERS = 20_000
MAX_LABELS = 100
MAX_LABEL_CHARACTERS = 100
MAX_SCORE = 1e6
_SMALLEST_SPREAD = 1e-6
"""Scores are learnt in units of their spread; one that rounds to nothing cannot be divided by."""
_NO_CHARACTER = re.compile("[\0\ud800-\udfff]")


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
) -> Dataset:
    """Reads a file of labelled examples.

    Args:
        source: a path, or the bytes of a file.
        kind: of the task; it says which columns are needed.
        columns: our column names to the file's, where they differ.
        name: what to call bytes, and by its ending whether they are JSON; never opened.
        labels: the only labels there may be (training's); None takes those in the file.

    Raises:
        InputError: anything about the file that keeps one of its rows from being used.
    """
    return _read(source, kind, columns, name, labels, None if labels is None else "label")


def read_test_examples(
    source: str | Path | bytes, train: Dataset, columns: Mapping[str, str] | None = None, name: str | None = None
) -> Dataset:
    """Reads examples to test what was learnt from `train`: of the same kind, with its labels or with scores like it.

    Raises:
        InputError: as in `read_examples`, or there is a label that `train` has not.
    """
    wanted = None if train.kind != "similarity" else "score" if train.is_regression else "label"
    return _read(source, train.kind, columns, name, train.labels, wanted)


def columns_of(source: str | Path | bytes, name: str | None = None) -> tuple[str, ...]:
    """The names of a file's columns, each once.

    Raises:
        InputError: the file is no table.
    """
    return tuple(dict.fromkeys(read_table(source, name).columns))


def require_trainable(dataset: Dataset) -> Dataset:
    """The dataset itself, if there is something to learn from it.

    Raises:
        InputError: one example only, one class only, or all scores alike.
    """
    if len(dataset.examples) < 2:
        raise InputError(f"{dataset.source} has one example; training needs at least 2")
    if dataset.labels is not None and len(present := [k for k, n in dataset.class_counts.items() if n]) < 2:
        raise InputError(
            f"{dataset.source} has only examples of {shown(present[0])}; training needs at least two labels"
        )
    if dataset.is_regression:
        scores = [example.target for example in dataset.examples]
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
) -> Dataset:
    if kind not in KINDS:
        raise InputError(f"task must be one of {', '.join(KINDS)}, not {shown(kind)}")
    table = read_table(source, name)
    selection = select_columns(table, kind, columns, wanted)
    if not table.rows:
        raise InputError(f"{table.source} has column names but no examples; add a row for each")
    target_of = _target_reader(kind, selection, labels)
    examples = []
    for number, cells in table.rows:
        try:
            texts = tuple(_text(cells[place], column) for column, place in selection.texts)
            examples.append(Example(texts, target_of(cells[selection.target[1]])))
        except InputError as error:
            raise InputError(f"{table.source}, {table.unit} {number:,}: {error}") from error
    is_labelled = kind != "multiple_choice" and not selection.is_score
    found = sorted({example.target for example in examples}) if is_labelled else []
    return Dataset(
        kind=kind,
        examples=tuple(examples),
        labels=tuple(found if labels is None else labels) if is_labelled else None,
        n_answers=len(selection.texts) - 1 if kind == "multiple_choice" else None,
        source=table.source,
        encoding=table.encoding,
        notes=(*table.notes, *_look_alikes(found)),
    )


def _target_reader(kind: Kind, selection: Selection, labels: Sequence[str] | None) -> Callable[[Any], Target]:
    column = f"column {shown(selection.target[0])}"
    if kind == "multiple_choice":
        return lambda cell: _choice(cell, column, len(selection.texts) - 1)
    if selection.is_score:
        return lambda cell: _score(cell, column)
    seen: set[str] = set()
    return lambda cell: _label(cell, column, seen, labels)


def _text(cell: Any, column: str) -> str:
    """The one place that says what a text is: something visible that UTF-8 can hold, not too long."""
    text = _plain(cell, f"column {shown(column)}").replace("\r\n", "\n").replace("\r", "\n")
    if not any(character.isprintable() and not character.isspace() for character in text):
        raise InputError(f"column {shown(column)} is empty; write a text, or take the row out")
    if len(text) > MAX_TEXT_CHARACTERS:
        raise InputError(
            f"column {shown(column)} has {len(text):,} characters ({shown(text)}); at most {MAX_TEXT_CHARACTERS:,} are "
            "read; shorten it"
        )
    return text


def _label(cell: Any, column: str, seen: set[str], known: Sequence[str] | None) -> str:
    label = _plain(cell, column).strip()
    if not label:
        raise InputError(f"{column} is empty; every example needs a label")
    if known is not None:
        if label not in known:
            raise InputError(f"{column} holds {shown(label)}, not one of training's labels ({shown_all(known)})")
        return label
    if len(label) > MAX_LABEL_CHARACTERS or not label.isprintable():
        raise InputError(
            f"{column} holds {shown(label)}; a label is one line of at most {MAX_LABEL_CHARACTERS} characters: is this "
            "the column of the labels?"
        )
    seen.add(label)
    if len(seen) > MAX_LABELS:
        raise InputError(
            f"{column} holds {shown(label)}, its label number {len(seen)}; at most {MAX_LABELS} are read: is this the "
            "column of the labels?"
        )
    return label


def _score(cell: Any, column: str) -> float:
    written = _plain(cell, column).strip()
    score = _number(written)
    if not abs(score) <= MAX_SCORE:  # not a number compares false too
        raise InputError(
            f"{column} holds {shown(written)}; a score is a number like 3.5, from {-MAX_SCORE:,.0f} to {MAX_SCORE:,.0f}"
        )
    return score


def _choice(cell: Any, column: str, n_answers: int) -> int:
    written = _plain(cell, column).strip()
    number = _number(written)
    if number not in range(1, n_answers + 1):
        raise InputError(
            f"{column} holds {shown(written)}; it must be the number of the right answer, counted from 1 to {n_answers}"
        )
    return int(number) - 1


def _number(written: str) -> float:
    """Not a number where none is written in digits."""
    try:
        return math.nan if "_" in written else float(written)
    except ValueError:
        return math.nan


def _plain(cell: Any, column: str) -> str:
    """A cell as it would stand in CSV."""
    if isinstance(cell, list | dict):
        raise InputError(f"{column} holds {shown(cell)}; give one value")
    if isinstance(cell, bool):
        return "true" if cell else "false"
    text = "" if cell is None else str(cell)
    if found := _NO_CHARACTER.search(text):
        raise InputError(f"{column} holds {shown(found[0])}, which is no character; take it out of {shown(text)}")
    return text


def _look_alikes(labels: Sequence[str]) -> list[str]:
    groups: dict[Any, list[str]] = {}
    for label in labels:
        number = _number(label)
        groups.setdefault(label.casefold() if math.isnan(number) else number, []).append(label)
    return [f"labels {shown_all(group)} are taken as different ones" for group in groups.values() if len(group) > 1]
