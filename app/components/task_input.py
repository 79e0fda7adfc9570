"""The texts of a task: which task, which model, boxes to type into, and examples to start from."""

from typing import Any

import streamlit as st

from app import library, resources, state
from app.content import tasks as content
from app.resources import ModelKey
from gptcore.runs.checkpoint import DEFAULT_MODEL
from gptcore.tasks.examples import Example, Kind, Target

_MOST_CHARACTERS = 20_000


def choose_task() -> tuple[Kind, ModelKey]:
    """Draws the choice of task and model."""
    state.take_from_link(state.TASK, content.KINDS)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        kind = st.segmented_control(
            "Task", list(content.KINDS), default="entailment", required=True, format_func=content.KINDS.get,
            key=state.TASK, bind="query-params", on_change=start_over, label_visibility="collapsed", width="content",
        )  # fmt: skip
        titles = library.judges(kind)
        names = list(titles)
        if len(names) > 1:
            state.take_from_link(state.TASK_MODEL, names)
            name = st.selectbox(
                "Fine-tuned model", names, format_func=titles.get, key=state.TASK_MODEL, bind="query-params",
                on_change=start_over, label_visibility="collapsed", width=220,
            )  # fmt: skip
        else:
            name = names[0] if names else DEFAULT_MODEL
    return kind, resources.model_key(name)


def start_over() -> None:
    """Another task or model: its first example comes into the boxes."""
    state.put(state.EXAMPLE, None)
    state.put(state.REFERENCE, None)
    for key in (state.TEXT_A, state.TEXT_B, state.ANSWERS):
        state.forget(key)


def examples_of(kind: Kind, card: dict[str, Any]) -> list[Example]:
    """Those on the model's card, which anybody may write, or ours where it has none that fit."""
    ours = [Example(texts, "") for texts in content.EXAMPLES[kind]]
    match card.get("examples"):
        case [*entries]:
            stored = [Example(tuple(texts), target) for texts, target in map(_entry, entries) if texts]
            n_texts = {len(example.texts) for example in stored}
            return stored if stored and (kind == "multiple_choice" or n_texts == {len(ours[0].texts)}) else ours
    return ours


def _entry(entry: Any) -> tuple[list[str], Target]:
    """A card's example: its texts, none if they are not texts, and its target."""
    match entry:
        case {"texts": [str(), *_] as texts, "target": (str() | int() | float()) as target}:
            return [str(text) for text in texts], target
    return [], ""


def reference(examples: list[Example]) -> Example:
    """The example that the learner started from."""
    index = state.get(state.REFERENCE) or 0
    return examples[min(index, len(examples) - 1)]


def edit_texts(kind: Kind, examples: list[Example]) -> tuple[str, ...]:
    """Draws the boxes; returns their texts in the order of an Example, without surrounding spaces."""
    start = reference(examples).texts
    labels = content.TEXT_LABELS[kind]
    texts = [_box(labels[0], start[0], state.TEXT_A)]
    if kind == "multiple_choice":
        lines = st.text_area(
            labels[1], "\n".join(start[1:]), key=state.ANSWERS, bind="query-params", height=104,
            max_chars=_MOST_CHARACTERS,
        )  # fmt: skip
        texts += [line for line in lines.splitlines() if line.strip()]
    elif len(labels) > 1:
        texts.append(_box(labels[1], start[1], state.TEXT_B))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _example_box(examples)
        if len(texts) == 2 and kind != "multiple_choice":
            st.button("Swap the texts", icon=":material/swap_vert:", type="tertiary", on_click=_swap, args=tuple(texts))
        if tuple(texts) != tuple(text.strip() for text in start):
            st.button("Back to the example", icon=":material/undo:", type="tertiary", on_click=_take, args=(start,))
    return tuple(text.strip() for text in texts)


def _box(label: str, value: str, key: str) -> str:
    return st.text_input(label, value, key=key, live="50ms", bind="query-params", max_chars=_MOST_CHARACTERS)


def _example_box(examples: list[Example]) -> None:
    st.selectbox(
        "Example", range(len(examples)), index=None, key=state.EXAMPLE, placeholder=f"Examples ({len(examples)})",
        format_func=lambda i: f"{i + 1}  {' | '.join(examples[i].texts)}", label_visibility="collapsed", width=240,
        on_change=_pick, args=(examples,),
    )  # fmt: skip


def _pick(examples: list[Example]) -> None:
    index = state.get(state.EXAMPLE)
    if isinstance(index, int) and 0 <= index < len(examples):
        state.put(state.REFERENCE, index)
        _take(examples[index].texts)


def _take(texts: tuple[str, ...]) -> None:
    state.put(state.TEXT_A, texts[0])
    if state.get(state.TASK) == "multiple_choice":
        state.put(state.ANSWERS, "\n".join(texts[1:]))
    elif len(texts) > 1:
        state.put(state.TEXT_B, texts[1])


def _swap(first: str, second: str) -> None:
    _take((second, first))
