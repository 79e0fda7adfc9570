"""Every moment at which a run changes the disk, and a death at each: what it leaves must resume to the last digit.

Run as `python -m tests.core.sweep pretrain|finetune CORPUS FOLDER`, in a process of its own, for it forks and works on
one thread. Prints a JSON object: how many moments there were, and for which of them the resumed run differs.
"""

import builtins
import hashlib
import io
import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import torch

from gptcore.checkpoints import weights
from gptcore.checkpoints.checkpoint import Checkpoint, save
from gptcore.config import ModelConfig
from gptcore.lab.task_files import write_examples
from gptcore.model.gpt import GPT
from gptcore.tasks.examples import Example
from gptcore.text.tokenizer import Tokenizer
from gptcore.train.finetune import FinetunePlan, finetune
from gptcore.train.pretrain import PretrainPlan, pretrain
from gptcore.train.settings import TrainSettings

SHAPE = dict(vocab_size=280, n_positions=12, n_layer=2, n_head=2, d_model=8, dropout=0.2)
SETTINGS = dict(
    batch_size=2,
    learning_rate=1e-2,
    warmup=1,
    seed=3,
    threads=1,
    precision="float32",
    log_every=1,
    validate_every=2,
    save_every=2,
)
DIED = 9
EARLY = 11
"""Moments until a run that goes on has written down that it does."""
STRIDE = 3
"""Resumed from every third moment: two of pre-training's and fine-tuning's are alike, and their thirds differ."""


class Moments:
    """Calls `at` with a number at each change of the disk: half of a write is done then, and of a rename nothing."""

    def __init__(self, at: Callable[[int], None]):
        self._at, self._n, self._looking = at, 0, False
        # Not fsync, nor the clearing of what is not there: a death at those leaves what a death just after them leaves.
        for module, name in ((os, "replace"), (os, "mkdir"), (weights, "save_file")):
            setattr(module, name, self._counted(getattr(module, name), halved=name == "save_file"))
        self._open = io.open
        io.open = builtins.open = self.open

    def tick(self) -> None:
        """One more; what `at` itself does to the disk does not count."""
        if not self._looking:
            self._n, self._looking = self._n + 1, True
            self._at(self._n)
            self._looking = False

    def open(self, file, mode="r", *rest, **more):
        """open(), whose writes count."""
        opened = self._open(file, mode, *rest, **more)
        return _Counted(opened, self) if set(mode) & set("wa") and not self._looking else opened

    def _counted(self, function: Callable, halved: bool) -> Callable:
        def call(*arguments, **more):
            if halved:  # the file is there and its end is missing
                function(*arguments, **more)
                os.truncate(arguments[1], 100)
            self.tick()
            return function(*arguments, **more)

        return call


class _Counted:
    """A file that counts what is written to it."""

    def __init__(self, file, moments: Moments):
        self._file, self._moments = file, moments

    def write(self, data):
        half = len(data) // 2
        self._file.write(data[:half])
        self._file.flush()
        self._moments.tick()
        self._file.write(data[half:])
        return len(data)

    def __getattr__(self, name):
        return getattr(self._file, name)

    def __enter__(self):
        return self

    def __exit__(self, *details):
        self._file.close()


def forked(work: Callable[[], None]) -> int:
    """Does it in a child of this process; returns how the child ended."""
    child = os.fork()
    if child == 0:
        try:
            work()
            os._exit(0)
        except BaseException as error:
            os.write(2, f"{type(error).__name__}: {error}\n".encode())
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def contents(folder: Path) -> dict[str, object]:
    """All that a run has left, but for how long it took and what it is called."""
    found: dict[str, object] = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if name == "phase.json":  # how far it was at some moment
            continue
        if name == "metrics.jsonl":
            found[name] = [without_time(json.loads(line)) for line in path.read_text().splitlines()]
        elif path.suffix == ".json":
            found[name] = without_time(json.loads(path.read_text()))
        elif path.is_file():
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def without_time(value: dict) -> dict:
    """A record or a card without seconds and the folder's name."""
    kept = {key: found for key, found in value.items() if key not in ("seconds", "name")}
    return {key: without_time(found) if isinstance(found, dict) else found for key, found in kept.items()}


def watched(run: Callable[[Path], None], place: Path) -> None:
    """Runs it whole; what the disk holds at each moment, as a death there would leave it, is kept: died-1, died-2..."""
    whole = place / "whole"
    Moments(lambda n: shutil.copytree(whole, place / f"died-{n}") if whole.exists() else (place / "died-1").mkdir())
    run(whole)


def dying(run: Callable[[Path], None], folder: Path, when: int) -> None:
    """Runs it until that moment, and ends the process there."""
    Moments(lambda n: os._exit(DIED) if n == when else None)
    run(folder)


def sweep(run: Callable[[Path], None], place: Path, first: int) -> dict[str, object]:
    """Lets it resume from every third moment, from the `first` on; compares with a run that nothing disturbed."""
    os.fsync = lambda descriptor: None  # nobody switches this machine off
    run(place / "calm")  # and what torch loads at its first steps is loaded for all that are forked
    calm, failed = contents(place / "calm"), {}
    assert forked(lambda: watched(run, place)) == 0 and contents(place / "whole") == calm
    moments = len(list(place.glob("died-*")))
    for n in range(first, moments + 1, STRIDE):
        folder = place / f"died-{n}"
        # It dies once more as it begins again: at another of the first moments each time.
        forked(lambda n=n, folder=folder: dying(run, folder, 1 + n % EARLY))
        again = forked(lambda folder=folder: run(folder))
        found = contents(folder)
        differs = sorted(name for name in {*calm, *found} if calm.get(name) != found.get(name))
        if again != 0 or differs:
            failed[n] = [again, *differs]
    return {"moments": moments, "failed": failed, "files": len(calm)}


def pretraining(corpus: Path) -> Callable[[Path], None]:
    """A run of three updates that keeps snapshots."""
    plan = PretrainPlan(str(corpus), SHAPE, TrainSettings(3, **SETTINGS), snapshots=2)
    return lambda folder: [None for _ in pretrain(plan, folder, resume=True)]


def finetuning(corpus: Path, place: Path) -> Callable[[Path], None]:
    """A run of four updates from a model that nobody trained."""
    tokenizer = Tokenizer.train([corpus.read_text(encoding="utf-8")], 280)
    config = ModelConfig.from_dict({**SHAPE, "vocab_size": tokenizer.vocab_size, "n_positions": 24})
    model = GPT(config, torch.Generator().manual_seed(1)).eval()
    save(Checkpoint(model, tokenizer, config), place / "base")
    for name in ("train.csv", "test.csv"):
        examples = [Example((f"the {word} went",), word) for word in ("fox", "crow", "fox", "crow")]
        write_examples(place / name, "classification", examples)
    given = {name: value for name, value in SETTINGS.items() if name != "warmup"}
    plan = FinetunePlan(
        str(place / "base"), "classification", str(place / "train.csv"), str(place / "test.csv"), given, epochs=2
    )
    return lambda folder: [None for _ in finetune(plan, folder, resume=True)]


def main(kind: str, corpus: str, place: str) -> None:
    """The whole sweep of one kind of run."""
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    torch.set_num_threads(1)
    run = pretraining(Path(corpus)) if kind == "pretrain" else finetuning(Path(corpus), Path(place))
    print(json.dumps(sweep(run, Path(place), first=1 if kind == "pretrain" else 2)))


if __name__ == "__main__":
    main(*sys.argv[1:])
