"""A learner's own labelled files in the fine-tuning form: what is understood of them is shown before a run starts."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from app.lab import cache, keys
from app.lab import text as content
from app.lab.cache import KeptFile
from app.lab.own_file import own_file, say
from app.shared import learner, state
from app.shared.table import show_table
from gptcore.errors import GPTCoreError, InputError
from gptcore.lab.task_files import keep_labelled
from gptcore.tasks.examples import KINDS, TEXT_COLUMNS, Kind
from gptcore.tasks.files.choices import Base
from gptcore.tasks.files.columns import suggest_columns
from gptcore.tasks.files.tables import ENDINGS
from gptcore.tasks.files.understanding import Look

Columns = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class LabelledFiles:
    """Examples to fine-tune on, as a form has them."""

    kind: Kind
    train: str
    """Path; likewise of test."""
    test: str
    title: str
    columns: dict[str, str] | None = None
    """Our names to the files'."""
    labels_from: Base | None = None
    is_long: bool = True
    """Whether texts may be long: short ones keep but one core busy."""
    ours: str | None = None
    """The task of the story world that they are of."""
    n_examples: int | None = None
    """Of such a task, to learn from."""


def own_examples() -> None:
    """Draws the choice of files, of what is which in them, and what is understood."""
    kind = st.selectbox(
        "Kind of task",
        KINDS,
        key=_key("kind"),
        format_func=lambda kind: kind.replace("_", " ").capitalize(),
        persist_state="session",
    )
    st.caption(content.OWN_TASK)
    train = _file("train")
    columns: Columns = ()
    if train:
        with _told_in_place():
            columns = _boxes(kind, train)
            _show(cache.labelled(kind, train, columns, _labels_from(kind)), content.TRAINING_FILE)
    test = _file("test")
    if train and test:
        with _told_in_place():
            _show(cache.labelled(kind, train, columns, _labels_from(kind), test), content.TEST_FILE)


def own_files() -> LabelledFiles:
    """The chosen files; for callbacks.

    Raises:
        InputError: a file is missing, or cannot be used.
    """
    kind: Kind = state.get(_key("kind"), KINDS[0])
    train, test = (state.get(_key(f"{part}_file")) for part in content.OWN_FILES)
    if not (train and test):
        raise InputError("choose two files: one to learn from and one to test on")
    columns, labels_from = _chosen(kind, train), _labels_from(kind)
    for part in (None, test):
        if problem := cache.labelled(kind, train, columns, labels_from, part).problem:
            raise InputError(problem)
    return LabelledFiles(kind, train.path, test.path, "own examples", dict(columns) or None, labels_from)


def _key(name: str) -> str:
    return keys.FINETUNE.format(name)


def _file(part: str) -> KeptFile | None:
    return own_file(content.OWN_FILES[part], ENDINGS, _key(part), _keep)


def _keep(raw: bytes, name: str) -> KeptFile:
    return KeptFile(str(keep_labelled(learner.STORE.home, raw, name)), name)


def _parts(kind: Kind, columns: Mapping[str, str]) -> dict[str, Any]:
    """Columns by the box that holds them, as a mapping has them: those of answers share one."""
    target = "score" if kind == "similarity" and "label" not in columns else "label"
    parts: dict[str, Any] = {ours: columns.get(ours) for ours in TEXT_COLUMNS[kind]}
    if kind == "multiple_choice":
        n_answers = sum(ours.startswith("answer_") for ours in columns)
        parts["answers"] = [columns[f"answer_{i}"] for i in range(1, n_answers + 1)]
    return {**parts, target: columns.get(target)}


def _guess(kind: Kind, file: KeptFile) -> tuple[Look, dict[str, Any]]:
    """The file without a word from the learner, and what the boxes show then."""
    look = cache.labelled(kind, file, (), _labels_from(kind))
    return look, _parts(kind, look.understood.columns if look.understood else suggest_columns(look.columns, kind))


def _box_key(kind: Kind, file: KeptFile, box: str) -> str:
    """Another file's box is another one: a browser would go on showing what was chosen before."""
    return _key(f"column_{kind}_{Path(file.path).stem}_{box}")


def _boxes(kind: Kind, file: KeptFile) -> Columns:
    """Which of the file's columns is which; what their names suggest is chosen already."""
    look, guessed = _guess(kind, file)
    if look.columns:
        st.caption(content.OWN_COLUMNS)
        places = st.columns(2)
        for index, (box, chosen) in enumerate(guessed.items()):
            place, name = places[index % 2], _box_key(kind, file, box)
            if box == "answers":
                place.multiselect(content.COLUMNS[box], look.columns, chosen, key=name, persist_state="session")
            else:
                place.selectbox(
                    content.COLUMNS[box],
                    look.columns,
                    look.columns.index(chosen) if chosen else None,
                    key=name,
                    placeholder="Choose",
                    persist_state="session",
                )
        if kind == "multiple_choice":
            st.selectbox(
                content.LABELS_FROM_TITLE,
                list(content.LABELS_FROM),
                format_func=state.labelled(content.LABELS_FROM),
                key=_key("labels_from"),
                persist_state="session",
            )
    return _chosen(kind, file)


def _chosen(kind: Kind, file: KeptFile) -> Columns:
    """Our names to the file's columns as the boxes say; nothing where the file says so itself."""
    look, guessed = _guess(kind, file)
    chosen = {box: state.get(_box_key(kind, file, box), start) for box, start in guessed.items()}
    if look.understood and chosen == guessed:
        return ()
    answers = {f"answer_{i}": column for i, column in enumerate(chosen.pop("answers", ()), 1)}
    return tuple((ours, column) for ours, column in {**chosen, **answers}.items() if column)


def _labels_from(kind: Kind) -> Base | None:
    return state.get(_key("labels_from")) if kind == "multiple_choice" else None


@contextmanager
def _told_in_place() -> Iterator[None]:
    """What cannot be read is said where it would be shown."""
    try:
        yield
    except GPTCoreError as error:
        say(str(error))


def _show(look: Look, which: str) -> None:
    """What is understood of a file; all of its words as plain text."""
    if look.understood is None:
        say(look.problem)
        if look.raw:
            _table(f"{which}: {content.AS_IT_STANDS}", list(look.raw))
        return
    understood = look.understood
    st.text(content.UNDERSTOOD.format(rows=understood.rows))
    _table(f"{which}: {content.FIRST_ROWS}", list(understood.first))
    if understood.classes:
        _table(
            f"{which}: {content.CLASSES}", [{"label": label, "examples": n} for label, n in understood.classes.items()]
        )
    for note in understood.notes:
        st.text(f"· {note}")


def _table(title: str, rows: list[dict[str, Any]]) -> None:
    show_table(title, pd.DataFrame(rows), name=title.lower().replace(": ", "_").replace(" ", "_"), hide_index=True)
