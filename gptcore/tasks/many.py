"""A fine-tuned model's answers to many examples at once: alike long ones together, so that little is padding."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch

from gptcore.errors import InputError
from gptcore.familiar import Familiarity, Usual, compare, look_up
from gptcore.model.kinds import states_of
from gptcore.tasks.familiarity import TestedModel, text_perplexities
from gptcore.tasks.formats import TaskInput, task_token_ids
from gptcore.tasks.head import states_at
from gptcore.tasks.marks import marks_of

_TOKENS = 8_192
"""That are read together."""


def answer_many(
    checkpoint: TestedModel,
    examples: Sequence[Sequence[str]],
    inputs: Sequence[TaskInput],
    tells_familiarity: bool = True,
) -> Iterator[tuple[int, np.ndarray, Familiarity | None]]:
    """Lets a fine-tuned model answer examples, the short ones first.

    Args:
        examples: their texts, in the order of gptcore.tasks.examples.Example.
        inputs: the rows of each, see gptcore.tasks.formats.task_input.

    Yields:
        an example's place, the head's logits as gptcore.tasks.predict.Prediction has them, and how familiar its texts
        are; None where the model does not tell, or it is not asked.

    Raises:
        InputError: the model was not fine-tuned.
    """
    model, head, words = checkpoint.model, checkpoint.head, checkpoint.words
    if head is None:
        raise InputError("this model has no head for a task; fine-tune it first")
    usual = Usual.from_card(checkpoint.card) if tells_familiarity else None
    special = torch.tensor(task_token_ids(checkpoint.tokenizer), device=model.device)
    for batch in _batches(inputs):
        ids = _padded([inputs[i] for i in batch]).to(model.device)
        extract = torch.tensor([[row.extract for row in inputs[i].rows] for i in batch], device=model.device)
        with torch.inference_mode():
            marks = marks_of([row for i in batch for row in inputs[i].rows], model.device)
            hidden = states_of(model, ids.flatten(0, 1), marks).unflatten(0, ids.shape[:2])
            logits = head(states_at(hidden, extract)).cpu().numpy()
            told: list[Familiarity | None] = [None] * len(batch)
            if usual is not None and words is not None:
                measures = text_perplexities(model, hidden, ids, ~torch.isin(ids, special))
                looks = [look_up(examples[i], words) for i in batch]
                told = [compare(usual, *pair) for pair in zip(measures, looks, strict=True)]
        yield from zip(batch, logits, told, strict=True)


def _batches(inputs: Sequence[TaskInput]) -> Iterator[list[int]]:
    """Places of inputs with equally many rows, of about equal length, of at most _TOKENS together."""

    def size(i: int) -> tuple[int, int]:
        return len(inputs[i].rows), len(inputs[i].rows[0].ids)

    batch: list[int] = []
    for i in sorted(range(len(inputs)), key=size):
        n_rows, length = size(i)
        if batch and (size(batch[0])[0] != n_rows or (len(batch) + 1) * n_rows * length > _TOKENS):
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch


def _padded(inputs: Sequence[TaskInput]) -> torch.Tensor:
    """Ids (B, R, T); padding is a row's own [Extract] once more, after it, where nothing that counts can see it."""
    length = max(len(given.rows[0].ids) for given in inputs)
    rows = [[row.ids + (row.ids[row.extract],) * (length - len(row.ids)) for row in given.rows] for given in inputs]
    return torch.tensor(rows)
