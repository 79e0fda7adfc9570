"""Fine-tuning, from labelled files and a pre-trained model to one that judges (paper, section 3.2).

In: a plan and a folder. Out: events as they happen; the folder holds the run (see gptcore.train.run_folder), and at
its end results.jsonl has the answer to every test example, and the outputs before the first update and after the last.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch

from gptcore.checkpoints.checkpoint import Checkpoint, load
from gptcore.errors import InputError
from gptcore.files import write_text
from gptcore.model.gpt import GPT
from gptcore.model.parameters import parameter_count
from gptcore.tasks.examples import Example
from gptcore.tasks.files.datasets import Dataset, read_examples, read_test_examples, require_trainable
from gptcore.tasks.head import TaskHead
from gptcore.tasks.metrics import confusion, main_metric, metrics
from gptcore.tasks.task import Task
from gptcore.train.device import resolve_device
from gptcore.train.distributed import current_group
from gptcore.train.loop import Stopped, train
from gptcore.train.memory import require_memory
from gptcore.train.phases import Halted, Preparing, Report, Sitting, never, watched
from gptcore.train.plans import FinetunePlan
from gptcore.train.recording import (
    Finished,
    Prepared,
    RunEvent,
    asked_for,
    finish,
    kept_if_begun,
    machine,
    recorded,
    told,
    validated,
    with_card,
)
from gptcore.train.run_folder import RunFolder
from gptcore.train.task_learning import Examples, Predictions, TaskLearning, TaskModel

_VALIDATION_EXAMPLES = 1_000
"""Of the test file, looked at during training; all of it at the end."""
_CARD_EXAMPLES = 12
"""Of the test file, kept on the card for whoever wants to try the model."""


def finetune(
    plan: FinetunePlan, out: str | Path, resume: bool = False, stop: Callable[[], bool] = never
) -> Iterator[RunEvent]:
    """Fine-tunes a model.

    Args:
        plan: what to do.
        out: the run's folder; must be new, unless `resume`.
        resume: go on from the last saved state, as in gptcore.train.pretrain.
        stop: asked several times a second, whatever is being done; once true, the run ends, to be resumed another time.

    Raises:
        InputError: files, settings or folder cannot be used; nothing is left behind.
        TrainingError: the loss stopped being finite.
    """
    folder, sitting = RunFolder(out), Sitting(stop, plan.train.get("time_limit"))
    try:
        yield from _sit(plan, folder, resume, sitting)
    except Halted:
        yield Stopped(max((record["step"] for record in folder.metrics()), default=0), sitting.reason)


def _sit(plan: FinetunePlan, folder: RunFolder, resume: bool, sitting: Sitting) -> Iterator[RunEvent]:
    """One sitting. Raises Halted where it is over outside the loop."""

    def read(_: Report) -> tuple[Checkpoint, Dataset, Dataset]:
        base = load(plan.model)
        examples = read_examples(plan.train_file, plan.task, plan.columns, labels_from=plan.labels_from)
        labelled = require_trainable(examples)
        return base, labelled, read_test_examples(plan.test_file, labelled, plan.columns)

    base, labelled, test = yield from told(watched("reading", read, sitting), folder)
    settings = plan.settings(len(labelled.examples))
    group = current_group(resolve_device(settings.device), settings.batch_size)
    task = task_of(labelled)
    start = starting_point(plan, base, task, settings.seed)

    def cut(report: Report) -> list[Examples]:
        return [
            Examples(data.examples, task, start.tokenizer, start.config.n_positions, report)
            for data in (labelled, test)
        ]

    rows = yield from told(watched("tokens", cut, sitting), folder)
    longest = start.config.with_changes(n_positions=int(rows[0].lengths.max()))
    together = max(1, settings.batch_size // group.world_size) * rows[0].rows_per_example
    require_memory(longest, together, resolve_device(settings.device))
    fresh = not folder.path.exists()
    if group.is_main:
        folder.check(asked_for(plan.to_dict()), resume)
    if resume and (result := folder.result()):
        yield Finished(result)
        return
    if group.is_main:
        folder.open(asked_for(plan.to_dict()))
    with kept_if_begun(folder, fresh and group.is_main):
        job = TaskLearning(rows[0], _some(rows[1], task, start), task, plan.lm_weight, settings, group, sitting)
        data = {"train": _described(labelled, rows[0]), "test": _described(test, rows[1])}
        shown = [asdict(example) for example in test.examples[:_CARD_EXAMPLES]]
        card = {"name": folder.path.name, "parent": str(plan.model), "task": task.to_dict(), "data": data}
        card["examples"] = shown
        checkpoint = with_card(start, **card)
        model = TaskModel(start.model, start.head)
        freeze(start.model, plan.freeze, base.config.vocab_size)
        n_parameters = parameter_count(start.config) + start.head.linear.weight.numel()
        notes = tuple(dict.fromkeys(f"{data.source}: {note}" for data in (labelled, test) for note in data.notes))
        yield Prepared(n_parameters, len(rows[0]), settings.batch_size, "examples", settings.steps, notes)
        events = train(model, job, settings, folder.state, sitting, lambda step: validated(folder, step))
        if not group.is_main:
            yield from events
            return
        seconds = yield from recorded(events, folder, checkpoint, settings.log_every)
        if seconds is None:
            return
        yield Preparing("measuring")
        model.eval()
        found = job.predict(model, rows[1])
        untouched = starting_point(plan, base, task, settings.seed)
        before = job.predict(TaskModel(untouched.model, untouched.head).to(job.device).eval(), rows[1])
        result = _result(task, test.examples, found, before) | {"steps": settings.steps, "seconds": round(seconds, 1)}
        _write_results(folder, task, test.examples, before, found)
        if task.labels is not None:
            card["confusion"] = confusion(task, [e.target for e in test.examples], found.answers(task))
        card |= {"settings": asked_for(plan.to_dict()), "machine": machine(job.device), "result": result}
        finish(folder, checkpoint, **card)
        yield Finished(result)


def task_of(dataset: Dataset) -> Task:
    """What a head learns from these examples."""
    if not dataset.is_regression:
        return Task(dataset.kind, dataset.labels)
    scores = [example.target for example in dataset.examples]
    return Task(dataset.kind, None, float(np.mean(scores)), float(np.std(scores)))


def starting_point(plan: FinetunePlan, base: Checkpoint, task: Task, seed: int) -> Checkpoint:
    """The model before its first update: transferred layers, three new embeddings, a new head.

    Raises:
        InputError: the base has no tokenizer, or fewer layers than the plan names.
    """
    if base.tokenizer is None:
        raise InputError(f"{plan.model} has no tokenizer, so it cannot read a task's texts")
    n_layer = base.config.n_layer
    transferred = 0 if plan.from_scratch else n_layer if plan.transfer_layers is None else plan.transfer_layers
    for name, value in (("transfer_layers", transferred), ("freeze", plan.freeze)):
        if type(value) is not int or not 0 <= value <= n_layer:
            raise InputError(f"{name} must be a whole number from 0 to the model's {n_layer} layers, not {value!r}")
    tokenizer = base.tokenizer.with_task_tokens()
    dropout = {} if plan.dropout is None else {"dropout": plan.dropout}
    config = base.config.with_changes(vocab_size=tokenizer.vocab_size, **dropout)
    generator = torch.Generator().manual_seed(seed)
    model = GPT(config, generator)
    if not plan.from_scratch:
        transfer(base.model, model, transferred)
    return Checkpoint(model, tokenizer, config, {}, TaskHead(task, config.d_model, generator=generator, **dropout))


@torch.no_grad()
def transfer(source: GPT, model: GPT, n_layer: int) -> None:
    """Copies the embeddings and the first `n_layer` blocks (with all of them, a final norm too)."""
    weights = source.state_dict()
    upper = tuple(f"blocks.{layer}." for layer in range(n_layer, source.config.n_layer))
    if upper:
        upper += ("final_norm.",)
    for name, target in model.state_dict().items():
        if not name.startswith(upper):
            target[: len(weights[name])] = weights[name]  # the token table has new entries below the old ones


def freeze(model: GPT, n_layer: int, n_old: int) -> None:
    """Keeps the first `n_layer` blocks and everything below them as they are; 0 freezes nothing.

    Of the token table only its `n_old` first entries stay: [Start], [Delim] and [Extract] are new and have to learn.
    """
    if not n_layer:
        return
    for block in model.blocks[:n_layer]:
        block.requires_grad_(False)
    if model.position_embedding is not None:
        model.position_embedding.requires_grad_(False)
    table = model.token_embedding.weight
    table.decays = False  # read by build_optimizer: decay would move entries that have no gradient
    is_new = (torch.arange(len(table)) >= n_old).float()[:, None]
    table.register_hook(lambda gradient: gradient * is_new.to(gradient.device))


def _some(examples: Examples, task: Task, start: Checkpoint) -> Examples:
    """At most _VALIDATION_EXAMPLES of them, taken evenly."""
    if len(examples) <= _VALIDATION_EXAMPLES:
        return examples
    chosen = np.linspace(0, len(examples) - 1, _VALIDATION_EXAMPLES).astype(int)
    return Examples([examples.examples[i] for i in chosen], task, start.tokenizer, start.config.n_positions)


def _described(dataset: Dataset, rows: Examples) -> dict[str, Any]:
    return {
        "file": dataset.source,
        "examples": len(rows),
        "cut": rows.n_cut,
        "longest": int(rows.lengths.max()),
        "notes": list(dataset.notes),
    }


def _result(task: Task, examples: tuple[Example, ...], found: Predictions, before: Predictions) -> dict[str, Any]:
    values = metrics(task, [example.target for example in examples], found.answers(task))
    losses = {"loss": found.task_loss, "lm_loss": found.lm_loss, "lm_loss_before": before.lm_loss}
    return {"measure": main_metric(task), **values, **losses}


def _write_results(
    folder: RunFolder, task: Task, examples: tuple[Example, ...], before: Predictions, found: Predictions
) -> None:
    rows = zip(examples, found.answers(task), before.outputs.tolist(), found.outputs.tolist(), strict=True)
    lines = [
        json.dumps(
            {"texts": e.texts, "target": e.target, "answer": answer, "before": first, "outputs": last},
            ensure_ascii=False,
        )
        for e, answer, first, last in rows
    ]
    write_text(folder.results, "\n".join(lines) + "\n")
