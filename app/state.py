"""The one list of session keys. Widget keys are URL keys too: a link restores the view (see DESIGN, section 6).

A key is either a widget's, or ours and set in callbacks only; never both.
"""

from collections.abc import Iterable, Mapping
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
IDS = "ids"
"""Of the address alone: the ids that the prompt keeps."""
KEPT = "_kept"
"""Ours: the prompt with its ids (app.prompt.Prompt); app.session_prompt keeps it in step with the box."""
KNOWN = "_known"
"""Ours: prompts of this session by what the box showed, for the browser's back button."""
LINK_IS_DUE = "_link_is_due"
"""Ours: whether a callback changed the prompt, so that its ids must go into the address."""
UNDO = "_undo"
"""Ours: prompts before each click that changed the text, newest last."""
LONG_SHOWN = "_long_shown"
"""Ours: what we wrote into the large box; anything else there is the learner's."""
CORRECTIONS = "_corrections"
"""Ours: values that widgets take at the next run, by key."""
CORRECTED = "_corrected"
"""Ours: those that they took at the start of this run."""
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

    Args:
        options: names, or names with their labels.
    """
    given = st.query_params.get(key, "")
    labels = options if isinstance(options, Mapping) else {name: name for name in options}
    if given in labels.values():
        return
    for name, label in labels.items():
        if name.lower() == given.lower():
            correct(key, name, label)


def correct(key: str, value: Any, in_address: str) -> None:
    """Before its widget is drawn: gives it another value than the page's address does, and puts that right too.

    The run ends here if the widget is new. If it is not (the browser's back button led to such an address), only what
    another run sets reaches it; that run follows this one.
    """
    if key not in st.session_state:
        st.query_params[key] = in_address
        st.rerun()
    if get(CORRECTED, {}).get(key) != value:  # never twice in a row
        put(CORRECTIONS, get(CORRECTIONS, {}) | {key: value})


def take_corrections() -> None:
    """At the start of a run."""
    put(CORRECTED, get(CORRECTIONS, {}))
    put(CORRECTIONS, {})
    for key, value in get(CORRECTED).items():
        put(key, value)


def run_again_if_corrected() -> None:
    """At the end of a run."""
    if get(CORRECTIONS):
        st.rerun()


def mark_done(step: str) -> None:
    """Notes that a step of "start here" was tried."""
    put(STEPS_DONE, get(STEPS_DONE, frozenset()) | {step})
