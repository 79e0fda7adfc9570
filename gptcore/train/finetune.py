"""Fine-tuning, from labelled files and a pre-trained model to one that answers (paper, section 3.2).

At a run's end results.jsonl has the answer to every test example, and the outputs before the first update and after
the last. A fine-tuned model that goes on with its head (keep_head) answers the examples that it is to learn likewise,
in learnt.jsonl, and may rehearse its old answers meanwhile (gptcore.train.rehearsal).
"""

from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from gptcore.checkpoints.card import Card
from gptcore.checkpoints.checkpoint import TextModel, load_text_model, write_json
from gptcore.checkpoints.masked import load_any_model
from gptcore.checkpoints.words import WORDS
from gptcore.config import require_causal
from gptcore.errors import InputError
from gptcore.measures import Perplexity
from gptcore.model.parameters import parameter_count
from gptcore.tasks.calibration import calibration
from gptcore.tasks.examples import Example
from gptcore.tasks.files.datasets import Dataset, read_examples, read_test_examples, require_trainable
from gptcore.tasks.metrics import confusion, main_metric
from gptcore.tasks.splitting import hold_out
from gptcore.tasks.task import Task
from gptcore.train.device import resolve_device
from gptcore.train.distributed import ALONE, Group
from gptcore.train.events import Event, Prepared, Preparing
from gptcore.train.familiarity import remember_words, usual_examples
from gptcore.train.finetune_result import described, measures_of, result_of, write_results
from gptcore.train.loop import Job
from gptcore.train.means import EXAMPLES, RUN_TOKENS, remember_means, sample_of_examples
from gptcore.train.memories import kept, some, written
from gptcore.train.memory import require_memory
from gptcore.train.phases import ENDLESS, Report, Sitting, never, watched
from gptcore.train.plans import FinetunePlan
from gptcore.train.recording import with_card
from gptcore.train.rehearsal import Rehearsal, enough
from gptcore.train.run import Ready, run
from gptcore.train.run_folder import RunFolder
from gptcore.train.task_learning import Examples, TaskLearning, TaskModel
from gptcore.train.transfer import StartingPoint, fine_tuned, freeze, starting_point, task_of

_VALIDATION_EXAMPLES = 1_000
"""Of the held-out examples or the test file, looked at during training; all of them at the end."""
_NO_AUXILIARY = "a masked model predicts no next token, so it is fine-tuned on the task alone: lambda counts as 0"
_CARD_EXAMPLES = 12
"""Of the test file, kept on the card for whoever wants to try the model."""


def finetune(
    plan: FinetunePlan, out: str | Path, resume: bool = False, stop: Callable[[], bool] = never
) -> Iterator[Event]:
    """Fine-tunes a model by a plan; everything else is said at gptcore.train.run.run."""
    return run(Finetuning(plan), out, resume, stop)


def remember_late(folder: RunFolder, plan: FinetunePlan) -> Card:
    """Puts words, and what is usual in the test examples, beside a fine-tuned model from before trainings did so.

    Args:
        folder: of the model.
        plan: how it was fine-tuned.

    Returns:
        what its card says more than before.

    Raises:
        GPTCoreError: a file, or the model that it started from, is not where the plan says.
    """
    training = Finetuning(plan)
    deque(training.read(ALONE, ENDLESS), maxlen=0)
    deque(training.prepare(folder, ALONE, ENDLESS), maxlen=0)
    trained = load_text_model(folder.path)
    if trained.head is None:
        raise InputError(f"{folder.path} was not fine-tuned")
    card = training.usual(folder, training.measures(TaskModel(trained.trained, trained.head)))
    write_json(folder.card, {**trained.card, **card})
    return card


