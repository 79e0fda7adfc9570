"""A learner's own file: kept on disk once it is there, under a name made from its content; it leaves the server's
memory, and what cannot be used is said in its place."""

from collections.abc import Callable, Sequence

import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

from app.lab import text as content
from app.lab.cache import KeptFile
from app.shared import state
from gptcore.errors import GPTCoreError

Keep = Callable[[bytes, str], KeptFile]
"""A file's bytes and name to what is kept of it."""


def own_file(label: str, endings: Sequence[str], key: str, keep: Keep) -> KeptFile | None:
    """Draws a place for a file, or the file that is there.

    Args:
        key: of the uploader; the kept file is state.get(f"{key}_file").
    """
    kept: KeptFile | None = state.get(f"{key}_file")
    if kept is None:
        types = [ending.removeprefix(".") for ending in endings]
        st.file_uploader(label, type=types, key=key, on_change=_take, args=(key, keep))
        if trouble := state.get(f"{key}_trouble"):
            say(trouble)
        return None
    st.caption(label)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.text(kept.name)
        st.button(content.OTHER_FILE, icon=":material/close:", key=f"{key}_other", on_click=_drop, args=(key,))
    if kept.note:
        st.caption(kept.note)
    return kept


def say(problem: str) -> None:
    """What is wrong with a file, in its place."""
    st.error(content.CANNOT_USE, icon=":material/error:")
    st.text(problem)


def _take(key: str, keep: Keep) -> None:
    """Moves an uploaded file from the server's memory to the disk."""
    uploaded = state.get(key)
    if not uploaded:
        return
    try:
        state.put(f"{key}_file", keep(uploaded.getvalue(), uploaded.name))
        state.put(f"{key}_trouble", "")
    except GPTCoreError as error:
        state.put(f"{key}_trouble", str(error))
    context = get_script_run_ctx()
    if context and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        context.uploaded_file_mgr.remove_file(context.session_id, uploaded.file_id)


def _drop(key: str) -> None:
    state.put(f"{key}_file", None)
