"""A claim's small version as runs of the Lab: each a plan, with what sets it apart, to be queued in this order.

folders = []
for run in lab_runs(claim, store.home):
    model = None if run.starts_from is None else folders[run.starts_from]
    row = store.add(run.kind, run.title, run.plan(model), owner, **run.about, series=...)
    folders.append(str(store.folder(row.id)))
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gptcore.lab.run import Kind
from gptcore.lab.task_files import STORY_TASKS
from gptcore.paper.claim import Claim, Training
from gptcore.paper.experiment import SMALL, Data, FineTuned, Scale
from gptcore.paper.record import Record
from gptcore.paper.running import measured, trainings_of


@dataclass(frozen=True)
class LabRun:
    """One run to queue."""

    training: Training
    scale: Scale
    data: Data
    seed: int
    kind: Kind
    title: str
    variant: str
    """What sets it apart: the condition's name, or which model is pre-trained."""
    starts_from: int | None
    """Which of the runs before it made the model that it starts from; None: it is a pre-training."""

    def plan(self, model: str | None) -> dict[str, Any]:
        """What is asked for.

        Args:
            model: folder of the run that it starts from.
        """
        if isinstance(self.training, FineTuned):
            return self.training.plan(self.scale, self.seed, self.data, str(model)).to_dict()
        return self.training.plan(self.scale, self.seed, self.data).to_dict()

    @property
    def about(self) -> dict[str, Any]:
        """Further fields of gptcore.lab.run.Run."""
        ours, examples = (
            (self.training.task, self.training.n_labels(self.scale))
            if isinstance(self.training, FineTuned)
            else (self.training.corpus, None)
        )
        return {"variant": self.variant, "seed": self.seed, "ours": ours, "examples": examples}


def lab_runs(claim: Claim, home: Path, scale: Scale = SMALL) -> tuple[LabRun, ...]:
    """The runs of a claim's small version, with all its seeds.

    Args:
        home: of the Lab's runs, where its workers make stories and examples.
    """
    data = Data(home, scale.tests)
    names = {condition.training: condition.name for condition in claim.conditions(scale)}
    runs: list[LabRun] = []
    for seed in scale.seeds:
        places: dict[Training, int] = {}
        for training in trainings_of(claim, scale):
            places[training] = len(runs)
            about = (training, scale, data, seed)
            if isinstance(training, FineTuned):
                title, variant = STORY_TASKS[training.task].title, names.get(training, training.task)
                runs.append(LabRun(*about, "finetune", title, variant, places[training.base]))
            else:
                runs.append(LabRun(*about, "pretrain", "Stories", names.get(training, training.name), None))
    return tuple(runs)


def lab_record(claim: Claim, runs: Sequence[LabRun], folders: Sequence[Path]) -> Record:
    """What a claim's runs in the Lab gave; seconds for most claims, a minute for zero-shot.

    Args:
        runs: as lab_runs has them.
        folders: of each of them, in this order.

    Raises:
        InputError: one is not finished.
    """
    places = {run.training.run_name(run.scale, run.seed): folder for run, folder in zip(runs, folders, strict=True)}
    scale, data = runs[0].scale, runs[0].data
    seeds = tuple(dict.fromkeys(run.seed for run in runs))
    return measured(claim, scale, seeds, data, lambda training, seed: places[training.run_name(scale, seed)])
