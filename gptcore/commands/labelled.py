"""The command that looks at labelled files: inspect."""

import argparse
import json
from dataclasses import asdict
from typing import Any

from gptcore.commands.command import Outcome, add_command
from gptcore.commands.options import add_options
from gptcore.errors import InputError
from gptcore.tasks.examples import KINDS
from gptcore.train.plans import FinetunePlan


def add(commands: Any) -> None:
    """Adds it to a parser."""
    p = add_command(commands, "inspect", _inspect, "say what is understood of a file of labelled examples")
    p.add_argument("--task", choices=KINDS, required=True)
    p.add_argument("--file", required=True, help="labelled examples: CSV, TSV, JSON, Parquet or fastText's lines")
    add_reading_options(p)


def add_reading_options(parser: argparse.ArgumentParser) -> None:
    """What a learner can say about a file."""
    parser.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="OURS=THEIRS",
        help="a column by another name; by its number, in a file without column names",
    )
    add_options(parser, FinetunePlan, ["labels_from"])


def mapping(arguments: argparse.Namespace) -> dict[str, str] | None:
    """The columns of --column.

    Raises:
        InputError: one of them has no name on both sides.
    """
    if wrong := [pair for pair in arguments.column if "=" not in pair]:
        raise InputError(f"--column must be OURS=THEIRS, as in --column text=review, not {wrong[0]!r}")
    return dict(pair.split("=", 1) for pair in arguments.column) or None


def _inspect(arguments: argparse.Namespace) -> Outcome:
    from gptcore.tasks.files.datasets import read_examples
    from gptcore.tasks.files.rows import count, shown
    from gptcore.tasks.files.understanding import understanding

    columns = mapping(arguments)
    data = read_examples(arguments.file, arguments.task, columns, labels_from=arguments.labels_from)
    understood = understanding(data)
    between = f", {shown(understood.delimiter)} between cells" if understood.delimiter else ""
    lines = [f"{count(understood.rows, 'example')} in {data.source} ({understood.encoding}{between})"]
    lines += [f"column {ours}: {shown(theirs)}" for ours, theirs in understood.columns.items()]
    lines += [f"label {shown(label)}: {count(n, 'example')}" for label, n in understood.classes.items()]
    lines += [f"note: {note}" for note in understood.notes]
    lines += [json.dumps(row, ensure_ascii=False) for row in understood.first]
    return Outcome("\n".join(lines), asdict(understood))
