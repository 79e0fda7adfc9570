"""What a model of the exercise says and looks at, at one moment of its training."""

from dataclasses import dataclass

import numpy as np
import torch

from gptcore.exercise.world import LABELLED, PROMPT, TARGETS, ids_of, row_of
from gptcore.trace.trace import run_trace
from gptcore.train.task_learning import TaskModel


@dataclass(frozen=True)
class Look:
    """Read-only numbers of one moment; V = 10 tokens, H heads."""

    next_words: np.ndarray
    """(V,): P(next token | PROMPT)."""
    verdicts: np.ndarray
    """(4, 2): P(label) of each of LABELLED, in the order of LABELS."""
    attention: tuple[np.ndarray, ...]
    """Of each row of LABELLED with its marks, (H, T, T): a row for each token that looks."""

    @property
    def is_finite(self) -> bool:
        """Whether these are numbers; after a step that was far too large they are not."""
        return bool(np.isfinite(self.next_words).all() and np.isfinite(self.verdicts).all())

    @property
    def of_right_label(self) -> np.ndarray:
        """(4,): P(right label)."""
        return np.asarray(self.verdicts[np.arange(len(TARGETS)), TARGETS])

    @property
    def is_right(self) -> np.ndarray:
        """(4,): whether the likelier label is the right one."""
        return np.asarray(self.verdicts.argmax(axis=1) == TARGETS)


@torch.no_grad()
def look(model: TaskModel) -> Look:
    """Five short passes."""
    next_words = model.gpt(torch.tensor([ids_of(PROMPT)]))[0, -1].softmax(dim=-1).numpy()
    verdicts, attention = [], []
    for sentence, _ in LABELLED:
        trace = run_trace(model.gpt, torch.tensor(row_of(sentence)), ("attention", "final"))
        last = torch.tensor(trace.part("final")[-1], dtype=model.head.linear.weight.dtype)
        verdicts.append(model.head(last[None, None])[0].softmax(dim=-1).numpy())
        attention.append(trace.part("attention")[0])
    return Look(next_words, np.stack(verdicts), tuple(attention))
