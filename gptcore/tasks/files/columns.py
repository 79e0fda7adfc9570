"""Which of a file's columns holds what: our names for each kind of task, and how a file's own names map to them.

classification    text, label
entailment        premise, hypothesis, label
similarity        text_a, text_b, and score (a number) or label
multiple_choice   context, answer_1 .. answer_N, label (the number of the right answer, from 1)
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from gptcore.errors import InputError
from gptcore.tasks.examples import TEXT_COLUMNS, Kind
from gptcore.tasks.files.header import suggest_places
from gptcore.tasks.files.names import ANSWER, SYNONYMS, is_telling, plain
from gptcore.tasks.files.rows import Table, shown, shown_all

MAX_ANSWERS = 10

TargetColumn = Literal["label", "score"]

_ANSWER = re.compile(r"answer_([1-9]\d?)")


@dataclass(frozen=True)
class Selection:
    """Where in a table's rows the parts of an example stand."""

    texts: tuple[tuple[str, int], ...]
    """(column of the file, its place) in the order in which Example has them."""
    target: tuple[str, int]
    is_score: bool
    """Whether the target is a score, not a label."""
    columns: dict[str, str]
    """Our names to the file's."""
    notes: tuple[str, ...] = ()
    """Which names were taken as ours that are not, and which answers may have been left out."""


def suggest_columns(columns: Sequence[str], kind: Kind) -> dict[str, str]:
    """Our names to the file's columns that seem to mean the same; names without such a column are left out.

    Args:
        columns: the file's, as `gptcore.tasks.files.datasets.columns_of` gives them.
    """
    free = {plain(column): column for column in columns}
    suggested = {}
    for ours, words in SYNONYMS[kind].items():
        if word := next((word for word in words if word in free), None):
            suggested[ours] = free.pop(word)
    if kind == "multiple_choice":
        suggested |= {f"answer_{i}": name for i, name in enumerate(_answer_family(list(free.values())), 1)}
    return suggested


def _answer_family(columns: Sequence[str]) -> list[str]:
    """Columns that are called alike but for a number or a letter, in its order; the largest such family."""
    families: dict[tuple[str, bool], dict[str, str]] = defaultdict(dict)
    for column in columns:
        if match := ANSWER.fullmatch(plain(column)):
            families[match[1], match[2].isdigit()].setdefault(match[2].zfill(2), column)
    largest = max(families.values(), key=len, default={})
    return [largest[which] for which in sorted(largest)]


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
    known, named, guessed = _known(table, kind, columns)
    texts = TEXT_COLUMNS[kind] + (_answers(table, known) if kind == "multiple_choice" else ())
    target = "label"
    if kind == "similarity":
        available = [name for source in (named, known) for name in ("score", "label") if name in source]
        target = wanted or next(iter(available), "score")
    needed = (*texts, target)
    if missing := [ours for ours in needed if ours not in known]:
        raise _missing(table, kind, missing)
    chosen = {ours: known[ours] for ours in needed}
    for ours, column in chosen.items():
        if (times := table.columns.count(column)) > 1:
            raise InputError(
                f"{table.source} has {times} columns called {shown(column)}; rename those that are not {ours}"
            )
        if uses := [name for name, other in chosen.items() if other == column][1:]:
            raise InputError(
                f"column {shown(column)} is to be both {' and '.join((ours, *uses))}; give each a column of its own"
            )
    if kind == "multiple_choice":
        _check_all_answers(table, chosen)
    *text_places, target_place = ((column, table.columns.index(column)) for column in chosen.values())
    notes = []
    unused = [column for column in dict.fromkeys(table.columns) if column and column not in chosen.values()]
    if kind == "multiple_choice" and unused:
        notes.append(f"columns that are not used: {shown_all(unused)}")
    taken = ", ".join(f"{ours}={shown(column)}" for ours, column in chosen.items() if guessed.get(ours) == column)
    if taken:
        notes.insert(0, f"columns taken by their names: {taken}")
    return Selection(tuple(text_places), target_place, target == "score", chosen, tuple(notes))


