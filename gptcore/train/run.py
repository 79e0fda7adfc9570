"""One run from its plan to its result, whatever is trained: check, prepare, train, follow, record, finish.

In: what is trained, a Training, and a folder. Out: events as they happen; the folder holds the run (see
gptcore.train.run_folder). Stopped anywhere, it goes on with `resume`.
"""

import json
from collections.abc import Callable, Collection, Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Protocol

from gptcore.checkpoints.card import Card
from gptcore.checkpoints.checkpoint import Checkpoint
from gptcore.errors import ConfigError, InputError
from gptcore.train.device import resolve_device
from gptcore.train.distributed import Group, current_group
from gptcore.train.events import Event, Finished, Prepared, Preparing, Stopped
from gptcore.train.loop import Job, Model, train
from gptcore.train.phases import Halted, Sitting, T, never
from gptcore.train.plans import Plan, asked_for
from gptcore.train.recording import finish, kept_if_begun, machine, recorded, told, validated
from gptcore.train.run_folder import RunFolder, differences
from gptcore.train.settings import TrainSettings


@dataclass(frozen=True)
class Ready(Generic[Model]):
    """All that the loop needs."""

    model: Model
    job: Job[Model]
    checkpoint: Checkpoint
    """What is saved; it shares the model's weights."""
    prepared: Prepared
    snapshots_at: Collection[int] = ()
    """Steps at which a small checkpoint is kept, too."""


class Training(Protocol[Model]):
    """What one kind of training does in its own way."""

    @property
    def plan(self) -> Plan:
        """What it is asked to do."""

    @property
    def settings(self) -> TrainSettings:
        """Device, batch size and time limit are known from the start, all others once it has read."""

    def read(self, group: Group, sitting: Sitting) -> Generator[Preparing, None, None]:
        """Makes sure that all can be had that the plan names; writes nothing.

        Raises:
            InputError: something cannot be used, or there is too little memory.
        """

    def prepare(self, folder: RunFolder, group: Group, sitting: Sitting) -> Generator[Preparing, None, Ready[Model]]:
        """Makes data and model; what the folder has of them is kept. InputError as above."""

    def measure(self, ready: Ready[Model], folder: RunFolder, seconds: float) -> tuple[dict[str, Any], Card]:
        """The result of the trained model, and what else its card tells.

        Args:
            seconds: that all updates took.
        """


def run(
    training: Training[Model], out: str | Path, resume: bool = False, stop: Callable[[], bool] = never
) -> Iterator[Event]:
    """Does a run, or one sitting of it.

    Args:
        training: what is trained.
        out: the run's folder; must be new, unless `resume`.
        resume: go on from the last saved state (from the start, if there is none yet). A finished run only
            reports its result again.
        stop: asked several times a second, whatever is being done; once true, the run ends, to be resumed another time.

    Raises:
        InputError: data, settings or folder cannot be used; nothing is left behind.
        TrainingError: the loss stopped being finite.
    """
    folder, sitting = RunFolder(out), Sitting(stop, training.settings.time_limit)
    try:
        yield from _sit(training, folder, resume, sitting)
    except Halted:
        yield Stopped(folder.metrics.read().step, sitting.reason)


def _sit(training: Training[Model], folder: RunFolder, resume: bool, sitting: Sitting) -> Iterator[Event]:
    """One sitting. Raises Halted where it is over outside the loop."""
    fresh = not folder.path.exists()
    group = current_group(resolve_device(training.settings.device), training.settings.batch_size)
    if group.is_main:
        _check(folder, training.plan, resume)
    if resume and (result := folder.result()):
        yield Finished(result)
        return
    # Reading all before the folder exists keeps a typo from leaving half a run behind.
    yield from _told(training.read(group, sitting), folder, group)
    if group.is_main:
        folder.open(asked_for(training.plan))
    else:
        group.wait()  # until the main process has prepared the data
    with kept_if_begun(folder, fresh and group.is_main):
        ready = yield from _told(training.prepare(folder, group, sitting), folder, group)
        if group.is_main:
            group.wait()
        yield from _learn(training, ready, folder, group, sitting)


def _learn(
    training: Training[Model], ready: Ready[Model], folder: RunFolder, group: Group, sitting: Sitting
) -> Iterator[Event]:
    yield ready.prepared
    settings = training.settings
    events = train(ready.model, ready.job, settings, folder.state, sitting, lambda step: validated(folder, step))
    if not group.is_main:
        yield from events
        return
    seconds = yield from recorded(events, folder, ready.checkpoint, settings.log_every, ready.snapshots_at)
    if seconds is None:
        return
    yield Preparing("measuring")
    ready.model.eval()
    result, card = training.measure(ready, folder, seconds)
    asked, used = asked_for(training.plan), machine(resolve_device(settings.device))
    finish(folder, ready.checkpoint, {**card, "settings": asked, "machine": used, "result": result})
    yield Finished(result)


def _told(events: Generator[Preparing, None, T], folder: RunFolder, group: Group) -> Generator[Preparing, None, T]:
    """Only the main process writes into the folder."""
    return told(events, folder) if group.is_main else events


def _check(folder: RunFolder, plan: Plan, resume: bool) -> None:
    """Makes sure that the folder is free, or was made for this plan and is to be resumed.

    Raises:
        InputError: it holds another run, or something else.
    """
    if not resume and folder.path.exists() and (not folder.path.is_dir() or any(folder.path.iterdir())):
        raise InputError(f"{folder.path} is not empty; choose another --out, or --resume the run in it")
    if not resume or (before := folder.settings()) is None:
        return
    with suppress(ConfigError, AttributeError):  # a setting that there was not yet is what it is without a word
        before = asked_for(type(plan).from_dict(before))
    if changed := list(differences(before, json.loads(json.dumps(asked_for(plan))))):
        raise InputError(f"{folder.path} was started with other settings: {'; '.join(changed)}")
