"""Models by the names that pages use: those that ship, those in models/, and the learner's own runs with their
checkpoints. Every list asks the table of runs once, however many runs there are; a model that is damaged, or a table
that cannot be read, leaves the other models where they are."""

import os
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from app.shared import learner
from gptcore.checkpoints.checkpoint import DEFAULT_MODEL, card_in, config_in, models, reads_text, task_in
from gptcore.checkpoints.defaults import ranked
from gptcore.checkpoints.masked import is_masked
from gptcore.errors import CheckpointError, InputError, StorageError
from gptcore.lab.store import Run
from gptcore.places import ASSETS
from gptcore.tasks.examples import Kind
from gptcore.train.run_folder import RunFolder, snapshots_in

STORIES = "stories"
"""The model that ships for the story world's tasks."""
EARLY = "early"
"""A small model's first steps, shipped so that there is something to drag through."""

Titles = dict[str, str]
"""Models' titles for people, by name."""
_RUN = "run "
"""Before a run's id, where a reference stands as text."""


@dataclass(frozen=True)
class ModelRef:
    """Which model. As text it is its name for pages: what widgets hold and addresses are made of."""

    name: str
    """Of one that ships or lies in models/; a run's id."""
    is_run: bool = False

    @classmethod
    def of(cls, run: Run) -> "ModelRef":
        """The model that a run makes."""
        return cls(run.id, is_run=True)

    @classmethod
    def parse(cls, text: str) -> "ModelRef":
        """Which model a page's name of it means."""
        return cls(text.removeprefix(_RUN), text.startswith(_RUN))

    def __str__(self) -> str:
        return _RUN + self.name if self.is_run else self.name


def readers() -> Titles:
    """Models that can read a text and predict the next token, the default first, the learner's runs last. Masked models
    are in none of these lists: what the pages draw of a model reads from left to right."""
    return {name: title for name, (title, _) in _readers().items()}


def gpts() -> Titles:
    """Readers that are GPTs, for what is told of attention: no peers."""
    return {name: title for name, (title, place) in _readers().items() if not _is_peer(place)}


def bases() -> Titles:
    """Models to fine-tune: those that are not fine-tuned already; the learner's own come first, the newest of all."""
    own = {str(ModelRef.of(run)): _title(run) for run in _runs_with_models() if run.kind == "pretrain"}
    names = [name for name, task in _tasks().items() if task is None]
    return own | {name: name for name in sorted(names, key=lambda name: (name != STORIES, name != DEFAULT_MODEL, name))}


def task_models(kind: Kind) -> Titles:
    """Models that were fine-tuned for a kind of task: those of plain English first, the learner's runs last."""
    own = [run for run in _runs_with_models() if run.kind == "finetune" and run.plan.get("task") == kind]
    return {name: _with_world(name) for name in ranked(kind)} | {str(ModelRef.of(run)): _title(run) for run in own}


def parent(name: str) -> object:
    """What a model was fine-tuned from, by its card; None if that cannot be told."""
    with suppress(InputError, CheckpointError):
        return card_in(folder(name)).get("parent")
    return None


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
    ref = ModelRef.parse(name)
    if not ref.is_run:
        if name not in models():
            raise InputError(f"there is no model {name!r}")
        return models()[name]
    if learner.visible(ref.name) is None:
        raise InputError("there is no such run of yours")
    return learner.STORE.folder(ref.name)


def steps(name: str) -> dict[int, Path]:
    """A model's checkpoints by step; none for most that ship."""
    if name == EARLY:
        return snapshots_in(ASSETS / EARLY)
    return RunFolder(folder(name)).snapshots()


def title(name: str) -> str:
    """One model's name for people."""
    ref = ModelRef.parse(name)
    if not ref.is_run:
        return name
    run = learner.visible(ref.name)
    return _title(run) if run else "a run that is gone"


def _readers() -> dict[str, tuple[str, Path]]:
    """Titles and folders."""
    places = {name: place for name, place in models().items() if reads_text(place) and not is_masked(place)}
    known = {name: (name, places[name]) for name in sorted(places, key=lambda name: (name != DEFAULT_MODEL, name))}
    if snapshots := steps(EARLY):
        known[EARLY] = EARLY, snapshots[max(snapshots)]
    return known | {str(ModelRef.of(run)): (_title(run), learner.STORE.folder(run.id)) for run in _runs_with_models()}


def _is_peer(place: Path) -> bool:
    """Whether it is an LSTM or a bigram; False where that cannot be told: then opening it says why."""
    with suppress(CheckpointError, InputError):
        return config_in(place).architecture != "transformer"
    return False


def _with_world(name: str) -> str:
    """A fine-tuned model's name and, in a word, what it knows."""
    world = {DEFAULT_MODEL: "plain English", STORIES: "a small world"}.get(str(parent(name)))
    return f"{name} · {world}" if world else name


def _title(run: Run) -> str:
    """With the time at which it was started, for two may be alike."""
    return f"{run.name} · {time.strftime('%H:%M:%S', time.localtime(run.created))}"


def _runs_with_models() -> list[Run]:
    """The learner's runs that have saved a GPT; none where the table cannot be read: the Lab tells why."""
    home = str(learner.STORE.home)
    with suppress(StorageError):
        runs = [run for run in learner.own_runs() if run.plan.get("objective") != "masked"]
        return [run for run in runs if os.path.exists(f"{home}/{run.id}/model.safetensors")]
    return []


def _tasks() -> dict[str, Kind | None]:
    """What models that are no runs were fine-tuned for; those that cannot be trained, or are damaged, are left out."""
    tasks: dict[str, Kind | None] = {}
    for name, place in models().items():
        with suppress(CheckpointError):
            if reads_text(place) and config_in(place).architecture != "bigram" and not is_masked(place):
                task = task_in(place)
                tasks[name] = None if task is None else task.kind
    return tasks