def with_target(
    table: Table, kind: Kind, columns: Mapping[str, str] | None, wanted: TargetColumn | None = None
) -> Table:
    """The table itself, or with an empty column for the target that it lacks; arguments and errors as above."""
    known, _, _ = _known(table, kind, columns)
    targets = [wanted] if wanted else ["score", "label"] if kind == "similarity" else ["label"]
    if any(target in known for target in targets):
        return table
    rows = tuple(row._replace(cells=(*row.cells, None)) for row in table.rows)
    return replace(table, columns=(*table.columns, targets[0]), rows=rows)


def _known(
    table: Table, kind: Kind, columns: Mapping[str, str] | None
) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Columns of the file by our names; of these, those that the mapping names, and those that are guessed."""
    named = _checked_mapping(table, kind, columns)
    own = {column: column for column in table.columns}
    if "answer_0" in own:  # the file's answer_1 is its second
        own = {column: column for column in own if not _ANSWER.fullmatch(column)}
    known = {**own, **named}
    guessed = _guessed(table, kind, known, named)
    return {**known, **guessed}, named, guessed


def _guessed(table: Table, kind: Kind, known: Mapping[str, str], named: Mapping[str, str]) -> dict[str, str]:
    """Columns for those of our names that neither file nor mapping has, where one alone can be meant."""
    free = [column for column in table.columns if column not in named.values()]
    own = [ours for ours in _names(kind) if ours in known]
    suggested = suggest_columns([column for column in free if column not in own], kind)
    has_answers = any(_ANSWER.fullmatch(ours) for ours in known)
    guessed = {}
    for ours, column in suggested.items():
        if ours in known or (ours.startswith("answer_") and has_answers):
            continue
        words = SYNONYMS[kind].get(ours, ())
        if ours.startswith("answer_") or sum(plain(other) in words for other in free if other not in own) == 1:
            guessed[ours] = column
    if kind == "similarity" and ("score" in known or "label" in known):
        guessed.pop("score", None)
        guessed.pop("label", None)
    return guessed


def _check_all_answers(table: Table, chosen: Mapping[str, str]) -> None:
    """Refuses to leave answers out without a word: of columns A to D, say, a mapping that names A and B."""
    answers = [column for ours, column in chosen.items() if _ANSWER.fullmatch(ours)]
    family = _answer_family([column for column in table.columns if column in answers or column not in chosen.values()])
    if set(answers) < set(family):
        every = ", ".join(f"answer_{i}={shown(column)}" for i, column in enumerate(family, 1))
        raise InputError(
            f"{table.source} has more answers than the {len(answers)} named: say {every}, or take the other columns "
            "out of the file"
        )


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
    needs = f"{kind} needs {', '.join(_names(kind))}{' (score or label)' if kind == 'similarity' else ''}"
    if not table.has_header:
        return InputError(
            f"{table.source} has no header, a first line of column names: it begins with the row "
            f"{shown_all(table.rows[0].cells)}; {needs}: {_by_number(table, kind)}"
        )
    suggested = suggest_columns(table.columns, kind)
    mapping = ", ".join(f"{ours}={shown(column)}" for ours, column in suggested.items() if ours not in table.columns)
    doubt = ""
    if table.delimiter and table.rows and len(table.columns) > 1 and not any(map(is_telling, table.columns)):
        doubt = f"; if these are an example already, the file has no header: {_by_number(table, kind)}"
    return InputError(
        f"{table.source} has no column {shown(missing[0])}; {needs} and the file has {shown_all(table.columns)}; "
        f"say which column is which{f', as in {mapping}' if mapping else ''}{doubt}"
    )


def _by_number(table: Table, kind: Kind) -> str:
    """What to do with a file without column names."""
    places = suggest_places([row.cells for row in table.rows[:100]], TEXT_COLUMNS[kind], _names(kind)[-1])
    by_number = ", ".join(f"{ours}={place}" for ours, place in places.items())
    return f"put these names in a line above, or say which column is which by its number, as in {by_number}"
