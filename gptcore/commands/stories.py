"""The command that writes the story world's texts and tasks: storyworld."""

import argparse
import json
from pathlib import Path
from typing import Any

from gptcore.commands.command import Outcome, add_command, require_place
from gptcore.errors import InputError


def add(commands: Any) -> None:
    """Adds it to a parser."""
    p = add_command(commands, "storyworld", _storyworld, "write stories and labelled tasks of our own small world")
    p.add_argument("--out", required=True, help="folder to write")
    p.add_argument("--stories", type=int, default=20_000)
    p.add_argument("--examples", type=int, default=4_000, help="of each task (%(default)s)")
    p.add_argument("--split", choices=["train", "test"], default="train")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--card", action="store_true", help="measure what can be had without reading, too (minutes)")


def _storyworld(arguments: argparse.Namespace) -> Outcome:
    from gptcore.lab.task_files import STORY_TASKS, write_examples
    from gptcore.tasks import storyworld
    from gptcore.tasks.marked import MARK_KINDS, write_marked
    from gptcore.tasks.storyworld.card import card
    from gptcore.tasks.storyworld.marked import marked
    from gptcore.text.styles import END_OF_TEXT

    require_place("--out", arguments.out)
    if not 1 <= arguments.stories <= 10_000_000 or not 1 <= arguments.examples <= 1_000_000:
        raise InputError("stories must be from 1 to 10,000,000 and examples from 1 to 1,000,000")
    out = Path(arguments.out)
    if out.exists() and any(out.iterdir()):
        raise InputError(f"{out} is not empty; choose another --out")
    out.mkdir(parents=True, exist_ok=True)
    texts = storyworld.stories(arguments.stories, arguments.seed, arguments.split)
    (out / "stories.txt").write_text(f"\n{END_OF_TEXT}\n".join(texts) + "\n", encoding="utf-8")
    for name, task in STORY_TASKS.items():
        examples = storyworld.examples(name, arguments.examples, arguments.seed, arguments.split)
        write_examples(out / f"{name}.csv", task.kind, examples)
    for kind in MARK_KINDS:
        write_marked(out / f"{kind}.jsonl", marked(kind, arguments.examples, arguments.seed, arguments.split))
    values: dict[str, Any] = {"out": str(out)}
    if arguments.card:
        values["card"] = card(arguments.seed)
        (out / "card.json").write_text(json.dumps(values["card"], indent=2) + "\n", encoding="utf-8")
    n_tasks = len(STORY_TASKS) + len(MARK_KINDS)
    return Outcome(f"{arguments.stories:,} stories and {n_tasks} tasks in {out}", values)
