"""Commands that measure the paper's claims on our own models: claim and claims."""

import argparse
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


def _claim(arguments: argparse.Namespace) -> Outcome:
    from gptcore.commands.progress import show, stages
    from gptcore.paper import record
    from gptcore.paper.claims import claim
    from gptcore.paper.experiment import FULL, SMALL
    from gptcore.paper.found import found
    from gptcore.paper.running import Bench, trainings_of

    chosen, scale = claim(arguments.name), SMALL if arguments.small else FULL
    seeds = tuple(dict.fromkeys(arguments.seeds or scale.seeds))
    if not all(0 <= seed < 2**31 for seed in seeds):
        raise InputError("seeds are whole numbers from 0 to 2,147,483,647")
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
    lines, values = [], {}
    for name, one in CLAIMS.items():
        path = record.file_of(folder, name)
        measured = record.read(path) if path.exists() else None
        lines.append(f"{name}: {one.title}. The paper, {one.said.where}: {one.said.number}.")
        lines += [f"    {sentence}" for sentence in (found(measured) if measured else ["not measured"])]
        values[name] = None if measured is None else measured.to_dict()
    return Outcome("\n".join(lines), values)
