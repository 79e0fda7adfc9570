"""The paper's comparison on real tasks: what `books` makes of them, beside simpler methods, as a table of task and row.

In: files of labelled examples that are not ours and lie elsewhere, a folder of train.csv and test.csv for each task.
Out: a record for each row of each task (gptcore.paper.record), and a table of those that are known: what the models
that ship have on their cards, and what was run since.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any, Literal

from gptcore.checkpoints.checkpoint import SHIPPED
from gptcore.errors import InputError
from gptcore.files import read_object
from gptcore.paper.record import SHIPPED as MEASURED
from gptcore.paper.record import Point, Record, file_of, machine, read, versions
from gptcore.tasks.baselines import answers_by_words
from gptcore.tasks.examples import Kind
from gptcore.tasks.files.datasets import read_examples, read_test_examples
from gptcore.tasks.metrics import metrics
from gptcore.tasks.peers import peers
from gptcore.train.events import Event
from gptcore.train.finetune import finetune
from gptcore.train.plans import FinetunePlan
from gptcore.train.run_folder import RunFolder
from gptcore.train.transfer import task_of

Row = Literal["majority", "bag_of_words", "scratch", "pre-trained", "lambda-0", "lstm"]


@dataclass(frozen=True)
class RealTask:
    """A task of real language."""

    title: str
    kind: Kind
    measure: str
    """Of gptcore.tasks.metrics: the paper's for it."""
    examples: int
    """To learn from."""
    card: str = ""
    """The model that ships and was fine-tuned for it, if any."""

    @property
    def is_short(self) -> bool:
        """Whether three seeds take less than an hour on a core."""
        return self.examples < _SHORT


_SHORT = 10_000
REAL_TASKS: dict[str, RealTask] = {
    "sst2": RealTask("Sentiment of film reviews (SST-2)", "classification", "accuracy", 20_000, "sentiment"),
    "cola": RealTask("Acceptable or not (CoLA)", "classification", "matthews", 8_551),
    "rte": RealTask("Entailment (RTE)", "entailment", "accuracy", 2_490),
    "snli-small": RealTask("Entailment of captions (SNLI, a part)", "entailment", "accuracy", 8_859),
    "mnli-small": RealTask("Entailment of many kinds (MultiNLI, a part)", "entailment", "accuracy", 15_719),
    "nli": RealTask(
        "Entailment (the two files above, one after the other)", "entailment", "accuracy", 24_578, "entailment"
    ),
    "stsb": RealTask("Similarity (STS-B)", "similarity", "pearson", 5_749),
    "fairytaleqa-mc-derived": RealTask("Questions about fairy tales", "multiple_choice", "accuracy", 4_000),
    "mctest-mc500": RealTask("Questions about stories (MCTest)", "multiple_choice", "accuracy", 1_200),
}
"""By the name of their folder."""
ROWS: dict[Row, str] = {
    "majority": "always the commonest answer",
    "bag_of_words": "counting words",
    "scratch": "from new weights",
    "pre-trained": "pre-trained on books",
    "lambda-0": "pre-trained, without the auxiliary loss",
    "lstm": "an LSTM, pre-trained on books",
}
"""What a task is compared by, in words."""
_CHANGES: dict[Row, dict[str, Any]] = {
    "scratch": {"from_scratch": True, "dropout": 0.1, "epochs": 4, "train": {"learning_rate": 6e-4}},
    "pre-trained": {},
    "lambda-0": {"lm_weight": 0.0},
    "lstm": {},
}
"""Rows that are trained, as they differ from the usual."""


@dataclass(frozen=True)
class Cell:
    """One entry of the table."""

    task: str
    row: Row
    mean: float
    least: float
    most: float
    seeds: int
    """0 where chance has no part."""
    source: str
    """The card or the file that has it."""


TRIED = (Cell("stsb", "pre-trained", 0.24, 0.24, 0.24, 1, "tried once; counting words is better, so no model ships"),)
"""Results from before there was this table, as README has them."""


