"""What fine-tuning does to a model, layer by layer: how large the gradients of its two losses are, and how far weights
and attention move from where they began (the losses: paper, section 3.2, equations 3 to 5).

In: a finished run of fine-tuning. Out: arrays with an entry for the embeddings and for each block (attention: for each
block alone).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from gptcore.checkpoints.checkpoint import TextModel, load_text_model
from gptcore.errors import InputError
from gptcore.model.gpt import GPT
from gptcore.tasks.examples import Example
from gptcore.tasks.files.datasets import read_examples
from gptcore.tasks.formats import task_input
from gptcore.tasks.task import Task
from gptcore.trace.trace import run_trace
from gptcore.train.plans import FinetunePlan
from gptcore.train.run_folder import RunFolder
from gptcore.train.task_learning import Examples, TaskModel, forward, loss_of_task, text_loss
from gptcore.train.transfer import starting_point, task_of

_EXAMPLES, _BATCH = 256, 32
"""Of the training file, whose mean gradient is measured."""
_TEXTS = 100
"""Of the test file, whose attention is compared."""


@dataclass(frozen=True)
class Gradients:
    """Lengths of two losses' gradients; (1 + L,): embeddings, then blocks."""

    task: np.ndarray
    """Of -L2."""
    language: np.ndarray
    """Of -lambda L1."""


@dataclass(frozen=True)
class Drift:
    """A model before its first update and after its last."""

    before: Gradients
    after: Gradients
    weights: np.ndarray
    """(1 + L,): how long the change of all weights is, beside the weights themselves at the start."""
    attention: np.ndarray
    """(L,): share of a token's attention that lies elsewhere than before (total variation), the mean over heads and
    all tokens but the first of each text, which has nowhere else to look."""


def drift(run: RunFolder, lm_weight: float) -> Drift:
    """Measures a finished run.

    Args:
        lm_weight: the lambda that L1's gradients are multiplied by, whatever the run itself had.

    Raises:
        InputError: it is no finished run of fine-tuning a GPT.
    """
    trained, settings = load_text_model(run.path), run.settings()
    if settings is None or trained.head is None:
        raise InputError(f"{run.path} is no run of fine-tuning")
    plan = FinetunePlan.from_dict(settings)
    data = read_examples(plan.train_file, plan.task)
    task = task_of(data)
    start = starting_point(plan, load_text_model(plan.model), task, plan.settings(1).seed)
    first, last = TaskModel(start.gpt, start.head), TaskModel(trained.gpt, trained.head)
    rows = Examples(data.examples[:_EXAMPLES], task, start.tokenizer, start.config.n_positions)
    test = read_examples(plan.test_file, plan.task).examples[:_TEXTS]
    return Drift(
        _gradients(first, parts(start.gpt), rows, task, lm_weight),
        _gradients(last, parts(trained.gpt), rows, task, lm_weight),
        _moved(start.gpt, trained.gpt),
        _attention_moved(start, trained, plan, test),
    )


def parts(model: GPT) -> list[list[Tensor]]:
    """The parameters of the embeddings, then of each block."""
    tables: list[Tensor] = [model.token_embedding.weight]
    if isinstance(model.position_embedding, torch.nn.Embedding):
        tables.append(model.position_embedding.weight)
    blocks: list[list[Tensor]] = [[*block.parameters()] for block in model.blocks]
    return [tables, *blocks]


def _gradients(model: TaskModel, groups: list[list[Tensor]], rows: Examples, task: Task, lm_weight: float) -> Gradients:
    """Of the mean losses over all rows, with respect to each group of parameters."""
    model.eval().requires_grad_(True)  # one that was read from disk is not
    everything = [parameter for group in groups for parameter in group]
    sums = [[torch.zeros_like(parameter) for parameter in everything] for _ in range(2)]
    for first in range(0, len(rows), _BATCH):
        indices = range(first, min(first + _BATCH, len(rows)))
        batch, share = rows.batch(indices, torch.device("cpu")), len(indices) / len(rows)
        outputs, hidden = forward(model, batch)
        losses = loss_of_task(task, outputs, batch.targets), lm_weight * text_loss(model.gpt, hidden, batch)
        for total, loss in zip(sums, losses, strict=True):
            found = torch.autograd.grad(share * loss, everything, retain_graph=True, allow_unused=True)
            for entry, gradient in zip(total, found, strict=True):
                if gradient is not None:
                    entry += gradient
    return Gradients(*(np.array(list(_lengths(total, groups))) for total in sums))


def _lengths(flat: list[Tensor], groups: list[list[Tensor]]) -> Iterator[float]:
    left = iter(flat)
    for group in groups:
        yield float(torch.cat([next(left).flatten() for _ in group]).norm())


@torch.no_grad()
def _moved(before: GPT, after: GPT) -> np.ndarray:
    pairs = zip(parts(before), parts(after), strict=True)
    flat = ((torch.cat([p.flatten() for p in one]), torch.cat([p.flatten() for p in other])) for one, other in pairs)
    return np.array([float((other - one).norm() / one.norm()) for one, other in flat])


def _attention_moved(before: TextModel, after: TextModel, plan: FinetunePlan, test: tuple[Example, ...]) -> np.ndarray:
    moved = []
    for example in test:
        given = task_input(before.tokenizer, plan.task, example.texts, before.config.n_positions)
        for row in given.rows:
            ids = torch.tensor(row.ids[: row.extract + 1])
            one, other = (np.asarray(run_trace(read.gpt, ids, ("attention",)).attention) for read in (before, after))
            moved.append(0.5 * np.abs(other - one).sum(axis=-1)[:, :, 1:].mean(axis=(1, 2)))
    mean: np.ndarray = np.mean(moved, axis=0)
    return mean
