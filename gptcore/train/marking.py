"""Fine-tuning on tasks whose answer lies in the text: spans, and labels of tokens (Devlin et al. 2019, sections 4.2 and
5.3). It goes through the same run as every other training, and takes a GPT, a masked model or an LSTM.
"""

import json
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from gptcore.checkpoints.card import Card
from gptcore.checkpoints.checkpoint import Checkpoint, TextModel
from gptcore.checkpoints.marks import save_marks
from gptcore.checkpoints.masked import load_any_model
from gptcore.errors import InputError
from gptcore.files import write_text
from gptcore.model.kinds import Trained, new_model, states_of
from gptcore.model.marks import Marks
from gptcore.model.parameters import parameter_count
from gptcore.tasks.mark_head import MarkHead, answers
from gptcore.tasks.mark_metrics import span_metrics, token_metrics, without_reading
from gptcore.tasks.marked import Marked, MarkRow, MarkTask, ends_of, labels_of, mark_row, mark_task, read_marked
from gptcore.tasks.marks import marks_of
from gptcore.train.device import autocast, resolve_device, resolve_precision
from gptcore.train.distributed import Group
from gptcore.train.events import Event, Prepared, Preparing
from gptcore.train.phases import ENDLESS, Report, Sitting, never, watched
from gptcore.train.plans import MarkPlan
from gptcore.train.run import Ready, run
from gptcore.train.run_folder import RunFolder
from gptcore.train.schedule import steps_per_epoch
from gptcore.train.settings import TrainSettings
from gptcore.train.transfer import transfer

_IGNORED = -100
_ROWS = 64
"""That are read at a time to measure."""
_CARD_EXAMPLES = 12
_VALIDATION = 300
"""Test examples that are looked at during training; all of them at the end."""


def finetune_marks(
    plan: MarkPlan, out: str | Path, resume: bool = False, stop: Callable[[], bool] = never
) -> Iterator[Event]:
    """Fine-tunes a model by a plan; everything else is said at gptcore.train.run.run."""
    return run(MarkTraining(plan), out, resume, stop)


class MarkModel(nn.Module):
    """A model and the head that reads its states, as one thing to train."""

    def __init__(self, gpt: Trained, head: MarkHead):
        super().__init__()
        self.gpt = gpt
        self.head = head


@dataclass(frozen=True)
class MarkBatch:
    """B rows of T tokens."""

    ids: Tensor
    """(B, T) int64."""
    marks: Marks | None
    is_text: Tensor
    """(B, T) bool: tokens of the text that is marked."""
    targets: Tensor
    """(B, 2) places of first and last token; or (B, T) labels, _IGNORED outside the text."""


class MarkLearning:
    """Batches in an order that follows from seed and step, and the loss; see gptcore.train.loop.Job."""

    def __init__(
        self,
        train: Sequence[Marked],
        valid: Sequence[Marked],
        task: MarkTask,
        reader: TextModel,
        settings: TrainSettings,
        sitting: Sitting = ENDLESS,
    ):
        self.device = resolve_device(settings.device)
        self._dtype = resolve_precision(settings.precision, self.device)
        self._task, self._reader, self._sitting = task, reader, sitting
        rows = [self._row(example) for example in train]
        kept = [i for i, row in enumerate(rows) if self._target(train[i], row) is not None]
        if not kept:
            raise InputError("no answer of the training file is within the model's context; give shorter texts")
        self._train, self._rows = [train[i] for i in kept], [rows[i] for i in kept]
        self._valid = valid
        self._settings, self._per_epoch = settings, steps_per_epoch(len(kept), settings.batch_size)

    def batch(self, step: int) -> MarkBatch:
        """The examples of one update."""
        epoch, index = divmod(step, self._per_epoch)
        order = np.random.default_rng((self._settings.seed, epoch)).permutation(len(self._train))
        size = self._settings.batch_size
        chosen = order[index * size : (index + 1) * size]
        return self._batch([self._train[i] for i in chosen], [self._rows[i] for i in chosen])

    def losses(self, model: MarkModel, batch: MarkBatch) -> dict[str, Tensor]:
        """The mean surprise per token, or of start and end, in nats."""
        logits = self._logits(model, batch)
        if self._task.kind == "tokens":
            return {"loss": F.cross_entropy(logits.flatten(0, 1), batch.targets.flatten(), ignore_index=_IGNORED)}
        places = logits.masked_fill(~batch.is_text[..., None], -torch.inf)
        return {"loss": F.cross_entropy(places, batch.targets)}  # (B, T, 2): a softmax over the places for either end

    def validate(self, model: MarkModel) -> dict[str, float]:
        """Measures on examples that are not trained on."""
        return {f"valid_{name}": value for name, value in self.measures(model, self._valid)[0].items()}

    @torch.no_grad()
    def measures(self, model: MarkModel, examples: Sequence[Marked]) -> tuple[dict[str, float], list[Any]]:
        """Measures, and the answers: texts of spans, or lists of labels' places. Raises Halted once the sitting is
        over."""
        rows = [self._row(example) for example in examples]
        logits: list[np.ndarray] = []
        for start in range(0, len(rows), _ROWS):
            self._sitting.check()
            part = rows[start : start + _ROWS]
            with autocast(self.device, self._dtype):
                found = self._logits(model, self._batch(examples[start : start + _ROWS], part)).cpu().numpy()
            logits += [found[i, list(row.places)] for i, row in enumerate(part)]
        said = answers(self._task, examples, rows, logits)
        if self._task.kind == "span":
            right = [e.text[e.spans[0].start : e.spans[0].end] for e in examples]
            return span_metrics(right, said), said
        there = [labels_of(e, row.offsets, self._task.labels) for e, row in zip(examples, rows, strict=True)]
        return token_metrics(list(chain(*there)), list(chain(*said))), said

    def _logits(self, model: MarkModel, batch: MarkBatch) -> Tensor:
        logits: Tensor = model.head(states_of(model.gpt, batch.ids, batch.marks))
        return logits

    def _row(self, example: Marked) -> MarkRow:
        return mark_row(self._reader.tokenizer, example, self._reader.config.n_positions)

    def _target(self, example: Marked, row: MarkRow) -> list[int] | None:
        """Places in the row of an answer's ends, or labels of the text's tokens; None where the answer is cut away."""
        if self._task.kind == "tokens":
            return labels_of(example, row.offsets, self._task.labels)
        ends = ends_of(example, row.offsets)
        return None if ends is None else [row.places[end] for end in ends]

    def _batch(self, examples: Sequence[Marked], rows: Sequence[MarkRow]) -> MarkBatch:
        length = max(len(row.row.ids) for row in rows)
        ids = torch.tensor([[*row.row.ids, *[row.row.ids[-1]] * (length - len(row.row.ids))] for row in rows])
        is_text = torch.zeros(ids.shape, dtype=torch.bool)
        targets = torch.full((len(rows), 2 if self._task.kind == "span" else length), _IGNORED)
        for i, (example, row) in enumerate(zip(examples, rows, strict=True)):
            places, target = torch.tensor(row.places), self._target(example, row)
            is_text[i, places] = True
            if target is not None:
                targets[i, slice(None) if self._task.kind == "span" else places] = torch.tensor(target)
        marks = marks_of([row.row for row in rows], self.device)
        return MarkBatch(ids.to(self.device), marks, is_text.to(self.device), targets.to(self.device))


