"""Which answer is the right one, out of a file's cells: by its number from 1 or from 0, its letter, or its text.

A number says nothing of where counting began: without a 0 and without the number of answers, both may be. Training's
file decides for the test file; else the caller does, or counting from 1 is assumed and said with an example.
"""

import re
from collections.abc import Sequence
from typing import Literal

from gptcore.errors import InputError
from gptcore.tasks.files.cells import as_number
from gptcore.tasks.files.labels import means_nothing
from gptcore.tasks.files.names import plain
from gptcore.tasks.files.rows import Row, Table, shown

Base = Literal[0, 1]
LabelledRow = tuple[Row, str, tuple[str, ...]]
"""A row, its label as written and its answers."""
_LETTER = re.compile(r"[(\[]?([A-Ja-j])[)\].:]{0,2}")


class ChoiceReader:
    """Understands the labels of a whole file.

    Args:
        rows: those of the table that have a label.
        column: the file's column of labels.
        base: what numbers count from, if that is known.
        is_trained: whether training's file says so, not the caller.
        answer_columns: the file's, in order.

    Raises:
        InputError: numbers count from 0 and from 1, or two ways to read them fit and differ.
    """

    def __init__(
        self,
        table: Table,
        column: str,
        rows: Sequence[LabelledRow],
        base: Base | None,
        is_trained: bool,
        answer_columns: Sequence[str],
    ):
        self._column, self._is_trained = f"column {shown(column)}", is_trained
        self._names = [plain(name) for name in answer_columns]
        self._n = len(answer_columns)
        self.notes: list[str] = []
        self.base = base
        ways = {"number": self._number, "letter": _letter, "text": _text, "column": self._by_column}
        n_fits = {
            name: sum(way(label, answers) is not None for _, label, answers in rows) for name, way in ways.items()
        }
        self._how = max(n_fits, key=lambda name: n_fits[name])
        self._place = ways[self._how]
        if self._how != "text" and base is None and n_fits["text"] == len(rows):
            self._refuse_two_meanings(table, rows)
        if self._how == "number":
            self._decide_base(table, rows)
            return
        for row, label, answers in rows:
            if (place := self._place(label, answers)) is not None:
                example = f"in {table.place(row)} {shown(label)} is {shown(answers[place])}"
                self.notes.append(f"labels are the right answers' {self._how}s: {example}")
                break

    def reason_to_skip(self, label: str) -> str | None:
        """Why a row has no label, if it has none."""
        if not label:
            return f"{self._column} is empty"
        return f"label {shown(label)} means no label" if means_nothing(label) else None

    def read(self, label: str, answers: tuple[str, ...]) -> int:
        """Which answer is right, from 0.

        Raises:
            InputError: none of them is meant.
        """
        if self._how == "number":
            number = as_number(label)
            base = 1 if self.base is None else self.base
            if number in range(base, self._n + base):
                return int(number) - base
            why = " as in the training file" if self._is_trained else ""
            other = f"; say labels_from={1 - base} if they count from {1 - base}" if number in (0, self._n) else ""
            raise InputError(
                f"{self._column} holds {shown(label)}; it must be the number of the right answer, counted from {base} "
                f"to {self._n + base - 1}{why}{other}"
            )
        place = self._place(label, answers)
        if place is None:
            what = {"letter": f"a letter from A to {'ABCDEFGHIJ'[self._n - 1]}", "text": "an answer's text"}
            raise InputError(
                f"{self._column} holds {shown(label)}; it must be {what.get(self._how, 'the name of a column')}, as in "
                "other rows"
            )
        return place

    def _number(self, label: str, answers: tuple[str, ...]) -> int | None:
        number = as_number(label)
        return int(number) if number in range(len(answers) + 1) else None

    def _by_column(self, label: str, _: tuple[str, ...]) -> int | None:
        return self._names.index(plain(label)) if self._names.count(plain(label)) == 1 else None

    def _refuse_two_meanings(self, table: Table, rows: Sequence[LabelledRow]) -> None:
        """Where every label is the text of an answer too, both must mean the same."""
        for row, label, answers in rows:
            place, by_text = self._place(label, answers), _text(label, answers)
            if place is None or by_text is None:
                continue
            if place - (self._how == "number") != by_text:
                raise InputError(
                    f"{table.source}, {table.place(row)}: {self._column} holds {shown(label)}, the {self._how} of one "
                    f"answer and the text of answer {by_text + 1}; give the numbers of the right answers, and say "
                    "labels_from=1 if they count from 1"
                )

    def _decide_base(self, table: Table, rows: Sequence[LabelledRow]) -> None:
        """What numbers count from, and a note unless they say so themselves."""
        by_names = self._names[0].endswith("0") and not self._names[0].endswith("10")
        if self.base is not None:
            return
        zeros, lasts = ([row for row, label, _ in rows if as_number(label) == number] for number in (0, self._n))
        if zeros and lasts:
            row, end = (zeros[0], 0) if len(zeros) < len(lasts) else (lasts[0], self._n)
            raise InputError(
                f"{table.source}, {table.place(row)}: {self._column} holds '{end}', but there are both 0 and "
                f"{self._n}; right answers count from 1 to {self._n} or from 0 to {self._n - 1}"
            )
        self.base = 0 if zeros else 1 if lasts or not by_names else 0
        known = (item for item in rows if as_number(item[1]) in range(self.base, self._n + self.base))
        if (example := next(known, None)) is None:
            return
        row, label, answers = example
        said = f"in {table.place(row)} {shown(label)} is {shown(answers[int(as_number(label)) - self.base])}"
        if zeros:
            self.notes.append(f"labels count the answers from 0: {said}")
        elif not lasts:
            why = f"since neither 0 nor {self._n} occurs" if not by_names else "as the answers' columns do"
            self.notes.append(
                f"labels are taken to count the answers from {self.base}, {why}: {said}; "
                f"say labels_from={1 - self.base} if they count from {1 - self.base}"
            )


def _letter(label: str, answers: tuple[str, ...]) -> int | None:
    match = _LETTER.fullmatch(label)
    place = ord(match[1].lower()) - ord("a") if match else len(answers)
    return place if place < len(answers) else None


def _text(label: str, answers: tuple[str, ...]) -> int | None:
    places = [i for i, answer in enumerate(answers) if answer.strip() == label]
    return places[0] if len(places) == 1 else None
