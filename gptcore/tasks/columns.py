"""Which of a file's columns holds what: our names for each kind of task, and how a file's own names map to them.

classification    text, label
entailment        premise, hypothesis, label
similarity        text_a, text_b, and score (a number) or label
multiple_choice   context, answer_1 .. answer_N, label (the number of the right answer, from 1)
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from gptcore.errors import InputError
from gptcore.tasks.examples import TEXT_COLUMNS, Kind
from gptcore.tasks.tables import Table, shown, shown_all

MAX_ANSWERS = 10

TargetColumn = Literal["label", "score"]

_ANSWER = re.compile(r"answer_([1-9]\d?)")

_LABELS = ("label", "labels", "gold_label", "class", "category", "target", "gold")
_SYNONYMS: dict[Kind, dict[str, tuple[str, ...]]] = {
    "classification": {
        "text": ("text", "sentence", "review", "phrase", "comment", "tweet", "message", "content", "document"),
        "label": (*_LABELS, "sentiment", "rating", "stars"),
    },
    "entailment": {
        "premise": ("premise", "sentence1", "sentence_1", "text_a", "text"),
        "hypothesis": ("hypothesis", "sentence2", "sentence_2", "text_b", "claim"),
        "label": (*_LABELS, "entailment", "entailment_judgment"),
    },
    "similarity": {
        "text_a": ("text_a", "sentence1", "sentence_1", "sentence_a", "text1", "text_1", "question1", "a"),
        "text_b": ("text_b", "sentence2", "sentence_2", "sentence_b", "text2", "text_2", "question2", "b"),
        "score": ("score", "similarity", "similarity_score", "relatedness", "relatedness_score", "gold_score"),
        "label": (*_LABELS, "is_duplicate", "paraphrase", "quality"),
    },
    "multiple_choice": {
        "context": ("context", "passage", "story", "document", "article", "text", "prompt", "question"),
        "label": (*_LABELS, "answer", "correct", "correct_answer", "right_answer"),
    },
}
_ANSWER_SYNONYM = re.compile(r"(?:(?:answer|choice|option|ending|alternative)_?)?(\d{1,2}|[a-j])")


@dataclass(frozen=True)
class Selection:
    """Where in a table's rows the parts of an example stand."""

    texts: tuple[tuple[str, int], ...]
    """(column of the file, its place) in the order in which Example has them."""
    target: tuple[str, int]
    is_score: bool
    """Whether the target is a score, not a label."""


def suggest_columns(columns: Sequence[str], kind: Kind) -> dict[str, str]:
    """Our names to the file's columns that seem to mean the same; names without such a column are left out.

    Args:
        columns: the file's, as `gptcore.tasks.datasets.columns_of` gives them.
    """
    free = {re.sub(r"[\W_]+", "_", column.casefold()).strip("_"): column for column in columns}
    found = {}
    for ours, words in _SYNONYMS[kind].items():
        if word := next((word for word in words if word in free), None):
            found[ours] = free.pop(word)
    if kind == "multiple_choice":
        answers = [(match[1].zfill(2), word) for word in free if (match := _ANSWER_SYNONYM.fullmatch(word))]
        found |= {f"answer_{i}": free[word] for i, (_, word) in enumerate(sorted(answers), 1)}
    return found


def select_columns(
    table: Table, kind: Kind, columns: Mapping[str, str] | None, wanted: TargetColumn | None = None
) -> Selection:
    """Finds the columns that a kind of task needs.

    Args:
        columns: our names to the file's, where they differ.
        wanted: for similarity, which target to read; None takes the one that `columns` names, else the score if the
            file has both.

    Raises:
        InputError: a column is missing, stands there twice or is used twice, or the mapping names none of ours.
    """
    named = _checked_mapping(table, kind, columns)
    known = {**{column: column for column in table.columns}, **named}
    texts = TEXT_COLUMNS[kind] + (_answers(table, known) if kind == "multiple_choice" else ())
    target = "label"
    if kind == "similarity":
        available = [name for source in (named, known) for name in ("score", "label") if name in source]
        target = wanted or next(iter(available), "score")
    needed = (*texts, target)
    if missing := [ours for ours in needed if ours not in known]:
        raise _missing(table, kind, missing)
    chosen = [known[ours] for ours in needed]
    for ours, column in zip(needed, chosen, strict=True):
        if (times := table.columns.count(column)) > 1:
            raise InputError(
                f"{table.source} has {times} columns called {shown(column)}; rename those that are not {ours}"
            )
        if chosen.count(column) > 1:
            uses = " and ".join(name for name, other in zip(needed, chosen, strict=True) if other == column)
            raise InputError(f"column {shown(column)} is to be both {uses}; give each a column of its own")
    *text_places, target_place = ((column, table.columns.index(column)) for column in chosen)
    return Selection(tuple(text_places), target_place, target == "score")


def _checked_mapping(table: Table, kind: Kind, columns: Mapping[str, str] | None) -> dict[str, str]:
    if columns is not None and not isinstance(columns, Mapping):
        raise InputError(f"columns must map our names to the file's, as in {_names(kind)[0]}=…, not {shown(columns)}")
    for ours, column in (columns or {}).items():
        is_answer = kind == "multiple_choice" and isinstance(ours, str) and _ANSWER.fullmatch(ours)
        if ours not in _names(kind) and not is_answer:
            raise InputError(f"{kind} has no column {shown(ours)}; map some of {', '.join(_names(kind))}")
        if column not in table.columns:
            raise InputError(
                f"{table.source} has no column {shown(column)} to take as {ours}; it has {shown_all(table.columns)}"
            )
    return dict(columns or {})


def _names(kind: Kind) -> tuple[str, ...]:
    answers = ("answer_1", "answer_2") if kind == "multiple_choice" else ()
    return (*TEXT_COLUMNS[kind], *answers, *(("score",) if kind == "similarity" else ()), "label")


def _answers(table: Table, known: Mapping[str, str]) -> tuple[str, ...]:
    """answer_1 to answer_N; at least two, whether the file has them or not."""
    last = max((int(match[1]) for name in known if (match := _ANSWER.fullmatch(name))), default=2)
    if last > MAX_ANSWERS:
        raise InputError(f"{table.source} has a column 'answer_{last}'; at most {MAX_ANSWERS} answers are read")
    return tuple(f"answer_{i}" for i in range(1, max(2, last) + 1))


def _missing(table: Table, kind: Kind, missing: Sequence[str]) -> InputError:
    suggested = suggest_columns(table.columns, kind)
    mapping = ", ".join(f"{ours}={shown(suggested[ours])}" for ours in missing if ours in suggested)
    header = "put the column names in a line above the first example, or " if table.unit == "row" else ""
    return InputError(
        f"{table.source} has no column {shown(missing[0])}; {kind} needs {', '.join(_names(kind))}"
        f"{' (score or label)' if kind == 'similarity' else ''} and the file has {shown_all(table.columns)}; "
        f"{header}say which column is which{f', as in {mapping}' if mapping else ''}"
    )
