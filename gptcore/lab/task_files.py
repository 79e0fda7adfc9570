"""Labelled examples to fine-tune on, kept beside the runs: the story world's, made when needed, and learners' own."""

import csv
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from gptcore.files import replacing
from gptcore.lab.storage import storing
from gptcore.tasks import storyworld
from gptcore.tasks.examples import Example, Kind
from gptcore.tasks.files.tables import ENDINGS
from gptcore.tasks.files.understanding import as_row
from gptcore.tasks.storyworld.phrases import Split

TEST_EXAMPLES = 500
_SEED = 1
_ENDING = ".csv"


@dataclass(frozen=True)
class StoryTask:
    """A task of the story world."""

    kind: Kind
    title: str


STORY_TASKS = {
    "entailment": StoryTask("entailment", "Entailment"),
    "sentiment": StoryTask("classification", "Sentiment of a story"),
    "similarity": StoryTask("similarity", "Similarity of two sentences"),
    "endings": StoryTask("multiple_choice", "Which ending fits"),
    "acceptability": StoryTask("classification", "Acceptable or not"),
}


def story_files(home: Path, task: str, n_examples: int, n_tests: int = TEST_EXAMPLES) -> tuple[Path, Path]:
    """Where training and test examples of a story-world task are; `make` writes them before a run reads them.

    Args:
        task: a key of STORY_TASKS.
        n_examples: to learn from.
        n_tests: to test on.
    """
    train, test = (
        home / "examples" / f"{task}-{split}-{count}{_ENDING}" for split, count in _splits(n_examples, n_tests).items()
    )
    return train, test


def make(home: Path, task: str, n_examples: int, n_tests: int = TEST_EXAMPLES) -> None:
    """Writes the examples that `story_files` names, unless they are there; a few thousand take a second."""
    files, splits = story_files(home, task, n_examples, n_tests), _splits(n_examples, n_tests)
    for path, (split, count) in zip(files, splits.items(), strict=True):
        if not path.exists():
            with storing(home):
                write_examples(path, STORY_TASKS[task].kind, storyworld.examples(task, count, _SEED, split))


def _splits(n_examples: int, n_tests: int) -> dict[Split, int]:
    return {"train": n_examples, "test": n_tests}


def keep_labelled(home: Path, raw: bytes, name: str) -> Path:
    """Keeps a learner's file under a name made from its content; its ending, which tells the format, is one we know."""
    ending = Path(name).suffix.lower()
    path = home / "examples" / f"own-{hashlib.sha256(raw).hexdigest()[:24]}{ending if ending in ENDINGS else _ENDING}"
    if not path.exists():
        with storing(home), replacing(path) as temporary:
            temporary.write_bytes(raw)
    return path


def write_examples(path: Path, kind: Kind, examples: Iterable[Example]) -> None:
    """Writes examples in our own columns (docs/design.md, "Files of labelled examples")."""
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        for index, example in enumerate(examples):
            row = as_row(kind, example, kind == "similarity")
            if index == 0:
                writer.writerow(row)
            writer.writerow(row.values())
