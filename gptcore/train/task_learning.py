"""The job of fine-tuning: labelled examples, and the losses of the paper's section 3.2.

L3 = L2 + lambda * L1: the task's loss plus a share of the language model's loss on the same rows. All three are
negated means here, so lower is better: L2 over the examples, L1 over each example's own tokens and then the examples.

L1 predicts the texts' tokens alone. OpenAI's code counts [Delim] and [Extract] as well. Their embeddings are new: each
costs some 16 nats before fine-tuning and nothing after, so that L1 could not tell what the language model forgets. What
both masks lead to is in docs/design.md.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from gptcore.measures import Perplexity
from gptcore.model.kinds import Trained, states_of
from gptcore.model.loss import lm_loss
from gptcore.model.marks import Marks
from gptcore.tasks.examples import Example, Target
from gptcore.tasks.familiarity import text_perplexities
from gptcore.tasks.formats import task_input, task_token_ids
from gptcore.tasks.head import TaskHead, states_at
from gptcore.tasks.marks import marks_of
from gptcore.tasks.metrics import main_metric, metrics
from gptcore.tasks.predict import score
from gptcore.tasks.task import Task
from gptcore.text.tokenizer import Tokenizer
from gptcore.train.device import autocast, resolve_device, resolve_precision
from gptcore.train.distributed import ALONE, Group
from gptcore.train.phases import ENDLESS, Sitting, never
from gptcore.train.schedule import steps_per_epoch
from gptcore.train.settings import TrainSettings

_POOL = 16
"""Batches whose examples are sorted by length together, so that little of a batch is padding."""
_EVALUATION_TOKENS = 8_192


class TaskModel(nn.Module):
    """A GPT (or an LSTM in its place) and the head that reads its states, as one thing to train."""

    def __init__(self, gpt: Trained, head: TaskHead):
        super().__init__()
        self.gpt = gpt
        self.head = head


@dataclass(frozen=True)
class TaskBatch:
    """B examples of R rows, padded to T tokens."""

    ids: Tensor
    """(B, R, T) int64."""
    extract: Tensor
    """(B, R): position of [Extract]."""
    is_text: Tensor
    """(B, R, T): neither special nor padding; these are what L1 predicts."""
    targets: Tensor
    """(B,): a class or a row, int64; or a score in standard units, float32."""
    marks: Marks | None = None
    """Of a masked model: segments and padding of the B R rows."""
    weight: float = 1.0
    """Of this process's losses in the mean over all processes."""


@dataclass(frozen=True)
class Predictions:
    """Outputs of the head for N examples, and the mean losses over them."""

    outputs: np.ndarray
    """(N, C), (N, R) or (N, 1), see TaskHead."""
    task_loss: float
    lm_loss: float | None
    """None of a masked model, which predicts no next token."""
    measures: list[Perplexity]
    """Per example, of the tokens of its texts; of a masked model there are none."""

    def answers(self, task: Task) -> list[Target]:
        """Labels, indices or scores: comparable to the targets of the examples."""
        if task.is_regression:
            return [score(task, output) for output in self.outputs[:, 0]]
        best = self.outputs.argmax(axis=1).tolist()
        return best if task.labels is None else [task.labels[i] for i in best]


