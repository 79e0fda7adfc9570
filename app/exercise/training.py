"""The training that a session watches: it goes on some epochs at a time, so that nobody else waits for it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import torch

from app.exercise import keys
from app.exercise.text import Moment
from app.shared import state
from app.shared.turns import take_turn
from gptcore.exercise.learning import Epoch, Phase, epochs, untrained
from gptcore.exercise.looking import Look, look
from gptcore.exercise.settings import ExerciseSettings
from gptcore.train.task_learning import TaskModel

FRAMES = 14
"""Looks at a training from its beginning to its end."""
_TOKENS = 30
"""That an epoch costs as much as to read, roughly; it only orders who waits."""


@dataclass
class Training:
    """One model from its first weights on; belongs to one session."""

    settings: ExerciseSettings
    epochs: list[Epoch] = field(default_factory=list)
    looks: dict[Moment, Look] = field(default_factory=dict)
    """What the model says at each moment that it has reached; the last one moves on while it learns."""
    done: bool = False
    exploded: Epoch | None = None
    """The epoch in which the weights ran away; it ends the training."""
    _model: TaskModel | None = None
    _rest: Iterator[Epoch] | None = None

    @property
    def total(self) -> int:
        """Epochs of both phases."""
        return self.settings.pretrain_epochs + self.settings.finetune_epochs

    def look_once(self) -> None:
        """At the model before training, if nobody has looked yet."""
        if not self.looks:
            with take_turn(_TOKENS):
                torch.set_num_threads(1)  # ten tokens: a second thread only burns time
                self._model = untrained(self.settings)
                self.looks["untrained"] = look(self._model)

    def go_on(self) -> None:
        """Trains for one frame."""
        self.look_once()
        left = min(-(-self.total // FRAMES), self.total - len(self.epochs))
        with take_turn(left * _TOKENS) as taken:
            for n in range(left):
                taken.pause()  # before an epoch, for a script that ends here must not lose one
                if self.exploded is None:
                    self._learn(last=n == left - 1)
        self.done = self.exploded is not None or len(self.epochs) == self.total
        if self.done:
            self._model = self._rest = None

    def of(self, phase: Phase) -> list[Epoch]:
        """The epochs of one phase so far."""
        return [epoch for epoch in self.epochs if epoch.phase == phase]

    def _learn(self, last: bool) -> None:
        """One epoch; the model is looked at where a phase or a frame ends."""
        assert self._model is not None  # since look_once
        if self._rest is None:
            self._rest = epochs(self._model, self.settings)
        epoch = next(self._rest)
        if epoch.has_exploded:
            self.exploded = epoch
            return
        self.epochs.append(epoch)
        if last or len(self.epochs) == self.settings.pretrain_epochs:
            seen = look(self._model)
            if seen.is_finite:
                self.looks["pretrained" if epoch.phase == "pretrain" else "finetuned"] = seen
            else:
                self.exploded = epoch


def begin(settings: ExerciseSettings) -> Training:
    """Starts one; the one that was shown is kept to compare with."""
    shown = current()
    if shown is not None and shown.epochs:
        state.put(keys.BEFORE, shown)
    training = Training(settings)
    state.put(keys.TRAINING, training)
    return training


def current() -> Training | None:
    """The one that is shown, if somebody has trained."""
    training: Training | None = state.get(keys.TRAINING)
    return training


def before() -> Training | None:
    """The one before it."""
    training: Training | None = state.get(keys.BEFORE)
    return training
