"""Learning a few new examples without losing what a model knows: its own old answers are rehearsed beside them.

Trained on a handful of mistakes alone, a fine-tuned model soon gives their answers to everything ("catastrophic
forgetting"). So each update has other texts too, whose targets are the outputs that the model gave before its first
update (Li and Hoiem 2016, "Learning without Forgetting"). And a new example counts in the loss only until it is learnt
with some certainty: what comes after that would cost other answers and teach nothing.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from gptcore.tasks.task import Task
from gptcore.train.task_learning import Examples, TaskBatch, TaskLearning, TaskModel, forward, text_loss

CERTAIN = 0.7
"""Probability of the right answer from which on an example is learnt."""
_CLOSE = 0.3
"""The same for a score: how far off it may be, in the spread of the scores that the model learnt from."""


def enough(task: Task) -> float:
    """An example's loss from which on it is learnt; see gptcore.train.task_learning.TaskLearning."""
    return _CLOSE**2 if task.is_regression else -math.log(CERTAIN)


@dataclass(frozen=True)
class RehearsalBatch:
    """What one update learns from."""

    new: TaskBatch
    old: TaskBatch
    """Texts to rehearse; their targets mean nothing."""
    answers: Tensor
    """(N, C), (N, R) or (N, 1): the head's outputs for them before the first update."""


class Rehearsal:
    """New examples, with texts to rehearse beside them; see gptcore.train.loop.Job.

    Args:
        learning: the new examples.
        texts: what is rehearsed.
        answers: the head's outputs for them, see gptcore.train.task_learning.Predictions.
        together: of these texts, for each update.
        share: how many of them go with one new example: so much their loss counts beside the others'.
        own: of the texts, whether each is of the kind that the model was fine-tuned on.
        lm_weight: lambda of L1 over those; written by the model itself, they keep its language as it is.
        seed: of which texts come when.
    """

    def __init__(
        self,
        learning: TaskLearning,
        task: Task,
        texts: Examples,
        answers: np.ndarray,
        together: int,
        share: float,
        own: Sequence[bool],
        lm_weight: float,
        seed: int,
    ):
        self._learning, self._task, self._texts = learning, task, texts
        self._answers = torch.from_numpy(answers).float()
        self._own, self._lm_weight = torch.tensor(own)[:, None, None], lm_weight
        self._together, self._share, self._seed = min(together, len(texts)), share, seed

    def batch(self, step: int) -> RehearsalBatch:
        """The new examples of an update, and texts that follow from the seed and the step."""
        chosen = np.random.default_rng((self._seed, step)).choice(len(self._texts), self._together, replace=False)
        device = self._learning.device
        old = self._texts.batch(chosen, device)
        old = replace(old, is_text=old.is_text & self._own[chosen].to(device))
        return RehearsalBatch(self._learning.batch(step), old, self._answers[chosen].to(device))

    def losses(self, model: TaskModel, batch: RehearsalBatch) -> dict[str, Tensor]:
        """As of the new examples; "loss" has that of the other texts too, "rehearsed": 0 while nothing has changed."""
        losses = self._learning.losses(model, batch.new)
        outputs, hidden = forward(model, batch.old)
        if self._task.is_regression:
            rehearsed = F.mse_loss(outputs, batch.answers)
        else:
            old = batch.answers.log_softmax(dim=1)
            rehearsed = F.kl_div(outputs.log_softmax(dim=1), old, reduction="batchmean", log_target=True)
        losses = {**losses, "loss": losses["loss"] + self._share * rehearsed, "rehearsed": rehearsed}
        if not self._lm_weight:
            return losses
        lm = text_loss(model.gpt, hidden, batch.old)
        return {**losses, "loss": losses["loss"] + self._share * self._lm_weight * lm, "lm_loss": lm}

    def validate(self, model: TaskModel) -> dict[str, float]:
        """As TaskLearning does."""
        return self._learning.validate(model)
