"""A lesson: a short fine-tuning that teaches a model a learner's corrections, and tells what learning them costs.

The numbers below were measured on a sentiment model (4.3 million parameters, SST-2): five sentences that it got wrong,
39 other everyday sentences, 300 test sentences. Before: 35 of the 39 right, .793 on the test set. Trained on the five
alone (20 updates): 17 and .517, for all becomes "positive". With texts rehearsed beside them: 20 and .743 to .753; real
training rows in their place: 22 and .733. With the story world's sentences among the texts, and examples that count
only until they are learnt: 32 and .777 after 30 updates, 34 and .787 after 60. All five were learnt each time.

Three sentences, 200 test sentences (.750 before): .700, and .730 with L1 over texts of the model's own kind, too. Five
pairs in an entailment model (SNLI, 400 test pairs): .660 before, .652 after. By the time of 12 updates, a lesson takes
about 15 to 40 s of one core.
"""

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from gptcore.errors import CheckpointError, ConfigError, InputError
from gptcore.lab.task_files import keep_labelled
from gptcore.tasks import storyworld
from gptcore.tasks.examples import Example
from gptcore.tasks.files.datasets import read_examples, read_test_examples
from gptcore.tasks.files.understanding import as_row
from gptcore.tasks.task import Task
from gptcore.train.memories import COUNT
from gptcore.train.plans import FinetunePlan
from gptcore.train.run_folder import RunFolder
from gptcore.train.schedule import steps_per_epoch

_UPDATES = 60
_TOGETHER, _REHEARSED = 8, 24
"""Of each update: corrections, and texts that are rehearsed."""
_LEARNING_RATE = 1e-4
_TESTS = 500
"""Examples at most that tell what a lesson costs: a few seconds' work."""
_SEED = 1

Rows = tuple[Sequence[Example], Sequence[Example]]
"""To rehearse, and to test on."""


def lesson(
    home: Path, model: Path, task: Task, corrections: Sequence[Example], tests: Sequence[Example], story: str | None
) -> FinetunePlan:
    """What a run of the Lab has to do.

    Where the model's own training and test files are at hand, they are rehearsed and tested on: those of a learner's
    run, and the story world's, which are made. What else ships has none of its files with it: such a model rehearses
    texts that it writes itself, and is tested on `tests`.

    Args:
        home: where runs are kept.
        model: folder of the model.
        task: that it was fine-tuned for.
        tests: examples of ours, for a model whose test file is not at hand.
        story: the story world's task that it was fine-tuned for, if any.

    Raises:
        InputError: there is nothing to learn.
        StorageError: its files cannot be written.
    """
    if not corrections:
        raise InputError("there is nothing to teach yet; mark an answer as wrong first")
    rows = _story_rows(story) if story else _own_rows(model)
    replay, tests = rows or ((), tests)
    corrected = {example.texts for example in corrections}
    replay, tests = ([example for example in part if example.texts not in corrected] for part in (replay, tests))
    train_file = _kept(home, task, corrections)
    return FinetunePlan(
        model=str(model),
        task=task.kind,
        train_file=train_file,
        test_file=_kept(home, task, _evenly(tests, _TESTS)) if tests else train_file,
        labels_from=1 if task.kind == "multiple_choice" else None,
        epochs=max(1, round(_UPDATES / steps_per_epoch(len(corrections), _TOGETHER))),
        lm_weight=0.5,
        keep_head=True,
        rehearse=_REHEARSED,
        replay=_kept(home, task, _evenly(replay, COUNT)) if replay else None,
        dropout=0.0,
        train=dict(
            batch_size=_TOGETHER,
            learning_rate=_LEARNING_RATE,
            precision="float32",  # the page shows what a model answers in float32, and the numbers are to be the same
            seed=_SEED,
            threads=1,
            log_every=1,
            validate_every=_UPDATES,
            save_every=_UPDATES // 3,
        ),
    )


def _story_rows(task: str) -> Rows:
    return list(storyworld.examples(task, COUNT, _SEED)), list(storyworld.examples(task, _TESTS, _SEED, "test"))


def _own_rows(model: Path) -> Rows | None:
    """Of the files that a run learnt from and was tested on, if they are still there and understood."""
    with suppress(CheckpointError, ConfigError, InputError, OSError, TypeError):
        plan = FinetunePlan.from_dict(RunFolder(model).settings() or {})
        if not plan.keep_head and all(Path(file).is_file() for file in (plan.train_file, plan.test_file)):
            train = read_examples(plan.train_file, plan.task, plan.columns, labels_from=plan.labels_from)
            return train.examples, read_test_examples(plan.test_file, train, plan.columns).examples
    return None


def _evenly(examples: Sequence[Example], most: int) -> list[Example]:
    """At most so many, from all over the file."""
    return [examples[i * len(examples) // most] for i in range(most)] if len(examples) > most else list(examples)


def _kept(home: Path, task: Task, examples: Sequence[Example]) -> str:
    """A file of labelled examples; JSON, in which no text can be mistaken for a mark of the format."""
    rows = (as_row(task.kind, example, task.is_regression) for example in examples)
    raw = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
    return str(keep_labelled(home, raw, "corrections.jsonl"))
