"""The new layer for tasks whose answer lies in the text: it reads the state of every token, not of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

from gptcore.model.kinds import states_of
from gptcore.model.language_model import LanguageModel
from gptcore.tasks.head import Head
from gptcore.tasks.marked import Marked, MarkRow, MarkTask, answer_of, mark_row
from gptcore.tasks.marks import marks_of
from gptcore.text.tokenizer import Tokenizer

LONGEST = 30
"""Tokens of an answer that is looked for, at most."""


class Reader(Protocol):
    """A model with its tokenizer."""

    @property
    def model(self) -> LanguageModel: ...

    @property
    def tokenizer(self) -> Tokenizer: ...

    @property
    def folder(self) -> Path | None: ...


class MarkHead(Head):
    """The head that reads every token's state: two numbers for start and end, or one for each label. Arguments as in
    Head, and what its outputs mean."""

    def __init__(self, task: MarkTask, d_model: int, dropout: float = 0.1, generator: torch.Generator | None = None):
        super().__init__(len(task.labels), d_model, dropout, generator)
        self.task = task

    def forward(self, states: Tensor) -> Tensor:
        """States (B, T, D) -> logits (B, T, C)."""
        return self.outputs(states)


@dataclass(frozen=True)
class Marks:
    """What a head finds in one text."""

    row: MarkRow
    logits: np.ndarray
    """(N, C), of the text's tokens."""
    answer: str | None
    """Of a question, the span's text."""
    span: tuple[int, int] | None
    """Of a question, first and last token, counted from the text's first."""
    labels: tuple[str, ...]
    """Of tokens, one for each; empty for a question."""


@torch.no_grad()
def find_marks(reader: Reader, head: MarkHead, text: str, question: str | None = None) -> Marks:
    """Lets a model answer a question by a span of the text, or label the text's tokens.

    Raises:
        InputError: a text has no tokens.
    """
    example = Marked(text, (), question if head.task.kind == "span" else None)
    given = mark_row(reader.tokenizer, example, reader.model.config.n_positions)
    ids = torch.tensor([given.row.ids], device=reader.model.device)
    hidden = states_of(reader.model, ids, marks_of([given.row], ids.device))
    logits = head(hidden)[0, list(given.places)].cpu().numpy()
    if head.task.kind == "tokens":
        return Marks(given, logits, None, None, tuple(head.task.labels[i] for i in logits.argmax(axis=1)))
    span = best_span(logits)
    return Marks(given, logits, answer_of(example, given.offsets, *span), span, ())


def best_span(logits: np.ndarray) -> tuple[int, int]:
    """The likeliest (first, last) of logits (N, 2): their sum is largest where the last is not before the first."""
    n = len(logits)
    sums = logits[:, None, 0] + logits[None, :, 1]
    allowed = np.triu(np.ones((n, n), dtype=bool)) & ~np.triu(np.ones((n, n), dtype=bool), LONGEST)
    first, last = divmod(int(np.where(allowed, sums, -np.inf).argmax()), n)
    return first, last


def answers(
    task: MarkTask, examples: Sequence[Marked], rows: Sequence[MarkRow], logits: Sequence[np.ndarray]
) -> list[Any]:
    """Of each example the text of the answer, or the places of its tokens' labels."""
    if task.kind == "tokens":
        return [each.argmax(axis=1).tolist() for each in logits]
    return [
        answer_of(example, row.offsets, *best_span(each))
        for example, row, each in zip(examples, rows, logits, strict=True)
    ]
