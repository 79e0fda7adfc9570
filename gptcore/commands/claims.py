"""Commands that measure the paper's claims on our own models: claim, claims and real."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gptcore.commands.command import Outcome, add_command, require_place
from gptcore.errors import InputError


def add(commands: Any) -> None:
    """Adds them to a parser."""
    p = add_command(commands, "claim", _claim, "measure one of the paper's claims on our own models; resumable")
    p.add_argument("name", help="of the claim; `claims` lists them")
    p.add_argument("--out", required=True, help="folder of all claims' runs; what is finished there is read")
    p.add_argument("--seeds", type=int, nargs="+", help="1 2 3 without it; 1 with --small")
    p.add_argument("--small", action="store_true", help="some minutes instead of an hour, and a weaker effect")
    p = add_command(commands, "claims", _claims, "list the paper's claims, and what was measured of them")
    p.add_argument("--runs", help="folder of claims' runs; without it, the figures that ship")
    p = add_command(commands, "real", _real, "fill a row of the table of real tasks, or list what is known of it")
    p.add_argument("task", nargs="?", help="the folder of a task, sst2 say; without it, the table")
    p.add_argument("row", nargs="?", help="majority, bag_of_words, scratch, pre-trained, lambda-0 or lstm")
    p.add_argument("--data", default="../shared/data/tasks", help="folder of the tasks' folders (%(default)s)")
    p.add_argument("--out", default="real", help="folder of all rows (%(default)s)")
    p.add_argument("--model", default="books", help="what is fine-tuned; for lstm, one that was pre-trained")
    p.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])


def _claim(arguments: argparse.Namespace) -> Outcome:
    from gptcore.commands.progress import show, stages
    from gptcore.paper import record
    from gptcore.paper.claims import claim
    from gptcore.paper.experiment import FULL, SMALL
    from gptcore.paper.found import found
    from gptcore.paper.running import Bench, trainings_of

    chosen, scale = claim(arguments.name), SMALL if arguments.small else FULL
    seeds = _seeds(arguments.seeds or scale.seeds)
    require_place("--out", arguments.out)
    bench = Bench(arguments.out, scale)
    trainings = trainings_of(chosen, scale)
    with stages() as say:
        for done, seed in enumerate(seeds, 1):
            for number, training in enumerate(trainings, 1):
                if not bench.is_finished(training, seed):
                    say(f"{chosen.name}: seed {seed}, run {number} of {len(trainings)}")
                    show(bench.start(training, seed))
            say("measuring")
            measured = bench.record(chosen, seeds[:done])
            path = record.write(measured, Path(arguments.out))
    text = "\n".join([*found(measured), f"the figures are in {path}"])
    return Outcome(text, measured.to_dict())


def _claims(arguments: argparse.Namespace) -> Outcome:
    from gptcore.paper import record
    from gptcore.paper.claims import CLAIMS
    from gptcore.paper.found import found

    folder = Path(arguments.runs) if arguments.runs else record.SHIPPED
    lines: list[str] = []
    values: dict[str, Any] = {}
    for name, one in CLAIMS.items():
        path = record.file_of(folder, name)
        measured = record.read(path) if path.exists() else None
        lines.append(f"{name}: {one.title}. The paper, {one.said.where}: {one.said.number}.")
        lines += [f"    {sentence}" for sentence in (found(measured) if measured else ["not measured"])]
        values[name] = None if measured is None else measured.to_dict()
    return Outcome("\n".join(lines), values)


def _real(arguments: argparse.Namespace) -> Outcome:
    from gptcore.commands.progress import show
    from gptcore.paper import record
    from gptcore.paper.real import ROWS, row_record, run_row, table

    out, data = Path(arguments.out), Path(arguments.data)
    if arguments.task is None:
        cells = table(out)
        lines = [
            f"{cell.task:24}{cell.row:14}{cell.mean:.3f}  {cell.least:.3f} to {cell.most:.3f}, {cell.seeds} seeds; "
            f"{cell.source}"
            for cell in cells
        ]
        return Outcome("\n".join(lines), {"cells": [vars(cell) for cell in cells]})
    row = next((name for name in ROWS if name == arguments.row), None)
    if row is None:
        raise InputError(f"a row is one of {', '.join(ROWS)}, not {arguments.row!r:.40}")
    if row == "lstm" and arguments.model == "books":
        raise InputError("the row lstm needs --model, the folder of an LSTM that was pre-trained")
    seeds = _seeds(arguments.seeds)
    require_place("--out", arguments.out)
    show(run_row(arguments.task, row, seeds, data, out, arguments.model))
    measured = row_record(arguments.task, row, seeds, data, out)
    path = record.write(measured, out)
    (point,) = measured.points
    return Outcome(f"{arguments.task}, {row}: {point.mean:.4f}; it is in {path}", measured.to_dict())


def _seeds(given: Sequence[int]) -> tuple[int, ...]:
    """Each once, in the order given.

    Raises:
        InputError: one is out of range.
    """
    if not all(0 <= seed < 2**31 for seed in given):
        raise InputError("seeds are whole numbers from 0 to 2,147,483,647")
    return tuple(dict.fromkeys(given))