class Finetuning:
    """What fine-tuning does in its own way; see gptcore.train.run.Training."""

    def __init__(self, plan: FinetunePlan):
        self.plan, self.settings = plan, plan.settings(1)
        self._base: TextModel
        self._data: tuple[Dataset, Dataset]
        """To learn from and to test on; likewise the rows."""
        self._rows: tuple[Examples, Examples]
        self._held_out: Examples | None = None
        """Of those to learn from, the ones that are not."""
        self._replay: Dataset | None = None
        self._task: Task
        self._start: StartingPoint
        """The model before its first update."""
        self._job: TaskLearning

    def read(self, group: Group, sitting: Sitting) -> Generator[Preparing, None, None]:
        """The model to start from, and the examples as rows of its tokens."""
        plan = self.plan

        def read(_: Report) -> tuple[TextModel, Dataset, Dataset]:
            base = load_any_model(plan.model)
            if plan.rehearse:
                require_causal(base.config)
            labelled = self._labelled(base)
            if plan.replay is not None:
                self._replay = read_test_examples(plan.replay, labelled, plan.columns)
            return base, labelled, read_test_examples(plan.test_file, labelled, plan.columns)

        self._base, labelled, test = yield from watched("reading", read, sitting)
        trained, held_out = hold_out(labelled.examples, plan.held_out)
        labelled = replace(labelled, examples=trained)
        self._data = labelled, test
        self._task = fine_tuned(plan, self._base).task if plan.keep_head else task_of(require_trainable(labelled))
        self.settings = plan.settings(len(labelled.examples))
        self._start = start = self._untouched()

        def cut(report: Report) -> tuple[Examples, Examples]:
            reader = self._task, start.tokenizer, start.config.n_positions
            self._held_out = Examples(held_out, *reader, report) if held_out else None
            return Examples(labelled.examples, *reader, report), Examples(test.examples, *reader, report)

        self._rows = rows, _ = yield from watched("tokens", cut, sitting)
        longest = start.config.with_changes(n_positions=int(rows.lengths.max()))
        together = max(1, self.settings.batch_size // group.world_size) * rows.rows_per_example
        require_memory(longest, together, resolve_device(self.settings.device))

    def prepare(
        self, folder: RunFolder, group: Group, sitting: Sitting
    ) -> Generator[Preparing, None, Ready[TaskModel]]:
        """The model with new embeddings and a new head, and its batches."""
        plan, settings, start, (rows, test_rows) = self.plan, self.settings, self._start, self._rows
        labelled, test = self._data
        if group.is_main and not (folder.path / WORDS).exists():
            remember_words(folder.path, plan.model, self._base, labelled.examples)
        valid = _some(self._held_out or test_rows, self._task, start)
        is_masked = not start.config.is_causal
        certain, lm_weight = (enough(self._task), 0.0) if plan.rehearse else (0.0, plan.lm_weight * (not is_masked))
        self._job = TaskLearning(rows, valid, self._task, lm_weight, settings, group, sitting, certain)
        data = {"train": described(labelled, rows), "test": described(test, test_rows)}
        job: Job[TaskModel] = self._job
        if plan.rehearse:
            source, texts, own = yield from self._rehearsed(folder, sitting)
            answers = self._job.predict(TaskModel(start.trained, start.head).to(self._job.device).eval(), texts)
            share = plan.rehearse / settings.batch_size
            how = plan.rehearse, share, own, plan.lm_weight, settings.seed
            job = Rehearsal(self._job, self._task, texts, answers.outputs, *how)
            data["rehearsed"] = {"file": source, "examples": len(texts), "notes": []}
        card: Card = {
            "name": folder.path.name,
            "parent": plan.model,
            "task": self._task.to_dict(),
            "data": data,
            "examples": [asdict(example) for example in test.examples[:_CARD_EXAMPLES]],
        }
        freeze(start.trained, plan.freeze, self._base.config.vocab_size)
        n_parameters = parameter_count(start.config) + start.head.linear.weight.numel()
        notes = tuple(dict.fromkeys(f"{data.source}: {note}" for data in self._data for note in data.notes))
        if is_masked:
            notes += (_NO_AUXILIARY,)
        return Ready(
            TaskModel(start.trained, start.head),
            job,
            with_card(start, card),
            Prepared(n_parameters, len(rows), settings.batch_size, "examples", settings.steps, notes),
        )

    def measure(self, ready: Ready[TaskModel], folder: RunFolder, seconds: float) -> tuple[dict[str, Any], Card]:
        """Measures and losses on the test examples; each answer goes into the folder, and what the model's parts say on
        average over some of them."""
        examples, rows, task = self._data[1].examples, self._rows[1], self._task
        start = self._untouched()
        untouched = TaskModel(start.trained, start.head).to(self._job.device).eval()
        after, before = self._job.predict(ready.model, rows), self._job.predict(untouched, rows)
        result = result_of(task, examples, after, before)
        targets, held_out = [example.target for example in examples], None
        if self._held_out is not None:
            found = self._job.predict(ready.model, self._held_out)
            result |= measures_of(task, self._held_out.examples, found, "held_out_")
            held_out = found.outputs, [example.target for example in self._held_out.examples]
        if self.plan.keep_head:
            result[f"{main_metric(task)}_before"] = measures_of(task, examples, before)[main_metric(task)]
            result |= self._learnt(ready.model, untouched, folder.learnt)
        result |= {"steps": self.settings.steps, "seconds": round(seconds, 1)}
        write_results(folder.results, task, examples, before, after)
        card: Card = {}
        if start.config.is_causal:
            sample = sample_of_examples([example.texts for example in examples], task.kind, start, RUN_TOKENS)
            remember_means(folder.path, ready.model.gpt, sample, EXAMPLES)
            card = self.usual(folder, after.measures)
        if task.labels is not None:
            card["confusion"] = confusion(task, targets, after.answers(task))
        if not task.is_regression:
            card["calibration"] = measured = calibration(task, (after.outputs, targets), held_out)
            self._start.head.task = replace(task, temperature=measured["temperature"])
            card["task"] = self._start.head.task.to_dict()
        return result, card

    def usual(self, folder: RunFolder, measures: Sequence[Perplexity]) -> Card:
        """What is usual in the test examples, for the card; empty where nothing can be said. A model that goes on keeps
        what is known of its own test file."""
        if self.plan.keep_head and "familiarity" in self._base.card:
            return {"familiarity": self._base.card["familiarity"]}
        usual = usual_examples(folder.path, {"parent": self.plan.model}, self._data[1].examples, measures)
        return {} if usual is None else {"familiarity": usual.to_dict()}

    def measures(self, model: TaskModel) -> list[Perplexity]:
        """Of a model's own language modelling, per test example."""
        return self._job.predict(model.to(self._job.device).eval(), self._rows[1]).measures

    def _learnt(self, model: TaskModel, untouched: TaskModel, path: Path) -> dict[str, int]:
        """How many of the examples to learn are right now, and were before; each answer goes into a file."""
        examples, rows, task = self._data[0].examples, self._rows[0], self._task
        before, after = self._job.predict(untouched, rows), self._job.predict(model, rows)
        write_results(path, task, examples, before, after)
        targets = [example.target for example in examples]
        return {
            "learnt": sum(map(task.is_right, after.answers(task), targets)),
            "learnt_before": sum(map(task.is_right, before.answers(task), targets)),
            "to_learn": len(examples),
        }

    def _labelled(self, base: TextModel) -> Dataset:
        """What there is to learn: of any labels, or of those that the model knows already."""
        plan = self.plan
        task = fine_tuned(plan, base).task if plan.keep_head else None
        labels = task.labels if task else None
        data = read_examples(plan.train_file, plan.task, plan.columns, labels=labels, labels_from=plan.labels_from)
        if task is None:
            return require_trainable(data)
        if data.is_regression != task.is_regression:
            raise InputError(f"{data.source} holds labels, but {plan.model} learnt scores; keep_head needs the same")
        return data

    def _rehearsed(
        self, folder: RunFolder, sitting: Sitting
    ) -> Generator[Preparing, None, tuple[str, Examples, list[bool]]]:
        """Where the texts come from that are rehearsed, and their rows."""
        start, task, replay, seed = self._start, self._task, self._replay, self.settings.seed
        n_answers = self._data[0].n_answers

        def make(report: Report) -> tuple[Examples, list[bool]]:
            if replay is not None:
                memories = kept(folder.rehearsed, lambda: some(replay.examples, seed))
            else:
                reader = start.model.eval(), start.tokenizer, task.kind, n_answers
                memories = kept(folder.rehearsed, lambda: written(*reader, seed, report))
            anything = task.labels[0] if task.labels else 0
            examples = [Example(memory.texts, anything) for memory in memories]
            rows = Examples(examples, task, start.tokenizer, start.config.n_positions, report)
            return rows, [memory.own for memory in memories]

        source = "texts of its own and of our story world" if replay is None else replay.source
        return source, *(yield from watched("rehearsal", make, sitting))

    def _untouched(self) -> StartingPoint:
        return starting_point(self.plan, self._base, self._task, self.settings.seed)


def _some(examples: Examples, task: Task, start: StartingPoint) -> Examples:
    """At most _VALIDATION_EXAMPLES of them, taken evenly."""
    if len(examples) <= _VALIDATION_EXAMPLES:
        return examples
    chosen = np.linspace(0, len(examples) - 1, _VALIDATION_EXAMPLES).astype(int)
    return Examples([examples.examples[i] for i in chosen], task, start.tokenizer, start.config.n_positions)
