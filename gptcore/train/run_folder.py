"""A run on disk: one folder that tells everything about it, to a person with a text editor too.

run.json           of a run of the Lab: whose it is and what was asked for, should the table of runs be lost
settings.json      what was asked for; a run is resumed only with the same
tokens/            the text as token ids, memory-mapped
phase.json         what is prepared, and how far it is (gptcore.train.phases)
metrics.jsonl      one line per progress event
references.json    losses of simple peers, to see a curve against
resume.safetensors the exact state to go on from
config.json tokenizer.json model.safetensors card.json      the model, a checkpoint like any other
results.jsonl      of a fine-tuned model: its answer to every test example
snapshots/step-N/  small early checkpoints to look back at
"""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from gptcore.checkpoints.checkpoint import read_json, write_json
from gptcore.errors import CheckpointError, InputError
from gptcore.files import TEMPORARY, write_text

_UPDATE = ("step", "steps", "learning_rate", "grad_norm", "seconds")
_SNAPSHOTS = "step-*/model.safetensors"


class RunFolder:
    """Paths and records of one run."""

    def __init__(self, path: str | Path):
        self.path = Path(path)
        self.state = self.path / "resume.safetensors"
        self.tokens = self.path / "tokens"
        self.card = self.path / "card.json"
        self.references = self.path / "references.json"
        self.results = self.path / "results.jsonl"
        self.phase = self.path / "phase.json"
        self._settings = self.path / "settings.json"
        self._metrics = self.path / "metrics.jsonl"

    def check(self, settings: dict[str, Any], resume: bool) -> None:
        """Makes sure that the folder is free, or was made for these settings and is to be resumed.

        Raises:
            InputError: it holds another run, or something else.
        """
        if not resume and self.path.exists() and (not self.path.is_dir() or any(self.path.iterdir())):
            raise InputError(f"{self.path} is not empty; choose another --out, or --resume the run in it")
        if resume and self._settings.exists():
            before = read_json(self._settings)
            changed = list(differences(before, json.loads(json.dumps(settings))))
            if changed:
                raise InputError(f"{self.path} was started with other settings: {'; '.join(changed)}")

    def open(self, settings: dict[str, Any]) -> None:
        """Makes the folder, writes the settings down, and sweeps what a sitting that was killed had half written."""
        self.path.mkdir(parents=True, exist_ok=True)
        for stray in self.path.rglob(f"*{TEMPORARY}"):
            stray.unlink(missing_ok=True)
        write_json(self._settings, settings)

    def result(self) -> dict[str, Any] | None:
        """What a finished run measured; None for one that is not finished.

        Raises:
            CheckpointError: the card cannot be read, or tells no result that a run has.
        """
        card = read_json(self.card) if self.card.exists() else {}
        result = card.get("result") if isinstance(card, dict) else ()
        if result is not None and not (isinstance(result, dict) and _has_numbers(result, _main(result), "seconds")):
            raise CheckpointError(f"{self.card} is damaged: its result is none of a run")
        return result

    def discard(self) -> None:
        """Removes the folder: a run that could not start leaves nothing behind."""
        shutil.rmtree(self.path, ignore_errors=True)

    def append(self, record: dict[str, Any]) -> None:
        """Adds one line to the metrics, which is on the disk before a later state is; of a line that was cut short
        before it, that one alone is lost."""
        line = json.dumps(record).encode() + b"\n"
        with self._metrics.open("a+b") as file:
            if file.tell():
                file.seek(-1, os.SEEK_END)
                line = line if file.read(1) == b"\n" else b"\n" + line
            file.write(line)
            file.flush()
            os.fsync(file.fileno())

    def forget_after(self, step: int) -> None:
        """Drops metrics of updates that a resumed run will do again."""
        kept = [record for record in self.metrics() if record["step"] <= step]
        write_text(self._metrics, "".join(json.dumps(record) + "\n" for record in kept))

    def metrics(self) -> list[dict[str, Any]]:
        """Every record written so far, oldest first; lines that are half-written or damaged are left out.

        Raises:
            CheckpointError: the file cannot be read.
        """
        return [record for record in _json_lines(self._metrics) if _is_record(record)] if self.stamp() else []

    def snapshots(self) -> dict[int, Path]:
        """Complete small checkpoints by step, ascending."""
        return snapshots_in(self.path / "snapshots")

    def stamp(self) -> int:
        """Changes whenever the metrics have grown or were written anew."""
        try:
            return self._metrics.stat().st_mtime_ns
        except OSError:
            return 0

    def reference_losses(self) -> dict[str, float]:
        """Losses of simple peers by name; none where the file is missing or damaged."""
        with suppress(CheckpointError):
            values = read_json(self.references)
            return values if isinstance(values, dict) and _has_numbers(values, *values) else {}
        return {}

    def preparing(self) -> dict[str, Any]:
        """The fields of the newest gptcore.train.phases.Preparing; none before there was one."""
        with suppress(CheckpointError):
            values = read_json(self.phase)
            return values if isinstance(values, dict) and _has_numbers(values, "done", "total") else {}
        return {}

    def results_rows(self) -> list[dict[str, Any]]:
        """The answer to every test example of a finished fine-tuning run.

        Raises:
            CheckpointError: the file is missing or cannot be read.
        """
        names = {"texts", "target", "answer", "before", "outputs"}
        return [row for row in _json_lines(self.results) if isinstance(row, dict) and names <= row.keys()]

    def seconds(self) -> float:
        """Seconds that the updates written down have taken, over all sittings."""
        return max((record["seconds"] for record in self.metrics() if "seconds" in record), default=0.0)

    def snapshot(self, step: int) -> Path:
        """Where the small checkpoint of this step belongs."""
        return self.path / "snapshots" / f"step-{step:07d}"


def snapshots_in(folder: Path) -> dict[int, Path]:
    """Checkpoints named step-N in a folder, by step, ascending."""
    found = {weights.parent.name.removeprefix("step-"): weights.parent for weights in folder.glob(_SNAPSHOTS)}
    return {int(step): found[step] for step in sorted(found) if step.isdecimal()}


def _json_lines(path: Path) -> Iterator[Any]:
    """Values of all lines that are JSON."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError as error:
        raise CheckpointError(f"{path} cannot be read: {error.strerror}") from error
    for line in lines:
        try:
            yield json.loads(line)
        except (ValueError, RecursionError):
            continue


def _is_record(value: Any) -> bool:
    """Whether a line of the metrics has what is read of it."""
    if not isinstance(value, dict) or not isinstance(value.get("step"), int):
        return False
    if "losses" in value:
        losses = value["losses"]
        return _has_numbers(value, *_UPDATE) and isinstance(losses, dict) and _has_numbers(losses, "loss", *losses)
    return _has_numbers(value, *value)


def _main(result: dict[str, Any]) -> str:
    """The name of a result's main number."""
    return str(result.get("measure", "valid_loss"))


def _has_numbers(values: dict[str, Any], *names: str) -> bool:
    return all(isinstance(values.get(name), int | float) for name in names)


def differences(before: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    """A sentence per setting that changed, inside groups of settings too."""
    for name in sorted({*before, *now}):
        old, new = before.get(name), now.get(name)
        if isinstance(old, dict) and isinstance(new, dict):
            yield from differences(old, new)
        elif old != new:
            yield f"{name} was {old!r} and is now {new!r}"
