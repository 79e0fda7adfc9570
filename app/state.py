"""The one list of session keys. Widget keys are URL keys too: a link restores the view (see DESIGN, section 6).

A key is either a widget's, or ours and set in callbacks only; never both.
"""

from collections.abc import Iterable
from typing import Any

import streamlit as st

PROMPT = "prompt"
MODEL = "model"
UNTRAINED = "untrained"
CHECKPOINT = "checkpoint"
LENS = "lens"
LAYER = "layer"
HEAD = "head"
POSITION = "position"
VIEW = "view"
TEMPERATURE = "temperature"
TOP_K = "top_k"
TOP_P = "top_p"
SEED = "seed"

LONG_TEXT = "long_text"
SAMPLE = "sample"
WORD = "word"
MERGE_STEP = "merge_step"
VOCABULARY_SEARCH = "vocabulary_search"
OTHER_TOKENIZER = "other_tokenizer"
N_NEW = "n_new"
VECTOR_PART = "vector_part"

TASK = "task"
TASK_MODEL = "task_model"
TEXT_A = "text_a"
TEXT_B = "text_b"
ANSWERS = "answers"
EXAMPLE = "example"

LAB = "lab"
RUN = "run"
PRETRAIN = "pretrain_{}"
"""Of the pre-training form: pretrain_steps, pretrain_seed, ..."""
FINETUNE = "finetune_{}"

VISITOR = "_visitor"
"""Ours: the learner's anonymous id until their browser keeps it."""
DELETED = "_deleted"
"""Ours: ids of runs deleted in this session, newest last, for undo."""
STEPS_DONE = "_steps_done"
"""Ours: steps of "start here" that were tried, a set of their names."""
UNDO = "_undo"
"""Ours: prompts before each click that changed the text, newest last."""
CONTINUATION = "_continuation"
"""Ours: the text being written by "continue", or None."""
FINISHED_TEXT = "_finished_text"
"""Ours: whether that text is complete and waits to become the prompt."""
MERGED_WORD = "_merged_word"
"""Ours: the word whose merges the slider counts, and how many it has."""
EXTRACT_LAYER, EXTRACT_HEAD = "_extract_layer", "_extract_head"
"""Ours: whose look from [Extract] the Tasks page shows, from 1."""
DRAFTS = "_drafts"
"""Ours: what stood last in the boxes of each kind of task, a Draft by kind."""
DRAWN_TASK = "_drawn_task"
"""Ours: (kind, model) that the Tasks page drew last."""

URL_PROMPT_LIMIT = 2_000
"""Characters; a longer text stays out of the link."""


def get(key: str, default: Any = None) -> Any:
    """A value of this session."""
    return st.session_state.get(key, default)


def put(key: str, value: Any) -> None:
    """Sets a value; for a widget's key only inside a callback, before the widget is drawn."""
    st.session_state[key] = value


def keep_within(key: str, most: int) -> None:
    """Before its widget is drawn: lowers a number that was chosen for a longer text or a larger model."""
    if get(key) is not None and get(key) > most:
        put(key, most)


def take_from_link(key: str, options: Iterable[str]) -> None:
    """Before its widget is drawn: accepts an option by its own name in the address, as in ?lens=prediction.

    Streamlit itself knows options there by their labels only.
    """
    if key not in st.session_state and (wanted := st.query_params.get(key, "").lower()) in set(options):
        put(key, wanted)


def mark_done(step: str) -> None:
    """Notes that a step of "start here" was tried."""
    put(STEPS_DONE, get(STEPS_DONE, frozenset()) | {step})


def set_prompt(text: str) -> None:
    """Replaces the text and remembers the one before; for callbacks."""
    put(UNDO, [*get(UNDO, [])[-19:], get(PROMPT, "")])
    put(PROMPT, text)


def undo_prompt() -> None:
    """Brings back the text before the last click that changed it; for callbacks."""
    if history := get(UNDO, []):
        put(UNDO, history[:-1])
        put(PROMPT, history[-1])
