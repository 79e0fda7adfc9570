"""Models by the names that pages use: those that ship, those in models/, and the learner's own runs with their
checkpoints."""

import time
from pathlib import Path

from app.lab import access
from gptcore.errors import InputError
from gptcore.runs import checkpoint
from gptcore.runs.checkpoint import DEFAULT_MODEL, models, task_in
from gptcore.runs.folder import RunFolder, snapshots_in
from gptcore.tasks.examples import Kind
from gptcore.text.hf_files import has_tokenizer

RUN = "run "
"""Before a run's id, in the names of its model."""
STORIES = "stories"
"""The model that ships for the story world's tasks."""
EARLY = "early"
"""A small model's first steps, shipped so that there is something to drag through."""


def reader_names() -> list[str]:
    """Models that can read a text, the default first, the learner's runs last."""
    readers = [name for name, folder in models().items() if has_tokenizer(folder)]
    own = [RUN + run.id for run in access.own_runs() if (access.STORE.folder(run.id) / "model.safetensors").exists()]
    return sorted(readers, key=lambda name: (name != DEFAULT_MODEL, name)) + [EARLY] * bool(steps(EARLY)) + own


def base_names() -> list[str]:
    """Models to fine-tune: those that are not fine-tuned already; the learner's own come first, the newest of all."""
    bases = [name for name in reader_names() if name != EARLY and task_in(folder(name)) is None]
    return sorted(bases, key=lambda name: (not name.startswith(RUN), name != STORIES, name != DEFAULT_MODEL))


def task_names(kind: Kind) -> list[str]:
    """Models that were fine-tuned for a kind of task."""
    names = [name for name in reader_names() if name != EARLY]
    return [name for name in names if (task := task_in(folder(name))) and task.kind == kind]


def folder(name: str, step: int | None = None) -> Path:
    """Where a model lies.

    Args:
        step: of one of its checkpoints; None: the newest.

    Raises:
        InputError: this learner has no such model.
    """
    if step is not None or name == EARLY:
        known = steps(name)
        if step is None and known:
            step = max(known)
        if step not in known:
            raise InputError(f"{title(name)} has no checkpoint at step {step}")
        return known[step]
    if not name.startswith(RUN):
        if name not in models():
            raise InputError(f"there is no model {name!r}")
        return models()[name]
    if access.visible(name.removeprefix(RUN)) is None:
        raise InputError("there is no such run of yours")
    return access.STORE.folder(name.removeprefix(RUN))


def steps(name: str) -> dict[int, Path]:
    """A model's checkpoints by step; none for most that ship."""
    if name == EARLY:
        return snapshots_in(checkpoint.SHIPPED.parent / EARLY)
    return RunFolder(folder(name)).snapshots()


def title(name: str) -> str:
    """A model's name for people; of a run with the time at which it was started, for two may be alike."""
    if not name.startswith(RUN):
        return name
    run = access.visible(name.removeprefix(RUN))
    return f"{run.title} · {time.strftime('%H:%M:%S', time.localtime(run.created))}" if run else "a run that is gone"
