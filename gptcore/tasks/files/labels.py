"""Names of classes out of a file's cells, and which of them say that there is none.

Nobody's label are: an empty cell; "-" (SNLI: the judges did not agree) unless "+" is a label too; "nan", "null" and
the like, which programs write for an empty cell; and -1 (GLUE's hidden labels, SNLI in Hugging Face's datasets) unless
it is one of the classes -1 and 1, or -1, 0 and 1, or other labels are below zero too. Words that may be meant,
"None" and "NA", are labels. Where training has a label, it is one in the test file too.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from gptcore.errors import InputError
from gptcore.tasks.files.cells import as_number
from gptcore.tasks.files.rows import shown, shown_all

MAX_LABELS = 100
MAX_LABEL_CHARACTERS = 100
_EMPTY_WORDS = ("nan", "NaN", "NAN", "null", "NULL", "<NA>", "#N/A")
_DOUBTFUL_WORDS = ("None", "none", "NA", "N/A", "n/a", "na")
_DASHES = ("-", "–", "—", "--")
_RARE = 0.25
"""Of the rarest other class: a class -1 between 0 and 1 is not as rare as rows that nobody labelled."""


def means_nothing(value: str) -> bool:
    """Whether a value says that there is no label, wherever it is not one of the classes."""
    return value in _EMPTY_WORDS or value in _DASHES or as_number(value) == -1


def no_labels(counts: Mapping[str, int], known: Sequence[str] | None) -> set[str]:
    """Which of the values in a label's column mean that there is no label.

    Args:
        counts: rows of each value that is not empty.
        known: training's labels, for a test file.
    """
    marks = set(filter(means_nothing, counts))
    if known is not None:
        return marks - set(known)
    others = {value: n for value, n in counts.items() if value not in marks}
    numbers = [as_number(value) for value in others]
    if any(value in ("+", "++") for value in others):
        marks -= set(_DASHES)
    minus = {value for value in marks if as_number(value) == -1}
    if minus and others and not any(map(math.isnan, numbers)):
        n_minus = sum(counts[value] for value in minus)
        is_middle = set(numbers) == {0, 1} and n_minus >= _RARE * min(others.values())
        if min(numbers) < -1 or set(numbers) in ({1}, {0}) or is_middle:
            marks -= minus
    return marks


def _notes_on(labels: Sequence[str]) -> list[str]:
    notes = [
        f"label {shown(value)} is taken as a class beside {shown_all(label for label in labels if label != value)}"
        for value in labels
        if means_nothing(value)
    ]
    notes += [
        f"label {shown(value)} is taken as a class; leave the cell empty where there is no label"
        for value in labels
        if value in _DOUBTFUL_WORDS
    ]
    groups: dict[Any, list[str]] = {}
    for label in labels:
        number = as_number(label)
        groups.setdefault(label.casefold() if math.isnan(number) else number, []).append(label)
    alike = [f"labels {shown_all(group)} are taken as different ones" for group in groups.values() if len(group) > 1]
    return notes + alike


class LabelReader:
    """Checks the labels of a file, row by row."""

    def __init__(self, column: str, counts: Counter[str], known: Sequence[str] | None):
        self._column, self._known = f"column {shown(column)}", known
        self._marks = no_labels(counts, known)
        self._seen: set[str] = set()

    @property
    def notes(self) -> list[str]:
        """What was decided without asking."""
        return _notes_on(sorted(self._seen)) if self._known is None else []

    def reason_to_skip(self, label: str) -> str | None:
        """Why a row has no label, if it has none."""
        if not label:
            return f"{self._column} is empty"
        return f"label {shown(label)} means no label" if label in self._marks else None

    def read(self, label: str, _: tuple[str, ...] = ()) -> str:
        """The label itself.

        Raises:
            InputError: it can be none, or there are too many.
        """
        if self._known is not None:
            if label not in self._known:
                raise InputError(
                    f"{self._column} holds {shown(label)}, not one of training's labels ({shown_all(self._known)})"
                )
            return label
        if len(label) > MAX_LABEL_CHARACTERS or not label.isprintable():
            raise InputError(
                f"{self._column} holds {shown(label)}; a label is one line of at most {MAX_LABEL_CHARACTERS} "
                "characters: is this the column of the labels?"
            )
        self._seen.add(label)
        if len(self._seen) > MAX_LABELS:
            raise InputError(
                f"{self._column} holds {shown(label)}, its label number {len(self._seen)}; at most {MAX_LABELS} are "
                "read: is this the column of the labels?"
            )
        return label
