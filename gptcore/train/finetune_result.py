"""What a fine-tuning came to: measures of its answers for the card, and each answer in a file."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gptcore.files import write_text
from gptcore.tasks.examples import Example
from gptcore.tasks.files.datasets import Dataset
from gptcore.tasks.metrics import main_metric, metrics
from gptcore.tasks.task import Task
from gptcore.train.task_learning import Examples, Predictions


def described(dataset: Dataset, rows: Examples) -> dict[str, Any]:
    """A labelled file, for the card."""
    return {
        "file": dataset.source,
        "examples": len(rows),
        "cut": rows.n_cut,
        "longest": int(rows.lengths.max()),
        "notes": list(dataset.notes),
    }


def result_of(task: Task, examples: tuple[Example, ...], after: Predictions, before: Predictions) -> dict[str, Any]:
    """Measures and losses on the test examples; of the language model's own only where it is a GPT."""
    own = {} if after.lm_loss is None else {"lm_loss": after.lm_loss, "lm_loss_before": before.lm_loss}
    return {"measure": main_metric(task), **measures_of(task, examples, after), **own}


def measures_of(
    task: Task, examples: Sequence[Example], predictions: Predictions, prefix: str = ""
) -> dict[str, float]:
    """Metrics of the answers and the task's loss; every name begins with `prefix`."""
    values = metrics(task, [example.target for example in examples], predictions.answers(task))
    return {prefix + name: value for name, value in {**values, "loss": predictions.task_loss}.items()}


def write_results(
    path: Path, task: Task, examples: tuple[Example, ...], before: Predictions, after: Predictions
) -> None:
    """Writes each answer, and the outputs before the first update and after the last."""
    rows = zip(examples, after.answers(task), before.outputs.tolist(), after.outputs.tolist(), strict=True)
    lines = [
        json.dumps(
            {"texts": e.texts, "target": e.target, "answer": answer, "before": first, "outputs": last},
            ensure_ascii=False,
        )
        for e, answer, first, last in rows
    ]
    write_text(path, "\n".join(lines) + "\n")
