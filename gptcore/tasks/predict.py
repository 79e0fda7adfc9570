"""A fine-tuned model's answer to one example: text in, rows read, probabilities or a score out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from scipy.special import softmax
from torch import Tensor

from gptcore.errors import InputError
from gptcore.model.kinds import states_of
from gptcore.model.language_model import LanguageModel
from gptcore.tasks.formats import TaskInput, task_input
from gptcore.tasks.head import TaskHead, states_at
from gptcore.tasks.marks import marks_of
from gptcore.tasks.task import Task
from gptcore.text.tokenizer import Tokenizer


class FineTuned(Protocol):
    """What answers a task: a checkpoint with a tokenizer that was fine-tuned. Its head is None if it was not."""

    @property
    def model(self) -> LanguageModel: ...

    @property
    def tokenizer(self) -> Tokenizer: ...

    @property
    def head(self) -> TaskHead | None: ...


@dataclass(frozen=True)
class Prediction:
    """What the head makes of the states at [Extract], or at [CLS]. C counts classes, R rows."""

    task: Task
    input: TaskInput
    logits: np.ndarray
    """(C,) for classes, (R,) for a choice, (1,) in standard units for a score."""
    alone: np.ndarray
    """(R, C): the logits if every row had the state of this one; for similarity, what one order alone would answer."""
    hidden: Tensor
    """(R, T, D), what the output layer reads of each row: how well the texts were predicted, too."""

    @property
    def answer(self) -> str | float | int:
        """The label, the score, or the index of the chosen answer: comparable to an Example's target."""
        return answer_of(self.task, self.logits)


def predict(checkpoint: FineTuned, texts: Sequence[str]) -> Prediction:
    """Lets a fine-tuned model answer.

    Args:
        texts: in the order of gptcore.tasks.examples.Example.

    Raises:
        InputError: the model was not fine-tuned, or a text has no tokens.
    """
    head = checkpoint.head
    if head is None:
        raise InputError("this model has no head for a task; fine-tune it first")
    given = task_input(checkpoint.tokenizer, head.task.kind, texts, checkpoint.model.config.n_positions)
    ids = torch.tensor([row.ids for row in given.rows], device=checkpoint.model.device)
    extract = torch.tensor([row.extract for row in given.rows], device=ids.device)
    with torch.no_grad():
        hidden = states_of(checkpoint.model, ids, marks_of(given.rows, ids.device))
        states = states_at(hidden[None], extract[None])
        logits = head(states)[0]
        alone = head(states[0, :, None].expand(-1, 2 if head.task.kind == "similarity" else 1, -1))
    return Prediction(head.task, given, logits.cpu().numpy(), alone.cpu().numpy(), hidden)


def answer_of(task: Task, logits: np.ndarray) -> str | float | int:
    """What a head's logits (N,) say: the label, the score, or the index of the chosen answer."""
    if task.is_regression:
        return score(task, logits[0])
    best = int(logits.argmax())
    return best if task.labels is None else task.labels[best]


def outputs(task: Task, logits: np.ndarray) -> np.ndarray:
    """What a head's logits (N,) stand for: the probabilities of N classes or answers, or the one score."""
    if task.is_regression:
        return np.array([score(task, logits[0])])
    shares: np.ndarray = softmax(logits.astype(np.float64) / task.temperature)
    return shares


def score(task: Task, output: float) -> float:
    """A head's output in standard units as a score of the task's own scale."""
    return float(output) * task.score_std + task.score_mean
