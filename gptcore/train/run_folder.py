"""A run on disk: one folder that tells everything about it, to a person with a text editor too.

run.json           of a run of the Lab: whose it is and what was asked for, should the table of runs be lost
settings.json      what was asked for; a run is resumed only with the same
tokens/            the text as token ids, memory-mapped
phase.json         what is prepared, and how far it is (gptcore.train.phases)
metrics.jsonl      one line per progress event
references.json    losses of simple baselines, to see a curve against
resume.safetensors the exact state to go on from
config.json tokenizer.json model.safetensors card.json      the model, a checkpoint like any other
words.txt.xz       the words that it was trained on (gptcore.checkpoints.words)
neurons.safetensors   what its neurons answer to (gptcore.checkpoints.contexts)
means.safetensors  what its parts say on average (gptcore.checkpoints.means)
results.jsonl      of a fine-tuned model: its answer to every test example
learnt.jsonl       of one that was fine-tuned further: its answer to every example that it was to learn
rehearsed.jsonl    the texts whose answers were to stay as they were
snapshots/step-N/  small early checkpoints to look back at
"""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from gptcore.checkpoints.checkpoint import write_json
from gptcore.errors import CheckpointError
from gptcore.files import TEMPORARY, read_json
from gptcore.train.metrics import MetricsFile, has_numbers, json_lines

_SNAPSHOTS = "step-*/model.safetensors"


class RunFolder:
    """Paths and records of one run."""

    def __init__(self, path: str | Path):
        self.path = Path(path)
        self.state = self.path / "resume.safetensors"
        self.tokens = self.path / "tokens"
        self.card = self.path / "card.json"
        self.baselines = self.path / "references.json"
        self.results = self.path / "results.jsonl"
        self.learnt = self.path / "learnt.jsonl"
        self.rehearsed = self.path / "rehearsed.jsonl"
        self.phase = self.path / "phase.json"
        self._settings = self.path / "settings.json"
        self.metrics = MetricsFile(self.path / "metrics.jsonl")

    def settings(self) -> dict[str, Any] | None:
        """What was asked for; None before the run was begun.

        Raises:
            CheckpointError: that cannot be read.
        """
        return read_json(self._settings) if self._settings.exists() else None

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
        if result is not None and not (isinstance(result, dict) and has_numbers(result, _main(result), "seconds")):
            raise CheckpointError(f"{self.card} is damaged: its result is none of a run")
        return result

    def discard(self) -> None:
        """Removes the folder: a run that could not start leaves nothing behind."""
        shutil.rmtree(self.path, ignore_errors=True)

    def snapshots(self) -> dict[int, Path]:
        """Complete small checkpoints by step, ascending."""
        return snapshots_in(self.path / "snapshots")

    def baseline_losses(self) -> dict[str, float]:
        """Losses of simple baselines by name; none where the file is missing or damaged."""
        with suppress(CheckpointError):
            values = read_json(self.baselines)
            return values if isinstance(values, dict) and has_numbers(values, *values) else {}
        return {}

    def preparing(self) -> dict[str, Any]:
        """The fields of the newest gptcore.train.events.Preparing; none before there was one."""
        with suppress(CheckpointError):
            values = read_json(self.phase)
            return values if isinstance(values, dict) and has_numbers(values, "done", "total") else {}
        return {}

    def results_rows(self) -> list[dict[str, Any]]:
        """The answer to every test example of a finished fine-tuning run.

        Raises:
            CheckpointError: the file is missing or cannot be read.
        """
        return _answers(self.results)

    def learnt_rows(self) -> list[dict[str, Any]]:
        """The same for the examples that a fine-tuned model was to learn; CheckpointError as above."""
        return _answers(self.learnt)

    def snapshot(self, step: int) -> Path:
        """Where the small checkpoint of this step belongs."""
        return self.path / "snapshots" / f"step-{step:07d}"


def snapshots_in(folder: Path) -> dict[int, Path]:
    """Checkpoints named step-N in a folder, by step, ascending."""
    folders = {weights.parent.name.removeprefix("step-"): weights.parent for weights in folder.glob(_SNAPSHOTS)}
    return {int(step): folders[step] for step in sorted(folders) if step.isdecimal()}


def _answers(path: Path) -> list[dict[str, Any]]:
    names = {"texts", "target", "answer", "before", "outputs"}
    return [row for row in json_lines(path) if isinstance(row, dict) and names <= row.keys()]


def _main(result: dict[str, Any]) -> str:
    """The name of a result's main number."""
    return str(result.get("measure", "valid_loss"))


def differences(before: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    """A sentence per setting that changed, inside groups of settings too."""
    for name in sorted({*before, *now}):
        old, new = before.get(name), now.get(name)
        if isinstance(old, dict) and isinstance(new, dict):
            yield from differences(old, new)
        elif old != new:
            yield f"{name} was {old!r} and is now {new!r}"
