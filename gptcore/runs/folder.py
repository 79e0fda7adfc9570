"""A run on disk: one folder that tells everything about it, to a person with a text editor too.

settings.json      what was asked for; a run is resumed only with the same
tokens/            the text as token ids, memory-mapped
metrics.jsonl      one line per progress event
references.json    losses of simple peers, to see a curve against
resume.safetensors the exact state to go on from
config.json tokenizer.json model.safetensors card.json      the model, a checkpoint like any other
results.jsonl      of a fine-tuned model: its answer to every test example
snapshots/step-N/  small early checkpoints to look back at
"""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gptcore.errors import InputError
from gptcore.runs.checkpoint import read_json, write_json


class RunFolder:
    """Paths and records of one run."""

    def __init__(self, path: str | Path):
        self.path = Path(path)
        self.state = self.path / "resume.safetensors"
        self.tokens = self.path / "tokens"
        self.card = self.path / "card.json"
        self.references = self.path / "references.json"
        self.results = self.path / "results.jsonl"
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
        """Makes the folder and writes the settings down."""
        self.path.mkdir(parents=True, exist_ok=True)
        write_json(self._settings, settings)

    def result(self) -> dict[str, Any] | None:
        """What a finished run measured; None for one that is not finished."""
        return read_json(self.card).get("result") if self.card.exists() else None

    def discard(self) -> None:
        """Removes the folder: a run that could not start leaves nothing behind."""
        shutil.rmtree(self.path, ignore_errors=True)

    def append(self, record: dict[str, Any]) -> None:
        """Adds one line to the metrics."""
        with self._metrics.open("a", encoding="utf-8") as file:
            file.write(json.dumps(record) + "\n")

    def forget_after(self, step: int) -> None:
        """Drops metrics of updates that a resumed run will do again."""
        kept = [record for record in self.metrics() if record["step"] <= step]
        self._metrics.write_text("".join(json.dumps(record) + "\n" for record in kept), encoding="utf-8")

    def metrics(self) -> list[dict[str, Any]]:
        """Every whole line written so far, oldest first."""
        if not self._metrics.exists():
            return []
        lines = self._metrics.read_text(encoding="utf-8").split("\n")[
            :-1
        ]  # a last line without its end is half-written
        return [json.loads(line) for line in lines]

    def snapshots(self) -> dict[int, Path]:
        """Complete small checkpoints by step, ascending."""
        return snapshots_in(self.path / "snapshots")

    def stamp(self) -> int:
        """Changes whenever the metrics have grown or were written anew."""
        return self._metrics.stat().st_mtime_ns if self._metrics.exists() else 0

    def results_rows(self) -> list[dict[str, Any]]:
        """The answer to every test example of a finished fine-tuning run."""
        return [json.loads(line) for line in self.results.read_text(encoding="utf-8").splitlines()]

    def seconds(self) -> float:
        """Seconds that the updates written down have taken, over all sittings."""
        return max((record["seconds"] for record in self.metrics() if "seconds" in record), default=0.0)

    def snapshot(self, step: int) -> Path:
        """Where the small checkpoint of this step belongs."""
        return self.path / "snapshots" / f"step-{step:07d}"


def snapshots_in(folder: Path) -> dict[int, Path]:
    """Checkpoints named step-N in a folder, by step, ascending."""
    found = sorted(folder.glob("step-*/model.safetensors"))
    return {int(weights.parent.name.removeprefix("step-")): weights.parent for weights in found}


def differences(before: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    """A sentence per setting that changed, inside groups of settings too."""
    for name in sorted({*before, *now}):
        old, new = before.get(name), now.get(name)
        if isinstance(old, dict) and isinstance(new, dict):
            yield from differences(old, new)
        elif old != new:
            yield f"{name} was {old!r} and is now {new!r}"
