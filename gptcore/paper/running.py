"""The runs behind a claim: each is a folder, done once, whichever claims share it.

    DIR/<claim>.json          what was measured (gptcore.paper.record)
    DIR/data/                 stories and examples
    DIR/<scale>/<run>/        a training, named by what it is (gptcore.train.run_folder)

A run that is finished is read; one that was stopped goes on.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any

from gptcore.errors import InputError
from gptcore.paper.claim import Claim, Look, Training, Value
from gptcore.paper.experiment import Data, FineTuned, Scale
from gptcore.paper.record import Record, gathered, machine, versions
from gptcore.train.events import Event
from gptcore.train.finetune import finetune
from gptcore.train.phases import never
from gptcore.train.plans import FinetunePlan, PretrainPlan, asked_for
from gptcore.train.pretrain import pretrain
from gptcore.train.run_folder import RunFolder, differences

_PATHS = ("corpus", "valid", "model", "train_file", "test_file")
"""Settings that are files or folders: a moved DIR is no other run."""
VALIDATION = "unseen"
"""Which of our texts pre-trainings are validated on."""


class Bench:
    """Where the runs of a scale are.

    Args:
        out: DIR.
    """

    def __init__(self, out: str | Path, scale: Scale):
        self.out, self.scale = Path(out).resolve(), scale
        home = self.out / "data"
        data = Data(home, scale.tests)
        self.data = Data(home, scale.tests, data.corpus(VALIDATION))

    def folder(self, training: Training, seed: int) -> Path:
        """Of a run."""
        return self.out / self.scale.name / training.run_name(self.scale, seed)

    def plan(self, training: Training, seed: int) -> PretrainPlan | FinetunePlan:
        """What a run is asked to do."""
        if isinstance(training, FineTuned):
            return training.plan(self.scale, seed, self.data, str(self.folder(training.base, seed)))
        return training.plan(self.scale, seed, self.data)

    def is_finished(self, training: Training, seed: int) -> bool:
        """Whether a run is complete.

        Raises:
            InputError: its folder holds a run with other settings.
        """
        folder = RunFolder(self.folder(training, seed))
        if (before := folder.settings()) is None:
            return False
        plan = self.plan(training, seed)
        known = asked_for(type(plan).from_dict(before))
        if changed := list(differences(_anywhere(known), _anywhere(asked_for(plan)))):
            raise InputError(
                f"{folder.path} was made with other settings ({'; '.join(changed)}); choose another --out, or remove it"
            )
        return folder.result() is not None

    def start(self, training: Training, seed: int, stop: Callable[[], bool] = never) -> Iterator[Event]:
        """Does a run, or goes on with it; a fine-tuning needs the run that it starts from finished."""
        plan, folder = self.plan(training, seed), self.folder(training, seed)
        self.data.make(plan, training, self.scale)
        if isinstance(plan, FinetunePlan):
            yield from finetune(plan, folder, resume=True, stop=stop)
        else:
            yield from pretrain(plan, folder, resume=True, stop=stop)
        if RunFolder(folder).result():
            RunFolder(folder).state.unlink(missing_ok=True)  # nothing is to be resumed, and it is the largest file

    def record(self, claim: Claim, seeds: Sequence[int]) -> Record:
        """All that these seeds gave; InputError unless their runs are finished."""
        return measured(claim, self.scale, seeds, self.data, self.folder)


def measured(
    claim: Claim, scale: Scale, seeds: Sequence[int], data: Data, folder: Callable[[Training, int], Path]
) -> Record:
    """What finished runs give.

    Args:
        folder: of a training's run with a seed.

    Raises:
        InputError: one is not finished.
    """
    seconds = 0.0
    settings: dict[str, dict[str, Any]] = {}
    for training, seed in product(trainings_of(claim, scale), seeds):
        run = RunFolder(folder(training, seed))
        if not (result := run.result()):
            raise InputError(f"{run.path} is not finished; run the command again")
        seconds += float(result["seconds"])
        settings.setdefault("finetune" if isinstance(training, FineTuned) else "pretrain", run.settings() or {})
    values: dict[int, list[Value]] = {seed: [] for seed in seeds}
    for seed, found in values.items():
        for condition in claim.conditions(scale):
            found += claim.measure(Look(condition, scale, seed, data, _with(folder, seed)))
    about = command(claim, scale, seeds), machine(), versions(), round(seconds, 1)
    plans = {name: _anywhere(plan) for name, plan in settings.items()}
    return Record(claim.name, scale.name, tuple(seeds), gathered(values), *about, plans)


def _with(folder: Callable[[Training, int], Path], seed: int) -> Callable[[Training], Path]:
    return lambda training: folder(training, seed)


def trainings_of(claim: Claim, scale: Scale) -> tuple[Training, ...]:
    """All trainings of a claim, each once; those that others start from come before them."""
    asked = [*(condition.training for condition in claim.conditions(scale)), *claim.also]
    return tuple({step.run_name(scale, 0): step for training in asked for step in training.chain}.values())


def command(claim: Claim, scale: Scale, seeds: Sequence[int]) -> str:
    """That measures a claim."""
    small = [] if scale.name == "full" else [f"--{scale.name}"]
    return " ".join(
        ["python -m gptcore claim", claim.name, "--out claims", "--seeds", *(str(seed) for seed in seeds), *small]
    )


def _anywhere(settings: dict[str, Any]) -> dict[str, Any]:
    """Settings as JSON has them, with files by their names alone."""
    plain: dict[str, Any] = json.loads(json.dumps(settings))
    is_path = {name: name in _PATHS and isinstance(value, str) for name, value in plain.items()}
    return {name: Path(value).name if is_path[name] else value for name, value in plain.items()}
