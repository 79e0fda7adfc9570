"""Which model answers a kind of task when nobody names one: the app's first choice and the command line's alike."""

from contextlib import suppress

from gptcore.checkpoints.checkpoint import models, task_in
from gptcore.errors import CheckpointError
from gptcore.tasks.examples import Kind
from gptcore.text.hf_files import has_tokenizer

_FIRST: dict[Kind, tuple[str, ...]] = {
    "classification": ("sentiment", "story-sentiment"),
    "entailment": ("entailment", "story-entailment"),
    "similarity": ("similarity", "story-similarity"),
    "multiple_choice": ("choices", "story-endings"),
}
"""Plain English before the story world; any other model for the task comes after these, by name."""


def default_model(kind: Kind) -> str | None:
    """The name of the model that a kind of task starts with; None if none here was fine-tuned for it."""
    first = _FIRST[kind]
    names = sorted(models(), key=lambda name: (first.index(name) if name in first else len(first), name))
    return next((name for name in names if _is_for(name, kind)), None)


def _is_for(name: str, kind: Kind) -> bool:
    """Whether a model reads texts and was fine-tuned for this; one whose task.json is damaged was not."""
    with suppress(CheckpointError):
        task = task_in(models()[name])
        return task is not None and task.kind == kind and has_tokenizer(models()[name])
    return False
