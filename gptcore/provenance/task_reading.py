"""An example as a fine-tuned model reads it: a trace of each of its rows, and what is known of its answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import torch

from gptcore.errors import InputError
from gptcore.model.gpt import GPT
from gptcore.provenance.look import Look
from gptcore.tasks.examples import Target
from gptcore.tasks.formats import TaskInput
from gptcore.tasks.head import TaskHead
from gptcore.tasks.task import Task
from gptcore.trace.trace import Trace

HEAD_WEIGHT = "head.linear.weight"
"""W_y, as the name of a weight."""
_MOST_WEIGHT = 1e6


@dataclass(frozen=True)
class TaskReading:
    """One example, read."""

    head: TaskHead
    """In evaluation mode."""
    input: TaskInput
    traces: tuple[Trace, ...]
    """One for each row of the input, of all its tokens or of those up to [Extract]."""
    target: Target | None = None
    """The right answer, as an Example has it; None where it is not known."""
    lm_weight: float | None = None
    """lambda, the weight of L1 in training; None where nothing tells it (`lm_weight_of`)."""
    logits: np.ndarray | None = None
    """What the head gave, if a Prediction has it already: a picture's number and its arithmetic are then the same one,
    though a pass over all rows at once may round its last digits otherwise. None: computed from the traces."""


class AnswerLook(NamedTuple):
    """What the arithmetic of an answer looks at."""

    look: Look
    """Of the first row."""
    reading: TaskReading

    @property
    def task(self) -> Task:
        """What the head was trained for."""
        return self.reading.head.task

    def states(self) -> np.ndarray:
        """(R, D) float32: what the head reads, the final state at [Extract] of each row."""
        rows = zip(self.reading.traces, self.reading.input.rows, strict=True)
        return np.stack([trace.part("final")[row.extract] for trace, row in rows])

    def logits(self) -> np.ndarray:
        """What the head makes of them, float32: (C,) for classes, (R,) for a choice, (1,) for a score."""
        if self.reading.logits is not None:
            return self.reading.logits
        head = self.reading.head
        states = torch.from_numpy(self.states()).to(head.linear.weight.device)
        with torch.no_grad():
            logits: np.ndarray = head(states[None])[0].cpu().numpy()
        return logits

    def right(self) -> int:
        """The place of the right answer among the logits; not of a score.

        Raises:
            InputError: it is not known, or is none of the answers.
        """
        target, labels = self.known(), self.task.labels
        if labels is None:
            if type(target) is int and 0 <= target < len(self.reading.traces):
                return target
        elif target in labels:
            return labels.index(str(target))
        raise InputError(f"{target!r:.60} is none of this example's answers")

    def right_score(self) -> float:
        """The right score in standard units, as training takes it.

        Raises:
            InputError: it is not known, or no number.
        """
        try:
            return (float(self.known()) - self.task.score_mean) / self.task.score_std
        except ValueError as error:
            raise InputError(f"{self.known()!r:.60} is no score") from error

    def known(self) -> Target:
        """The right answer.

        Raises:
            InputError: it is not known.
        """
        if self.reading.target is None:
            raise InputError("the right answer to this example is not known, so it has no loss; choose it first")
        return self.reading.target


def answer_look(model: GPT, reading: TaskReading, most: int) -> AnswerLook:
    """What is looked at.

    Raises:
        InputError: the traces are not those of the input's rows.
    """
    rows, traces = reading.input.rows, reading.traces
    if len(rows) != len(traces):
        raise InputError(f"this example has {len(rows)} rows and {len(traces)} traces; give one trace for each row")
    for row, trace in zip(rows, traces, strict=True):
        n_tokens = len(trace.ids)
        if n_tokens <= row.extract or tuple(trace.ids.tolist()) != row.ids[:n_tokens]:
            raise InputError("a trace is not of its row's tokens; run the model on the row's ids")
    return AnswerLook(Look(model, traces[0], max(1, most)), reading)


def lm_weight_of(card: Mapping[str, Any]) -> float | None:
    """lambda, as the card of a fine-tuned model tells it; None where it does not."""
    settings = card.get("settings")
    weight = settings.get("lm_weight") if isinstance(settings, Mapping) else None
    if isinstance(weight, int | float) and not isinstance(weight, bool) and 0 <= weight <= _MOST_WEIGHT:
        return float(weight)
    return None