class Examples:
    """Labelled examples as rows of ids, ready to be put into batches."""

    def __init__(
        self,
        examples: Sequence[Example],
        task: Task,
        tokenizer: Tokenizer,
        n_positions: int,
        report: Callable[[], object] = never,
    ):
        inputs = []
        for example in examples:
            report()
            inputs.append(task_input(tokenizer, task.kind, example.texts, n_positions))
        self._rows = [np.array([row.ids for row in given.rows], dtype=np.int32) for given in inputs]
        self._extract = [[row.extract for row in given.rows] for given in inputs]
        self._marked = [given.rows for given in inputs] if inputs and inputs[0].rows[0].segments else None
        self._special = torch.tensor(task_token_ids(tokenizer))
        self._targets = np.array([_number(task, example.target) for example in examples])
        self.examples = examples
        self.lengths = np.array([rows.shape[1] for rows in self._rows])
        """Tokens of each example's longest row."""
        self.rows_per_example = max(len(rows) for rows in self._rows)
        """The most that an example has."""
        self.n_cut = sum(bool(given.cuts) for given in inputs)
        """Examples of which not all is read."""

    def __len__(self) -> int:
        return len(self._rows)

    def batch(self, indices: Sequence[int] | np.ndarray, device: torch.device) -> TaskBatch:
        """The examples with these indices, in this order."""
        longest = max(self.lengths[i] for i in indices)
        padding = int(self._special[-1])
        padded = [
            np.pad(rows, ((0, 0), (0, longest - rows.shape[1])), constant_values=padding)
            for rows in (self._rows[i] for i in indices)
        ]
        ids = torch.from_numpy(np.stack(padded).astype(np.int64))
        extract = torch.tensor([self._extract[i] for i in indices])
        is_text = ~torch.isin(ids, self._special)
        targets = torch.tensor(self._targets[indices])
        marks = marks_of([row for i in indices for row in self._marked[i]], device) if self._marked else None
        return TaskBatch(ids.to(device), extract.to(device), is_text.to(device), targets.to(device), marks)


class TaskLearning:
    """Batches of examples in an order that follows from the seed and the step; see gptcore.train.loop.Job.

    Args:
        enough: the loss of an example from which on it is learnt, and counts as 0 in training.
    """

    def __init__(
        self,
        train: Examples,
        valid: Examples,
        task: Task,
        lm_weight: float,
        settings: TrainSettings,
        group: Group = ALONE,
        sitting: Sitting = ENDLESS,
        enough: float = 0.0,
    ):
        self._group, self._sitting, self._enough = group, sitting, enough
        self.device = resolve_device(settings.device)
        self._train, self._valid, self._task, self._lm_weight = train, valid, task, lm_weight
        self._batch_size, self._seed = settings.batch_size, settings.seed
        self._dtype = resolve_precision(settings.precision, self.device)
        self._per_epoch = steps_per_epoch(len(train), settings.batch_size)
        self._epoch = -1
        self._order: list[np.ndarray] = []

    def batch(self, step: int) -> TaskBatch:
        """This process's examples of one update."""
        epoch, index = divmod(step, self._per_epoch)
        if epoch != self._epoch:
            self._epoch, self._order = epoch, self._batches(epoch)
        examples, group = self._order[index], self._group
        own = examples[group.rank :: group.world_size]
        if group.world_size == 1:
            return self._train.batch(examples, self.device)
        # The last batch of an epoch may not divide evenly; what a process has counts by its share of the examples.
        batch = self._train.batch(own if len(own) else examples[:1], self.device)
        return replace(batch, weight=len(own) * group.world_size / len(examples))

    def losses(self, model: TaskModel, batch: TaskBatch) -> dict[str, Tensor]:
        """L3 as "loss", and its parts: "task_loss" (L2) and "lm_loss" (L1, left out where its weight is 0); beside them
        the batch's accuracy, except of scores."""
        outputs, hidden = forward(model, batch)
        task_loss = batch.weight * loss_of_task(self._task, outputs, batch.targets, self._enough)
        losses = {"loss": task_loss, "task_loss": task_loss}
        if not self._task.is_regression:
            losses["accuracy"] = batch.weight * (outputs.argmax(dim=1) == batch.targets).float().mean()
        if not self._lm_weight:
            return losses
        lm = batch.weight * text_loss(model.gpt, hidden, batch)
        return {**losses, "loss": task_loss + self._lm_weight * lm, "lm_loss": lm}

    def validate(self, model: TaskModel) -> dict[str, float]:
        """Both losses and the task's main measure, on examples that are not trained on."""
        predictions = self.predict(model, self._valid)
        targets = [example.target for example in self._valid.examples]
        name = main_metric(self._task)
        value = metrics(self._task, targets, predictions.answers(self._task))[name]
        lm_loss = {} if predictions.lm_loss is None else {"valid_lm_loss": predictions.lm_loss}
        return {"valid_task_loss": predictions.task_loss, **lm_loss, f"valid_{name}": value}

    @torch.no_grad()
    def predict(self, model: TaskModel, examples: Examples) -> Predictions:
        """What the model answers to all examples; it must be in evaluation mode. Raises Halted once the sitting is
        over."""
        order = np.argsort(examples.lengths, kind="stable")
        outputs: dict[int, np.ndarray] = {}
        measures: dict[int, Perplexity] = {}
        total_task = 0.0
        for part in _parts(order, examples):
            self._sitting.check()
            batch = examples.batch(part, self.device)
            with autocast(self.device, self._dtype):
                answered, hidden = forward(model, batch)
                measured = text_perplexities(model.gpt, hidden, batch.ids, batch.is_text) if batch.marks is None else ()
            total_task += float(loss_of_task(self._task, answered, batch.targets)) * len(part)
            outputs |= zip(part.tolist(), answered.cpu().numpy(), strict=True)
            measures |= zip(part.tolist(), measured, strict=batch.marks is None)
        stacked = np.stack([outputs[i] for i in range(len(examples))])
        in_order = [measures[i] for i in range(len(examples)) if i in measures]
        lm_loss = sum(measure.mean_surprisal for measure in in_order) / len(examples) if in_order else None
        return Predictions(stacked, total_task / len(examples), lm_loss, in_order)

    def _batches(self, epoch: int) -> list[np.ndarray]:
        """All examples once: shuffled, sorted by length within pools, and the batches shuffled again."""
        draw = np.random.default_rng((self._seed, epoch))
        order = draw.permutation(len(self._train))
        pool = self._batch_size * _POOL
        pools = [order[i : i + pool] for i in range(0, len(order), pool)]
        order = np.concatenate([p[np.argsort(self._train.lengths[p], kind="stable")] for p in pools])
        batches = [order[i : i + self._batch_size] for i in range(0, len(order), self._batch_size)]
        return [batches[i] for i in draw.permutation(len(batches))]


