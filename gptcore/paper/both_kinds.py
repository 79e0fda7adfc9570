"""GPTs and masked models, fine-tuned on the same examples of the story world: how often each is right.

In: models, tasks and seeds. Out: a row for each model and task (assets/bert/tasks.json holds ours). Runs are kept, each
in a folder of its own; what is finished is read, what was stopped goes on.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from gptcore.checkpoints.checkpoint import config_in
from gptcore.checkpoints.masked import load_any_model
from gptcore.errors import InputError
from gptcore.lab import task_files
from gptcore.lab.task_files import STORY_TASKS
from gptcore.tasks.marked import MARK_KINDS, MarkKind, write_marked
from gptcore.tasks.storyworld.marked import marked
from gptcore.tasks.storyworld.phrases import Split
from gptcore.train.events import Event
from gptcore.train.finetune import finetune
from gptcore.train.marking import finetune_marks
from gptcore.train.plans import FinetunePlan, MarkPlan
from gptcore.train.run_folder import RunFolder

BOTH_TASKS = (*STORY_TASKS, *MARK_KINDS)
"""That are asked of both kinds of model: by one state of a row, or by the state of each token."""
LABELS, TESTS = 4_000, 1_000
_SEED = 1
"""Of the examples; those of training are only of weights and order."""
_USUAL = {"epochs": 4, "dropout": 0.0}
_PAPERS = 0.5
"""Lambda of a GPT, as in the paper. A masked model has no L1, so a GPT without it is the one to put beside it."""
_TRAIN = {"learning_rate": 1e-3, "batch_size": 32, "threads": 1, "device": "cpu", "precision": "float32"}


def lambdas(model: str, task: str) -> tuple[float, ...]:
    """What lambda a model is fine-tuned with: a GPT twice, with its auxiliary loss and without."""
    return (_PAPERS, 0.0) if load_any_model(model).config.is_causal and task in STORY_TASKS else (0.0,)


def train_both(model: str, task: str, lm_weight: float, seed: int, out: Path) -> Iterator[Event]:
    """Fine-tunes a model on a task, unless it is done.

    Raises:
        InputError: there is no such task or model.
    """
    train_file, test_file = _examples(task, out)
    files = {"train_file": str(train_file), "test_file": str(test_file)}
    about = {"model": model, **files, **_USUAL, "train": {**_TRAIN, "seed": seed}}
    folder = _folder(model, task, lm_weight, seed, out)
    if kind := _marks(task):
        yield from finetune_marks(MarkPlan.from_dict({**about, "task": kind}), folder, resume=True)
    else:
        kept = {**about, "task": STORY_TASKS[task].kind, "lm_weight": lm_weight}
        yield from finetune(FinetunePlan.from_dict(kept), folder, resume=True)


def row_of_both(model: str, task: str, lm_weight: float, seeds: Sequence[int], out: Path) -> dict[str, Any]:
    """What finished runs gave: task, model, whether it is a GPT, lambda, measure, and each seed's value.

    Raises:
        InputError: a run is not finished.
    """
    results = {str(seed): RunFolder(_folder(model, task, lm_weight, seed, out)).result() for seed in seeds}
    if missing := [seed for seed, result in results.items() if not result]:
        raise InputError(f"{model} on {task} is not finished for seed {', '.join(missing)}; run the command again")
    known = {seed: result for seed, result in results.items() if result}
    measure = str(next(iter(known.values()))["measure"])
    return {
        "task": task,
        "model": Path(model).name,
        "is_causal": config_in(_folder(model, task, lm_weight, seeds[0], out)).is_causal,
        "lambda": lm_weight,
        "measure": measure,
        "seeds": {seed: round(float(result[measure]), 6) for seed, result in known.items()},
        "learnt_from": LABELS,
        "tested_on": TESTS,
    }


def _marks(task: str) -> MarkKind | None:
    """The kind of a task whose answer lies in the text; None of the others."""
    return next((kind for kind in MARK_KINDS if kind == task), None)


def _folder(model: str, task: str, lm_weight: float, seed: int, out: Path) -> Path:
    return out / f"{Path(model).name}-{task}-lambda{lm_weight:g}-seed{seed}"


def _examples(task: str, out: Path) -> tuple[Path, Path]:
    """Files of training and test examples, written unless they are there."""
    if task in STORY_TASKS:
        task_files.make(out / "data", task, LABELS, TESTS)
        return task_files.story_files(out / "data", task, LABELS, TESTS)
    if (kind := _marks(task)) is None:
        raise InputError(f"a task is one of {', '.join(BOTH_TASKS)}, not {task!r:.40}")
    counts: dict[Split, int] = {"train": LABELS, "test": TESTS}
    files = [out / "data" / "examples" / f"{task}-{split}-{count}.jsonl" for split, count in counts.items()]
    for path, (split, count) in zip(files, counts.items(), strict=True):
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_marked(path, marked(kind, count, _SEED, split))
    return files[0], files[1]
