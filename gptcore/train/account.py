"""The honest card of a fine-tuned model: what simpler methods reach on its test, how much chance there is in its own
result, what its mistakes have in common, and the command that makes it again.

In: a finished run's folder, the folders of other runs beside it, the file that it learnt from. Out: entries of a card.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from gptcore.checkpoints.card import Card
from gptcore.checkpoints.checkpoint import TextModel
from gptcore.errors import ConfigError, InputError
from gptcore.files import read_object
from gptcore.tasks.calibration import with_temperature
from gptcore.tasks.examples import Example, Target
from gptcore.tasks.files.datasets import read_examples
from gptcore.tasks.files.labels import MAX_LABEL_CHARACTERS
from gptcore.tasks.files.rows import count, shown_all
from gptcore.tasks.metrics import main_metric
from gptcore.tasks.mistakes import mistakes, words_of
from gptcore.tasks.peers import peers
from gptcore.tasks.predict import outputs
from gptcore.tasks.splitting import hold_out
from gptcore.tasks.task import Task
from gptcore.train.command_line import finetune_command
from gptcore.train.plans import FinetunePlan
from gptcore.train.run_folder import RunFolder, differences

_CHANCE = (
    "seed",
    "threads",
    "device",
    "precision",
    "compile",
    "time_limit",
    "validate_every",
    "save_every",
    "log_every",
)
"""Settings in which runs of one plan may differ: they change nothing but chance, rounding and what is told."""
_FILES = ("train_file", "test_file")


@dataclass(frozen=True)
class Beside:
    """What a run's result is put beside."""

    seeds: Sequence[str | Path] = ()
    """Folders of the same run with other seeds; a card with settings and result is enough."""
    scratch: Sequence[str | Path] = ()
    """Of runs on the same data that started from new weights."""
    train_file: str | Path | None = None
    """Where the file that it learnt from lies now; None: where it lay."""


def learnt_from(run: RunFolder, names: Mapping[Target, str], beside: Beside) -> list[Example]:
    """The examples that a finished run learnt from.

    Args:
        names: what their file calls labels, to what the model does.

    Raises:
        InputError: the run is none of fine-tuning, or the file is not there or cannot be read.
    """
    plan, _ = _finished(run.path)
    file = Path(beside.train_file or plan.train_file)
    if not file.is_file():
        raise InputError(
            f"{file}, which the run learnt from, is not there, and simpler methods have to learn from the same "
            "examples: give --train, where it lies now"
        )
    examples = read_examples(file, plan.task, plan.columns, labels_from=plan.labels_from).examples
    kept, _ = hold_out(examples, plan.held_out)
    return [replace(example, target=names.get(example.target, example.target)) for example in kept]


def beside_others(
    run: RunFolder,
    task: Task,
    train: Sequence[Example],
    rows: Sequence[dict[str, Any]],
    beside: Beside,
    report: Callable[[str], object] = str,
) -> Card:
    """A finished run beside others and simpler methods.

    Args:
        train: what it learnt from; see `learnt_from`.
        rows: its test examples; see RunFolder.results_rows.
        report: told what is done now.

    Returns:
        peers: measure, the numbers of gptcore.tasks.peers.peers, and runs, mean, least, most and seeds of fine_tuned
        and from_scratch; command, that makes the run again.

    Raises:
        InputError: another run is not of its kind.
        CheckpointError: a run's card cannot be read.
    """
    plan, _ = _finished(run.path)
    spread = {"fine_tuned": _spread(plan, task, [run.path, *beside.seeds])}
    if beside.scratch:
        spread["from_scratch"] = _spread(plan, task, beside.scratch, is_scratch=True)
    found = {"measure": main_metric(task), **spread, **peers(task, train, _examples(rows), report)}
    return {"peers": found, "command": finetune_command(plan, run.path.name)}


def of_answers(task: Task, train: Sequence[Example], rows: Sequence[dict[str, Any]], card: Card) -> Card:
    """What a model's answers to its test examples tell: mistakes, and calibration as its temperature is now.

    Args:
        rows: its answers, in the names of its task; see RunFolder.results_rows.
        card: of its run.
    """
    test, answers = _examples(rows), [row["answer"] for row in rows]
    seen = set(words_of([text for example in train for text in example.texts]))
    if task.is_regression:
        return {"mistakes": mistakes(task, test, answers, None, seen)}
    logits = [np.array(row["outputs"]) for row in rows]
    sure = np.array([outputs(task, row).max() for row in logits])
    n_held_out = card.get("calibration", {}).get("held_out", 0)
    targets = [example.target for example in test]
    return {
        "mistakes": mistakes(task, test, answers, sure, seen),
        "calibration": with_temperature(task, np.stack(logits), targets, task.temperature, n_held_out),
    }