class MarkTraining:
    """What this fine-tuning does in its own way; see gptcore.train.run.Training."""

    def __init__(self, plan: MarkPlan):
        self.plan, self.settings = plan, plan.settings(1)
        self._base: TextModel
        self._data: tuple[list[Marked], list[Marked]]
        self._task: MarkTask
        self._job: MarkLearning

    def read(self, group: Group, sitting: Sitting) -> Generator[Preparing, None, None]:
        """The model to start from, and the examples."""
        plan = self.plan
        if group.world_size > 1:
            raise InputError("spans and tokens are learnt by one process; start it without torchrun")

        def read(_: Report) -> tuple[TextModel, list[Marked], list[Marked]]:
            base = load_any_model(plan.model)
            return base, read_marked(plan.train_file, plan.task), read_marked(plan.test_file, plan.task)

        self._base, train, test = yield from watched("reading", read, sitting)
        self._data, self._task = (train, test), mark_task(plan.task, train)
        strange = {s.label for e in test for s in e.spans} - {s.label for e in train for s in e.spans}
        if strange:
            raise InputError(f"{plan.test_file} has labels that the training file lacks: {', '.join(sorted(strange))}")
        self.settings = plan.settings(len(train))

    def prepare(
        self, folder: RunFolder, group: Group, sitting: Sitting
    ) -> Generator[Preparing, None, Ready[MarkModel]]:
        """The model with a new head, and its batches."""
        plan, base, (train, test) = self.plan, self._base, self._data
        tokenizer = base.tokenizer.with_task_tokens()
        dropout = {} if plan.dropout is None else {"dropout": plan.dropout}
        config = base.config.with_changes(vocab_size=tokenizer.vocab_size, **dropout)
        generator = torch.Generator().manual_seed(self.settings.seed)
        model = new_model(config, generator)
        if not plan.from_scratch:
            transfer(base.trained, model, config.n_layer)
        head = MarkHead(self._task, config.d_model, generator=generator, **dropout)
        reader = TextModel(model, tokenizer, config)

        def make(_: Report) -> MarkLearning:
            return MarkLearning(train, test[:_VALIDATION], self._task, reader, self.settings, sitting)

        self._job = yield from watched("tokens", make, sitting)
        card: Card = {
            "name": folder.path.name,
            "parent": plan.model,
            "task": self._task.to_dict(),
            "data": {
                "train": {"file": Path(plan.train_file).name, "examples": len(train)},
                "test": {"file": Path(plan.test_file).name, "examples": len(test)},
            },
            "examples": [{"text": e.text, "question": e.question} for e in test[:_CARD_EXAMPLES]],
        }
        return Ready(
            MarkModel(model, head),
            self._job,
            Checkpoint(model, tokenizer, config, card),
            Prepared(
                parameter_count(config) + head.linear.weight.numel(),
                len(train),
                self.settings.batch_size,
                "examples",
                self.settings.steps,
                (),
            ),
        )

    def measure(self, ready: Ready[MarkModel], folder: RunFolder, seconds: float) -> tuple[dict[str, Any], Card]:
        """Measures on the test examples beside rules that do not read; each answer goes into the folder."""
        train, test = self._data
        measures, said = self._job.measures(ready.model, test)
        save_marks(ready.model.head, folder.path)
        lines = [
            json.dumps({"text": e.text, "question": e.question, "spans": e.spans, "answer": answer}, ensure_ascii=False)
            for e, answer in zip(test, said, strict=True)
        ]
        write_text(folder.results, "\n".join(lines) + "\n")
        result = {"measure": self.plan.measure, **measures, "steps": self.settings.steps, "seconds": round(seconds, 1)}
        return result, {"peers": {"without_reading": without_reading(train, test)}}