def forward(model: TaskModel, batch: TaskBatch) -> tuple[Tensor, Tensor]:
    """The head's outputs, and all states (B, R, T, D)."""
    n_examples, n_rows, length = batch.ids.shape
    hidden = states_of(model.gpt, batch.ids.flatten(0, 1), batch.marks).view(n_examples, n_rows, length, -1)
    return model.head(states_at(hidden, batch.extract)), hidden


def loss_of_task(task: Task, outputs: Tensor, targets: Tensor, enough: float = 0.0) -> Tensor:
    """-L2 of the paper's equation 4 as a mean; the mean squared error for a score. `enough` as of TaskLearning."""
    reduction = "none" if enough else "mean"
    if task.is_regression:
        loss = F.mse_loss(outputs.squeeze(-1), targets, reduction=reduction)
    else:
        loss = F.cross_entropy(outputs, targets, reduction=reduction)
    return torch.where(loss > enough, loss, 0.0).mean() if enough else loss


def text_loss(gpt: Trained, hidden: Tensor, batch: TaskBatch) -> Tensor:
    """-L1 of the paper's equation 1 over the rows' own text."""
    predicted = batch.is_text[..., 1:]
    count = predicted.sum(dim=(1, 2), keepdim=True).clamp(min=1)
    share = (predicted / count / len(predicted))[predicted]
    return lm_loss(hidden[..., :-1, :][predicted], gpt.output_table, batch.ids[..., 1:][predicted], share)


def _number(task: Task, target: Target) -> np.float32 | int:
    if task.is_regression:
        return np.float32((float(target) - task.score_mean) / task.score_std)
    return int(target) if task.labels is None else task.labels.index(str(target))


def _parts(order: np.ndarray, examples: Examples) -> list[np.ndarray]:
    """Runs of examples of about equal length and work."""
    parts, start = [], 0
    while start < len(order):
        row = examples.batch(order[start : start + 1], torch.device("cpu")).ids
        stop = start + max(1, _EVALUATION_TOKENS // row.numel())
        parts.append(order[start:stop])
        start = stop
    return parts