def _examples(rows: Sequence[dict[str, Any]]) -> list[Example]:
    return [Example(tuple(row["texts"]), row["target"]) for row in rows]


def rename_labels(checkpoint: TextModel, labels: Sequence[str]) -> dict[Target, str]:
    """Gives a model's classes other names, in the order of its own; on its card, too.

    Returns:
        the old names to the new.

    Raises:
        InputError: it has no classes, or another number of them, or a name is empty, too long or there twice.
    """
    head, card = checkpoint.head, checkpoint.card
    if head is None or head.task.labels is None:
        raise InputError("--labels gives classes other names, and this model has none")
    own = head.task.labels
    if len(labels) != len(own):
        raise InputError(
            f"the model has {count(len(own), 'label')} ({shown_all(own)}), not {len(labels)}: give as many"
        )
    wrong = [name for name in labels if not name.strip() or len(name) > MAX_LABEL_CHARACTERS or not name.isprintable()]
    if wrong or len(set(labels)) < len(labels):
        raise InputError(f"each label needs a name of its own, one line of characters; these are {shown_all(labels)}")
    names: dict[Target, str] = dict(zip(own, labels, strict=True))
    head.task = replace(head.task, labels=tuple(labels))
    card["task"] = head.task.to_dict()
    if "examples" in card:
        card["examples"] = [{**entry, "target": names[entry["target"]]} for entry in card["examples"]]
    return names


def renamed_row(row: dict[str, Any], names: Mapping[Target, str]) -> dict[str, Any]:
    """An answer to a test example, with the new name of its label, if it has one."""
    return {**row, **{part: names.get(row[part], row[part]) for part in ("target", "answer")}}


def card_examples(file: str | Path, task: Task) -> list[dict[str, Any]]:
    """Examples for a card out of a file of our own.

    Raises:
        InputError: they are none for this task.
    """
    return [asdict(example) for example in read_examples(file, task.kind, labels=task.labels).examples]


def _finished(run: str | Path) -> tuple[FinetunePlan, dict[str, Any]]:
    """What a finished fine-tuning run was asked for, and its card.

    Raises:
        InputError: it is none.
    """
    card = read_object(RunFolder(run).card)
    if not RunFolder(run).result():
        raise InputError(f"{run} is not finished; --resume it first")
    try:
        return FinetunePlan.from_dict(card["settings"]), card
    except (ConfigError, KeyError, AttributeError) as error:
        raise InputError(f"{run} is no run of fine-tuning: {error}") from error


def _spread(plan: FinetunePlan, task: Task, runs: Sequence[str | Path], is_scratch: bool = False) -> dict[str, Any]:
    """The main measure over several runs."""
    values, plans = [], []
    for run in runs:
        other, card = _finished(run)
        _require_alike(plan, other, run, is_scratch)
        values.append(float(card["result"][main_metric(task)]))
        plans.append(other)
    return {
        "runs": len(values),
        "mean": round(float(np.mean(values)), 4),
        "least": round(min(values), 4),
        "most": round(max(values), 4),
        "seeds": [other.settings(1).seed for other in plans],
        **({"command": finetune_command(plans[0], Path(runs[0]).name)} if is_scratch else {}),
    }


def _require_alike(plan: FinetunePlan, other: FinetunePlan, run: str | Path, is_scratch: bool) -> None:
    """Raises:
    InputError: the other run learnt otherwise, so that its result says nothing of this one's.
    """
    if is_scratch and not other.from_scratch:
        raise InputError(f"{run} did not start from new weights; give it to --seeds, or train with --from-scratch")
    compared = [_compared(p, only_data=is_scratch) for p in (plan, other)]
    if changed := list(differences(*compared)):
        raise InputError(f"{run} is no other run of the same: {'; '.join(changed)}")


def _compared(plan: FinetunePlan, only_data: bool) -> dict[str, Any]:
    """What must be alike; a file may lie in another folder."""
    values = plan.to_dict()
    values |= {name: Path(values[name]).name for name in _FILES}
    if only_data:
        return {name: values[name] for name in ("task", *_FILES, "columns", "labels_from")}
    return {**values, "train": {name: value for name, value in values["train"].items() if name not in _CHANCE}}
