"""Labelled examples to fine-tune on, kept beside the runs: the story world's, made when needed, and learners' own."""

import csv
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from gptcore.files import replacing
from gptcore.runs.storage import storing
from gptcore.tasks import storyworld
from gptcore.tasks.examples import TEXT_COLUMNS, Example, Kind

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


def story_files(home: Path, task: str, n_examples: int) -> tuple[Path, Path]:
    """Training and test examples of a story-world task, as CSV; made on the first call."""
    kind = STORY_TASKS[task].kind
    paths = []
    for split, count in (("train", n_examples), ("test", TEST_EXAMPLES)):
        path = home / "examples" / f"{task}-{split}-{count}{_ENDING}"
        if not path.exists():
            with storing(home):
                write_examples(path, kind, storyworld.examples(task, count, _SEED, split))
        paths.append(path)
    return paths[0], paths[1]


def story_task(train_file: str | Path) -> tuple[str, int] | None:
    """The task and the number of examples of a training file that story_files made; None for any other file."""
    task, split, count = (*Path(train_file).name.removesuffix(_ENDING).split("-"), "", "")[:3]
    return (task, int(count)) if task in STORY_TASKS and split == "train" and count.isdigit() else None


def keep_labelled(home: Path, raw: bytes, name: str) -> Path:
    """Keeps a learner's file under a name made from its content; its ending, which tells the format, is one we know."""
    ending = next((known for known in (".tsv", ".jsonl", ".json") if name.lower().endswith(known)), _ENDING)
    path = home / "examples" / f"own-{hashlib.sha256(raw).hexdigest()[:24]}{ending}"
    if not path.exists():
        with storing(home), replacing(path) as temporary:
            temporary.write_bytes(raw)
    return path


def write_examples(path: Path, kind: Kind, examples: Iterable[Example]) -> None:
    """Writes examples in our own columns (DESIGN, section 5)."""
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        for index, example in enumerate(examples):
            if index == 0:
                answers = [f"answer_{i}" for i in range(1, len(example.texts))] if kind == "multiple_choice" else []
                target = "score" if kind == "similarity" else "label"
                writer.writerow([*TEXT_COLUMNS[kind], *answers, target])
            target = example.target + 1 if kind == "multiple_choice" else example.target
            writer.writerow([*example.texts, target])
