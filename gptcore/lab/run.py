"""One run as its row tells it, and as its folder tells it once more: from run.json a lost table is made anew."""

from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

from gptcore.checkpoints.checkpoint import write_json
from gptcore.errors import CheckpointError
from gptcore.files import read_json
from gptcore.lab.upgrade import upgraded
from gptcore.train.run_folder import RunFolder

Kind = Literal["pretrain", "finetune"]
_FILE = "run.json"


class State(StrEnum):
    """What a run is doing."""

    WAITING = "waiting"
    RUNNING = "running"
    STOPPED = "stopped"
    """By its owner, or because its time was up; can be resumed."""
    INTERRUPTED = "interrupted"
    """Its worker died again and again, or its disk was full; can be resumed."""
    FAILED = "failed"
    """It could not go on; `message` says why."""
    FINISHED = "finished"


RESUMABLE = (State.STOPPED, State.INTERRUPTED, State.FAILED)


@dataclass(frozen=True)
class Run:
    """One row."""

    id: str
    owner: str
    """Anonymous id of a learner."""
    kind: Kind
    title: str
    plan: dict[str, Any]
    """Of a PretrainPlan or FinetunePlan."""
    device: str
    """What executes it, and so whose queue it waits in: "cpu", "cuda:0", ..."""
    state: State
    created: float
    """Seconds since 1970; likewise the other times."""
    queued: float
    """Since when it has waited, or had."""
    claimed: float | None = None
    """When a worker took it last."""
    started: float | None = None
    """When a worker took it first."""
    ended: float | None = None
    heartbeat: float | None = None
    """Last sign of life of its worker."""
    worker: str | None = None
    """Name of the worker that executes it, or did."""
    interruptions: int = 0
    """How often its worker has died since it last got on: saved a state, or was resumed by its owner."""
    message: str = ""
    """For people: why it ended as it did."""
    parent: str | None = None
    """The run it was duplicated from or whose model it starts from."""
    series: str | None = None
    """What runs that were started together, to be compared, have in common."""
    shared: bool = False
    """Whether other learners see it."""
    stop_requested: bool = False
    deleted: float | None = None
    variant: str | None = None
    """What sets it apart from others of its series, for people: one side of a fair pair."""
    seed: int | None = None
    """Of a run of a series."""
    ours: str | None = None
    """Which data of ours it learns from: a key of OURS in gptcore.lab.corpora, or of STORY_TASKS in
    gptcore.lab.task_files. None: somebody's own."""
    examples: int | None = None
    """Of a task of ours, to learn from."""

    @property
    def name(self) -> str:
        """For people: its title, and what sets it apart in its series."""
        return self.title if self.variant is None else f"{self.title} · {self.variant} · seed {self.seed}"


LASTING = (
    *("id", "owner", "kind", "title", "plan", "device", "created", "parent", "series", "shared", "deleted"),
    *("variant", "seed", "ours", "examples"),
)
"""What only the row would know; the rest follows from the folder or is about a worker."""


def write_run(run: Run, home: Path) -> None:
    """Keeps what is to last in the run's folder.

    Raises:
        OSError: it cannot be written.
    """
    values = asdict(run)
    write_json(home / run.id / _FILE, {name: values[name] for name in LASTING})


def read_runs(home: Path) -> list[Run]:
    """All runs whose folders tell what they are, oldest first. Those that have not finished count as interrupted."""
    runs = [run for file in home.glob(f"*/{_FILE}") if (run := _read(file)) is not None]
    return sorted(runs, key=lambda run: run.created)


def _read(file: Path) -> Run | None:
    try:
        values = read_json(file)
        known = {field.name for field in fields(Run)}
        values = upgraded({name: value for name, value in values.items() if name in known})
        finished = RunFolder(file.parent).result() is not None
    except (CheckpointError, AttributeError):  # a folder of something else, or a damaged one
        return None
    state, message = (State.FINISHED, "") if finished else (State.INTERRUPTED, FROM_FOLDER)
    if not isinstance(values.get("plan"), dict) or values.get("id") != file.parent.name:
        return None
    try:
        return Run(**values, state=state, message=message, queued=values["created"], ended=values["created"])
    except (TypeError, KeyError):
        return None


FROM_FOLDER = "the table of runs was damaged and made anew while this one was unfinished; resume it from its last state"
