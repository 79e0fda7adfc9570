"""Which models answer a kind of task, and which when nobody names one: for the app and the command line alike."""

from contextlib import suppress
from pathlib import Path

from gptcore.checkpoints.checkpoint import card_in, models, reads_text, task_in
from gptcore.checkpoints.masked import is_masked
from gptcore.checkpoints.standing import standing
from gptcore.errors import CheckpointError
from gptcore.tasks.examples import Kind

_FIRST: dict[Kind, tuple[str, ...]] = {
    "classification": ("sentiment", "acceptable", "story-sentiment", "story-acceptability"),
    "entailment": ("entailment", "story-entailment"),
    "similarity": ("similarity", "story-similarity"),
    "multiple_choice": ("choices", "story-endings"),
}
"""Plain English before the story world; any other model for the task comes after these, by name."""


def default_model(kind: Kind) -> str | None:
    """The name of the model that a kind of task starts with; None if none here was fine-tuned for it."""
    return next(iter(ranked(kind)), None)


def ranked(kind: Kind) -> list[str]:
    """Names of the models that were fine-tuned for a kind of task, that to start with first.

    One that is not clearly better than a bag of words, by its own card, comes after all others.
    """
    first = _FIRST[kind]
    places = {name: place for name, place in models().items() if _is_for(place, kind)}

    def rank(name: str) -> tuple[bool, int, str]:
        return _needs_no_reading(places[name]), first.index(name) if name in first else len(first), name

    return sorted(places, key=rank)


def _is_for(folder: Path, kind: Kind) -> bool:
    """Whether a GPT reads texts and was fine-tuned for this; one whose task.json is damaged was not."""
    with suppress(CheckpointError):
        task = task_in(folder)
        return task is not None and task.kind == kind and reads_text(folder) and not is_masked(folder)
    return False


def _needs_no_reading(folder: Path) -> bool:
    with suppress(CheckpointError):
        found = standing(card_in(folder))
        return found is not None and found.beats_bag_of_words is False
    return False
