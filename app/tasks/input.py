"""The texts of a task: which task, which model, boxes to type into, and examples to start from.

The boxes' defaults are the first example offered, so that an address without texts means that one. Whenever the task
or the model changes, the boxes' texts are set through the state: a box whose default alone changes keeps its old text
in the browser.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st

from app.shared import loaded, models, state
from app.shared.choice import draw_choice
from app.shared.loaded import ModelKey
from app.shared.text import KINDS
from app.shared.theme import one_line
from app.tasks import keys
from app.tasks import text as content
from app.tasks.examples import Offer
from app.tasks.provenance import draw_world
from gptcore.checkpoints.checkpoint import DEFAULT_MODEL
from gptcore.tasks.examples import Example, Kind

_MOST_CHARACTERS = 20_000
_BOXES: dict[Kind, tuple[str, ...]] = {
    "classification": (keys.TEXT_A,),
    "entailment": (keys.TEXT_A, keys.TEXT_B),
    "similarity": (keys.TEXT_A, keys.TEXT_B),
    "multiple_choice": (keys.TEXT_A, keys.ANSWERS),
}
_LINE_END = re.compile(r"\r\n|\r|\n")
"""What a browser's box shows as one; str.splitlines knows more."""


@dataclass(frozen=True)
class Draft:
    """What stands in a task's boxes."""

    kind: Kind
    boxes: dict[str, str]
    """By the boxes' keys."""
    start: Example | None
    """The example that it was before an edit; None for texts that came otherwise, say in a link."""

    @property
    def texts(self) -> tuple[str, ...]:
        """In the order of an Example, without surrounding spaces; an answer is a line that is not empty."""
        first, *second = self.boxes.values()
        if keys.ANSWERS in self.boxes:
            second = [line for line in _LINE_END.split(second[0]) if line.strip()]
        return tuple(text.strip() for text in (first, *second))

    @property
    def edited(self) -> bool:
        """Whether it is more than an example that can be picked again."""
        return self.start is None or self.texts != of_example(self.kind, self.start).texts


def choose_task() -> tuple[Kind, ModelKey]:
    """Draws the choice of task and model, and what a model of the story world is."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        kind = draw_choice("Task", KINDS, state.TASK, "classification")
        titles = models.task_models(kind)
        names = list(titles)
        if len(names) > 1:
            state.take_from_link(state.TASK_MODEL, titles)
            name = st.selectbox(
                "Fine-tuned model",
                names,
                format_func=state.labelled(titles),
                key=state.TASK_MODEL,
                bind="query-params",
                label_visibility="collapsed",
                width=260,
            )
        else:
            name = names[0] if names else DEFAULT_MODEL
    draw_world(name, names)
    return kind, loaded.model_key(name)


def edit_texts(kind: Kind, model: str, offers: Sequence[Offer]) -> Draft:
    """Draws the boxes and the list of examples; returns what stands in the boxes now."""
    examples = [offer.example for offer in offers]
    drafts = state.get(keys.DRAFTS, {})
    known = drafts.get(kind)
    if state.get(keys.DRAWN_TASK, (kind, model)) != (kind, model):
        another_model = state.get(keys.DRAWN_TASK)[0] == kind
        keep = known is not None and (known.edited or not another_model)
        _put(known if keep else of_example(kind, examples[0]))
    state.put(keys.DRAWN_TASK, (kind, model))

    defaults = of_example(kind, examples[0]).boxes.items()
    labels = content.TEXT_LABELS[kind]
    boxes = {key: _box(key, label, default) for (key, default), label in zip(defaults, labels, strict=True)}
    draft = Draft(kind, boxes, known.start if known else None)
    index = _which(draft, examples)
    if index is not None:
        draft = replace(draft, start=examples[index])
    state.put(keys.DRAFTS, {**drafts, kind: draft})
    state.put(keys.EXAMPLE, index)  # the list names the example that is read, and none once it is edited

    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.selectbox(
            "Example",
            range(len(examples)),
            index=None,
            key=keys.EXAMPLE,
            placeholder=f"Examples ({len(examples)})",
            format_func=lambda i: content.listed(i, one_line(examples[i].texts), offers[i].from_course),
            label_visibility="collapsed",
            width=240,
            on_change=_pick,
            args=(kind, examples),
        )
        if keys.TEXT_B in boxes:
            st.button("Swap the texts", icon=":material/swap_vert:", type="tertiary", on_click=_swap)
        if draft.edited:
            back = draft.start or examples[0]
            st.button(
                "Back to the example",
                icon=":material/undo:",
                type="tertiary",
                on_click=_put,
                args=(of_example(kind, back),),
            )
    return draft


def of_example(kind: Kind, example: Example) -> Draft:
    """An example in its kind's boxes; each of its answers is one line there."""
    first, *others = example.texts
    if kind == "multiple_choice":
        others = ["\n".join(_LINE_END.sub(" ", answer) for answer in others)]
    return Draft(kind, dict(zip(_BOXES[kind], (first, *others), strict=True)), example)


def _box(key: str, label: str, default: str) -> str:
    """A line, or a larger box for a text with line ends, which a line would hide."""
    text = state.get(key, st.query_params.get(key, default))
    if key == keys.ANSWERS or "\n" in text or "\r" in text:
        return st.text_area(label, default, key=key, bind="query-params", height=104, max_chars=_MOST_CHARACTERS)
    return st.text_input(label, default, key=key, live="50ms", bind="query-params", max_chars=_MOST_CHARACTERS)


def _which(draft: Draft, examples: list[Example]) -> int | None:
    """The example that stands in the boxes; of equal ones that which was picked."""
    equal = [i for i, example in enumerate(examples) if of_example(draft.kind, example).texts == draft.texts]
    picked = state.get(keys.EXAMPLE)
    return picked if picked in equal else next(iter(equal), None)


def _pick(kind: Kind, examples: list[Example]) -> None:
    index = state.get(keys.EXAMPLE)
    if isinstance(index, int) and 0 <= index < len(examples):
        _put(of_example(kind, examples[index]))


def _put(draft: Draft) -> None:
    for key, text in draft.boxes.items():
        state.put(key, text)


def _swap() -> None:
    first, second = state.get(keys.TEXT_A), state.get(keys.TEXT_B)
    state.put(keys.TEXT_A, second)
    state.put(keys.TEXT_B, first)