def plan(task: str, row: Row, seed: int, data: Path, model: str) -> FinetunePlan:
    """How a row is trained; rates and passes are those that `sentiment` was chosen by, on a part of its own examples.

    Raises:
        InputError: nothing is trained for this row, or there is no such task.
    """
    about = _task(task)
    if row not in _CHANGES:
        raise InputError(f"nothing is trained for {row!r}")
    changes = _CHANGES[row]
    train = {"learning_rate": 3e-4, "batch_size": 64, "threads": 1, "seed": seed, **changes.get("train", {})}
    usual = {"epochs": 3, "held_out": 0.1, "dropout": 0.0}
    files = {f"{part}_file": str(data / task / f"{part}.csv") for part in ("train", "test")}
    return FinetunePlan.from_dict({"model": model, "task": about.kind, **files, **usual, **changes, "train": train})


def run_row(task: str, row: Row, seeds: Sequence[int], data: Path, out: Path, model: str) -> Iterator[Event]:
    """Trains what a row needs, a folder a seed; what is finished is left alone."""
    for seed in seeds if row in _CHANGES else ():
        folder = out / f"{task}-{row}-seed{seed}"
        yield from finetune(plan(task, row, seed, data, model), folder, resume=True)


def row_record(task: str, row: Row, seeds: Sequence[int], data: Path, out: Path) -> Record:
    """What a row gave: of the trained ones each seed's, of the others one value.

    Raises:
        InputError: a run is not finished.
    """
    values, seconds = {}, 0.0
    if row in _CHANGES:
        for seed in seeds:
            result = RunFolder(out / f"{task}-{row}-seed{seed}").result()
            if not result:
                raise InputError(f"{task}, {row}, seed {seed} is not finished; run the command again")
            values[str(seed)] = float(result[_task(task).measure])
            seconds += float(result["seconds"])
    else:
        values["0"] = _simple(task, row, data)
    words = f"python -m gptcore real {task} {row} --data {data.name} --out real"
    words += " --seeds " + " ".join(map(str, seeds)) if row in _CHANGES else ""
    point = Point("score", row, "", None, values)
    about = machine(), versions(), round(seconds, 1), {"measure": _task(task).measure}
    return Record(f"real-{task}-{row}", "full", tuple(seeds), (point,), words, *about)


def table(out: Path | None = None) -> list[Cell]:
    """All that is known: of each task and row what was run, or else what ships, or else the card's.

    Args:
        out: folder of rows that were run.
    """
    cells = {(cell.task, cell.row): cell for cell in (*TRIED, *_on_cards())}
    places = [MEASURED, *([] if out is None else [out])]
    for place, task, row in product(places, REAL_TASKS, ROWS):
        path = file_of(place, f"real-{task}-{row}")
        if path.exists():
            (point,) = read(path).points
            n_seeds = len(point.values) if row in _CHANGES else 0
            cells[task, row] = Cell(task, row, point.mean, point.least, point.most, n_seeds, path.name)
    return list(cells.values())


def _on_cards() -> Iterator[Cell]:
    names: dict[str, Row] = {"fine_tuned": "pre-trained", "from_scratch": "scratch"}
    for task, about in REAL_TASKS.items():
        if not about.card:
            continue
        known, source = read_object(SHIPPED / about.card / "card.json")["peers"], f"the card of {about.card}"
        simple: tuple[Row, ...] = ("majority", "bag_of_words")
        for row in simple:
            yield Cell(task, row, known[row], known[row], known[row], 0, source)
        for name, row in names.items():
            if name in known:
                runs = known[name]
                yield Cell(task, row, runs["mean"], runs["least"], runs["most"], runs["runs"], source)


def _simple(task: str, row: Row, data: Path) -> float:
    """What a method without a model of language gives."""
    about = _task(task)
    labelled = read_examples(data / task / "train.csv", about.kind)
    test = read_test_examples(data / task / "test.csv", labelled)
    learnt = task_of(labelled)
    if learnt.labels is not None:
        targets = [example.target for example in labelled.examples]
        answers = (
            [max(learnt.labels, key=targets.count)] * len(test.examples)
            if row == "majority"
            else answers_by_words(labelled.examples, test.examples)
        )
        return metrics(learnt, [example.target for example in test.examples], answers)[about.measure]
    values = peers(learnt, labelled.examples, test.examples)
    if row not in values:
        raise InputError(f"{row} answers no scores; {task} has {', '.join(values)}")
    return values[row]


def _task(name: str) -> RealTask:
    if name not in REAL_TASKS:
        raise InputError(f"there is no real task {name!r:.60}; choose one of {', '.join(REAL_TASKS)}")
    return REAL_TASKS[name]
