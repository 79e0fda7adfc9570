"""The runs that belong to one small version of a claim in the Lab: how they are known again, and what they gave so far.

A series is named after its claim, so that a page finds it after a reload, and the table of runs needs no new column.
"""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from gptcore.lab.run import Run, State
from gptcore.paper.claim import Claim
from gptcore.paper.lab_runs import LabRun, lab_record
from gptcore.paper.record import Record

_PREFIX = "claim"


def series_name(claim: Claim) -> str:
    """A new one, for Run.series."""
    return f"{_PREFIX}:{claim.name}:{secrets.token_hex(4)}"


def latest(claim: Claim, rows: Sequence[Run]) -> list[Run]:
    """The runs of the claim's series that was started last, in the order in which they were queued; empty if none."""
    ours = [row for row in rows if (row.series or "").startswith(f"{_PREFIX}:{claim.name}:")]
    if not ours:
        return []
    newest = max(ours, key=lambda row: row.created).series
    return sorted((row for row in ours if row.series == newest), key=lambda row: (row.created, row.id))


def placed(runs: Sequence[LabRun], rows: Sequence[Run]) -> list[Run | None]:
    """The row of each planned run; None where it was deleted."""
    found = {(row.kind, row.variant, row.seed): row for row in rows}
    return [found.get((run.kind, run.variant, run.seed)) for run in runs]


def so_far(claim: Claim, runs: Sequence[LabRun], rows: Sequence[Run | None], home: Path) -> Record | None:
    """What the conditions gave whose runs have finished; None as long as there is none.

    Args:
        runs: as lab_runs has them.
        rows: of each of them, as `placed` has them.
        home: of the Lab's runs.
    """
    folders = [home / (row.id if row else "deleted") for row in rows]
    finished = {
        run.training.run_name(run.scale, run.seed): row is not None and row.state == State.FINISHED
        for run, row in zip(runs, rows, strict=True)
    }
    scale, seeds = runs[0].scale, {run.seed for run in runs}
    done = tuple(
        condition
        for condition in claim.conditions(scale)
        for asked in [(condition.training, *claim.also)]
        for names in [{step.run_name(scale, seed) for one in asked for step in one.chain for seed in seeds}]
        if all(finished[name] for name in names)
    )
    return lab_record(replace(claim, conditions=lambda _: done), runs, folders) if done else None
