"""The exercise's training: five sentences, then four labelled ones, an update after each, as the course text has it.

In: settings. Out: an Epoch after each, and the model as it is then. All is in float64, for the weights are few and the
numpy solution (gptcore.exercise.handout) is to print the same numbers. That is also why initial weights come from a
numpy generator: torch's has no counterpart there.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from gptcore.exercise.settings import ExerciseSettings
from gptcore.exercise.world import (
    LABELLED,
    LABELS,
    N_POSITIONS,
    SENTENCES,
    TARGETS,
    VOCABULARY,
    ids_of,
    row_of,
)
from gptcore.model.gpt import GPT
from gptcore.model.kinds import Trained
from gptcore.model.loss import lm_loss
from gptcore.tasks.head import TaskHead
from gptcore.tasks.task import Task
from gptcore.train.task_learning import TaskModel

Phase = Literal["pretrain", "finetune"]
GPT1_STD = 0.02
MOST_NATS = 100.0
"""A loss above it is no learning any more: e^100 words to choose from."""


@dataclass(frozen=True)
class Epoch:
    """What one pass over the sentences found; each loss as it was before the update that it led to."""

    phase: Phase
    number: int
    """From 0."""
    lm_loss: float
    """Mean over all predicted tokens, in nats: minus the mean log-probability."""
    task_loss: float | None = None
    """Mean over the labelled sentences, in nats; None in pre-training."""
    accuracy: float | None = None

    @property
    def has_exploded(self) -> bool:
        """Whether a rate was so large that the weights ran away: a loss is no number, or above MOST_NATS."""
        return not (self.lm_loss <= MOST_NATS and (self.task_loss or 0.0) <= MOST_NATS)


def untrained(settings: ExerciseSettings, generator: np.random.Generator | None = None) -> TaskModel:
    """A model of this world with its head, float64.

    Args:
        generator: source of the initial weights; None: a new one with the settings' seed.
    """
    model = GPT(settings.config).double()
    task = Task("classification", LABELS)
    head = TaskHead(task, settings.d_model, 0.0).double()
    _draw(model, head, settings, generator or np.random.default_rng(settings.seed))
    return TaskModel(model, head)


@torch.no_grad()
def _draw(model: GPT, head: TaskHead, settings: ExerciseSettings, generator: np.random.Generator) -> None:
    """Fills all matrices; biases are 0 and gains 1 already. Each is drawn as inputs by outputs."""
    width, inner = settings.d_model, settings.config.d_inner

    def drawn(n_in: int, n_out: int) -> Tensor:
        std = GPT1_STD if settings.start == "gpt1" else float(np.sqrt(2 / (n_in + n_out)))
        return torch.from_numpy(generator.normal(0, std, (n_in, n_out)))

    weights = {
        "token_embedding": drawn(len(VOCABULARY), width),
        "position_embedding": drawn(N_POSITIONS, width),
        "blocks.0.attn.qkv": torch.cat([drawn(width, width) for _ in range(3)], dim=1).T,
        "blocks.0.attn.proj": drawn(width, width).T,
        "blocks.0.mlp.fc": drawn(width, inner).T,
        "blocks.0.mlp.proj": drawn(inner, width).T,
    }
    model.load_state_dict({**model.state_dict(), **{f"{name}.weight": value for name, value in weights.items()}})
    head.linear.weight.copy_(drawn(width, len(LABELS)).T)


def epochs(model: TaskModel, settings: ExerciseSettings) -> Iterator[Epoch]:
    """Trains the model in place; yields after each epoch: first those of pre-training, then those of fine-tuning. One
    that has exploded is the last."""
    for epoch in _all_epochs(model, settings):
        yield epoch
        if epoch.has_exploded:
            return


def _all_epochs(model: TaskModel, settings: ExerciseSettings) -> Iterator[Epoch]:
    optimizer = _optimizer(model.gpt.parameters(), settings, settings.pretrain_rate)
    for number in range(settings.pretrain_epochs):
        yield _pretrain(model.gpt, optimizer, settings, number)
    optimizer = _optimizer(model.parameters(), settings, settings.finetune_rate)
    for number in range(settings.finetune_epochs):
        yield _finetune(model, optimizer, settings, number)


def _pretrain(gpt: Trained, optimizer: torch.optim.Optimizer, settings: ExerciseSettings, number: int) -> Epoch:
    total = count = 0.0
    for sentence in SENTENCES:
        ids = torch.tensor(ids_of(sentence))
        mean, n = language_loss(gpt, gpt.hidden_states(ids[None])[0], ids), len(ids) - 1
        _update(optimizer, _over(mean, n, settings))
        total, count = total + float(mean.detach()) * n, count + n
    return Epoch("pretrain", number, total / count)


def _finetune(model: TaskModel, optimizer: torch.optim.Optimizer, settings: ExerciseSettings, number: int) -> Epoch:
    found = []
    for (sentence, _), target in zip(LABELLED, TARGETS, strict=True):
        ids = torch.tensor(row_of(sentence))
        task_loss, language, is_right = task_losses(model, ids, target)
        _update(optimizer, task_loss + settings.lm_weight * _over(language, len(ids) - 1, settings))
        found.append((float(language.detach()), float(task_loss.detach()), is_right))
    return Epoch("finetune", number, *np.mean(found, axis=0).tolist())


def language_loss(gpt: Trained, hidden: Tensor, ids: Tensor) -> Tensor:
    """-L1 as a mean over the T - 1 predicted tokens: [Extract] is one of them, as in the course text and OpenAI's code.

    Args:
        hidden: (T, D), what the output layer reads.
        ids: (T,).
    """
    return lm_loss(hidden[:-1], gpt.output_table, ids[1:])


def task_losses(model: TaskModel, ids: Tensor, target: int) -> tuple[Tensor, Tensor, bool]:
    """Of one labelled row (T,): -L2, -L1 as a mean, and whether the answer is right."""
    hidden = model.gpt.hidden_states(ids[None])
    logits = model.head(hidden[:, -1:])[0]
    task_loss = F.cross_entropy(logits, torch.tensor(target))
    return task_loss, language_loss(model.gpt, hidden[0], ids), int(logits.argmax()) == target


def _over(mean: Tensor, n: int, settings: ExerciseSettings) -> Tensor:
    """What is minimised of a mean over n tokens."""
    return mean * n if settings.over == "sum" else mean


def _update(optimizer: torch.optim.Optimizer, loss: Tensor) -> None:
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


def _optimizer(parameters: Iterable[Tensor], settings: ExerciseSettings, rate: float) -> torch.optim.Optimizer:
    """Plain: no momentum, no weight decay."""
    if settings.optimizer == "adam":
        return torch.optim.Adam(parameters, lr=rate, fused=True)
    return torch.optim.SGD(parameters, lr=rate, fused=True)
