"""A learner's own labelled files in the fine-tuning form: what is understood of them is shown before a run starts.

A file is kept on disk once it is there, under a name made from its content, and leaves the server's memory.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

from app import resources, state
from app.content import lab as content
from app.lab import access
from app.resources import LabelledFile
from gptcore.errors import GPTCoreError, InputError
from gptcore.runs.tasks import keep_labelled
from gptcore.tasks.choices import Base
from gptcore.tasks.columns import suggest_columns
from gptcore.tasks.examples import KINDS, TEXT_COLUMNS, Kind
from gptcore.tasks.tables import ENDINGS
from gptcore.tasks.understanding import Look

Columns = tuple[tuple[str, str], ...]


def own_examples() -> None:
    """Draws the choice of files, of what is which in them, and what is understood."""
    kind = st.selectbox(
        "Kind of task", KINDS, key=_key("kind"), format_func=lambda kind: kind.replace("_", " ").capitalize(),
        persist_state="session",
    )  # fmt: skip
    st.caption(content.OWN_TASK)
    train = _file("train")
    columns: Columns = ()
    if train:
        with _told_in_place():
            columns = _boxes(kind, train)
            _show(resources.labelled(kind, train, columns, _labels_from(kind)))
    test = _file("test")
    if train and test:
        with _told_in_place():
            _show(resources.labelled(kind, train, columns, _labels_from(kind), test))


def own_files() -> dict[str, Any]:
    """What a run needs to know of the chosen files; for callbacks.

    Raises:
        InputError: a file is missing, or cannot be used.
    """
    kind: Kind = state.get(_key("kind"), KINDS[0])
    train, test = (state.get(_key(f"{part}_file")) for part in content.OWN_FILES)
    if not (train and test):
        raise InputError("choose two files: one to learn from and one to test on")
    columns, labels_from = _chosen(kind, train), _labels_from(kind)
    for part in (None, test):
        if problem := resources.labelled(kind, train, columns, labels_from, part).problem:
            raise InputError(problem)
    return dict(
        kind=kind,
        train=train.path,
        test=test.path,
        columns=dict(columns) or None,
        labels_from=labels_from,
        title="own examples",
        long=True,
    )


def _key(name: str) -> str:
    return state.FINETUNE.format(name)


def _file(part: str) -> LabelledFile | None:
    """Draws a place for a file, or the file that is there."""
    kept: LabelledFile | None = state.get(_key(f"{part}_file"))
    if kept is None:
        st.file_uploader(
            content.OWN_FILES[part], type=[ending.removeprefix(".") for ending in ENDINGS], key=_key(part),
            on_change=_keep, args=(part,),
        )  # fmt: skip
        if trouble := state.get(_key(f"{part}_trouble")):
            _say(trouble)
        return None
    st.caption(content.OWN_FILES[part])
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.text(kept.name)
        st.button(content.OTHER_FILE, icon=":material/close:", key=_key(f"{part}_other"), on_click=_drop, args=(part,))
    return kept


def _keep(part: str) -> None:
    """Moves an uploaded file from the server's memory to the disk."""
    uploaded = state.get(_key(part))
    if not uploaded:
        return
    try:
        path = keep_labelled(access.STORE.home, uploaded.getvalue(), uploaded.name)
        state.put(_key(f"{part}_file"), LabelledFile(str(path), uploaded.name))
        state.put(_key(f"{part}_trouble"), "")
    except OSError as error:
        trouble = f"it cannot be kept ({error.strerror}); free some space, then choose it again"
        state.put(_key(f"{part}_trouble"), trouble)
    context = get_script_run_ctx()
    if context and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        context.uploaded_file_mgr.remove_file(context.session_id, uploaded.file_id)


def _drop(part: str) -> None:
    state.put(_key(f"{part}_file"), None)


def _parts(kind: Kind, found: Mapping[str, str]) -> dict[str, Any]:
    """Columns by the box that holds them, as a mapping has them: those of answers share one."""
    target = "score" if kind == "similarity" and "label" not in found else "label"
    parts: dict[str, Any] = {ours: found.get(ours) for ours in TEXT_COLUMNS[kind]}
    if kind == "multiple_choice":
        n_answers = sum(ours.startswith("answer_") for ours in found)
        parts["answers"] = [found[f"answer_{i}"] for i in range(1, n_answers + 1)]
    return {**parts, target: found.get(target)}


def _guess(kind: Kind, file: LabelledFile) -> tuple[Look, dict[str, Any]]:
    """The file without a word from the learner, and what the boxes show then."""
    look = resources.labelled(kind, file, (), _labels_from(kind))
    return look, _parts(kind, look.found.columns if look.found else suggest_columns(look.columns, kind))


def _box_key(kind: Kind, file: LabelledFile, box: str) -> str:
    """Another file's box is another one: a browser would go on showing what was chosen before."""
    return _key(f"column_{kind}_{Path(file.path).stem}_{box}")


def _boxes(kind: Kind, file: LabelledFile) -> Columns:
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
                    content.COLUMNS[box], look.columns, look.columns.index(chosen) if chosen else None, key=name,
                    placeholder="Choose", persist_state="session",
                )  # fmt: skip
        if kind == "multiple_choice":
            st.selectbox(
                content.LABELS_FROM_TITLE, list(content.LABELS_FROM), format_func=content.LABELS_FROM.get,
                key=_key("labels_from"), persist_state="session",
            )  # fmt: skip
    return _chosen(kind, file)


def _chosen(kind: Kind, file: LabelledFile) -> Columns:
    """Our names to the file's columns as the boxes say; nothing where the file says so itself."""
    look, guessed = _guess(kind, file)
    chosen = {box: state.get(_box_key(kind, file, box), start) for box, start in guessed.items()}
    if look.found and chosen == guessed:
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
        _say(str(error))


def _say(problem: str) -> None:
    st.error(content.CANNOT_USE, icon=":material/error:")
    st.text(problem)


def _show(look: Look) -> None:
    """What is understood of a file; all of its words as plain text."""
    if look.found is None:
        _say(look.problem)
        if look.raw:
            st.dataframe(list(look.raw), hide_index=True)
        return
    found = look.found
    st.text(content.UNDERSTOOD.format(rows=found.rows))
    st.dataframe(list(found.first), hide_index=True)
    if found.classes:
        st.dataframe([{"label": label, "examples": n} for label, n in found.classes.items()], hide_index=True)
    for note in found.notes:
        st.text(f"· {note}")
