"""The examples that the page offers for a model: everyday ones for plain English, its card's, and the course text's."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from app.tasks.course import COURSE
from app.tasks.everyday import EVERYDAY
from gptcore.checkpoints.card import Card
from gptcore.checkpoints.checkpoint import DEFAULT_MODEL
from gptcore.checkpoints.standing import number
from gptcore.tasks.examples import TEXT_COLUMNS, Example, Kind, Target
from gptcore.tasks.task import Task


class Offer(NamedTuple):
    """An example in the page's list."""

    example: Example
    from_course: bool = False


def offers(kind: Kind, task: Task | None, card: Card, is_run: bool) -> list[Offer]:
    """Never none; the first is the one that the page opens on.

    A model of plain English opens on an everyday example, a learner's run on one of its own test file. Only those of
    ours are offered whose answers the model knows; where there would be none, their texts alone are.

    Args:
        task: what the model was fine-tuned for; None if it was not, or for another kind.
        card: anybody may have written it.
        is_run: whether a learner trained the model in the Lab.
    """
    everyday = [example for examples in EVERYDAY[kind] if _knows(task, examples) for example in examples]
    stored = [
        example if _can_be_right(task, example) else replace(example, target="") for example in _on_card(kind, card)
    ]
    is_plain = card.get("parent") == DEFAULT_MODEL and not is_run
    first = (everyday + stored if is_plain else stored) or everyday
    if not first:
        first = [replace(example, target="") for example in EVERYDAY[kind][0]]
    course = [entry.example for entry in COURSE[kind] if _knows(task, [entry.example])]
    return [Offer(example) for example in first] + [Offer(example, from_course=True) for example in course]


def _knows(task: Task | None, examples: Sequence[Example]) -> bool:
    """Whether all the examples' answers are among those that the model can give."""
    return all(_can_be_right(task, example) for example in examples)


def _can_be_right(task: Task | None, example: Example) -> bool:
    target = example.target
    if task is None:
        return False
    if task.labels is not None:
        return target in task.labels
    if task.is_regression:
        return number(target) is not None
    return type(target) is int and 0 <= target < len(example.texts) - 1


def _on_card(kind: Kind, card: Card) -> list[Example]:
    """The card's own; none where one of them does not fit the kind of task."""
    entries = card.get("examples")
    if not isinstance(entries, list):
        return []
    stored = [Example(tuple(texts), target) for texts, target in map(_entry, entries) if texts]
    fits = kind == "multiple_choice" or {len(e.texts) for e in stored} == {len(TEXT_COLUMNS[kind])}
    return stored if fits else []


def _entry(entry: Any) -> tuple[list[str], Target]:
    """A card's example: its texts, none if they are not texts, and its target."""
    match entry:
        case {"texts": [str(), *_] as texts, "target": (str() | int() | float()) as target}:
            return [str(text) for text in texts], target
    return [], ""
