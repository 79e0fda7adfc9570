"""Pre-training, from a text file to a checkpoint (paper, section 3.1): read, cut, batch, train, save.

In: a plan and a folder. Out: events as they happen; the folder holds the run (see gptcore.runs.folder). Stopped
anywhere, it goes on with `resume`.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from gptcore.config import ModelConfig
from gptcore.errors import GPTCoreError, InputError
from gptcore.model.gpt import GPT
from gptcore.model.parameters import parameter_count
from gptcore.ngram import train_bigram
from gptcore.runs.checkpoint import Checkpoint, save, write_json
from gptcore.runs.folder import RunFolder
from gptcore.text.corpus import open_token_file, read_documents, write_token_file
from gptcore.text.tokenizer import Tokenizer
from gptcore.train.batches import Windows, validation_rows
from gptcore.train.device import resolve_device, resolve_precision
from gptcore.train.group import ALONE, Group, current_group
from gptcore.train.loop import never, train
from gptcore.train.losses import lm_loss
from gptcore.train.recording import Finished, Prepared, RunEvent, machine, recorded, with_card
from gptcore.train.settings import TrainSettings

_VALIDATION_TOKENS = 65_536
_BIGRAM_TOKENS = 5_000_000
_HELD_OUT = 0.02
"""Share of the corpus kept back, at its end, when no validation text is given."""


@dataclass(frozen=True)
class PretrainPlan:
    """What to pre-train, on what, and how."""

    corpus: str
    """A UTF-8 text file, or a folder of .txt files."""
    model: dict[str, Any]
    """Fields of ModelConfig; vocab_size is how many entries a new tokenizer aims at."""
    train: TrainSettings
    valid: str | None = None
    """Validation text; None keeps back the end of the corpus."""
    tokenizer: str | None = None
    """Folder of a tokenizer to use; None trains one on the corpus."""
    style: str = "bytes"
    """Of a new tokenizer."""
    snapshots: int = 0
    """Small checkpoints to keep, at steps that grow geometrically, for looking back at early training."""

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "PretrainPlan":
        """A plan from what to_dict gave."""
        return cls(**{**values, "train": TrainSettings.from_dict(values["train"])})


class LanguageModelling:
    """The job of pre-training: predict each next token of random windows."""

    def __init__(
        self,
        train_ids: np.ndarray,
        valid_ids: np.ndarray,
        config: ModelConfig,
        settings: TrainSettings,
        group: Group = ALONE,
    ):
        self.device = resolve_device(settings.device)
        self._group = group
        self._train_ids, self._vocab_size = train_ids, config.vocab_size
        self.windows = Windows(train_ids, config.n_positions, settings.batch_size, settings.seed)
        self.valid_rows = validation_rows(valid_ids, config.n_positions, _VALIDATION_TOKENS)
        self.train_rows = validation_rows(train_ids, config.n_positions, _VALIDATION_TOKENS)
        self._dtype = resolve_precision(settings.precision, self.device)

    def batch(self, step: int) -> Tensor:
        """This process's rows of step's batch, (B / world_size, T + 1) ids on the device."""
        rows = self.windows.batch(step, self._group.rank, self._group.world_size)
        return rows.to(self.device, non_blocking=True)

    def losses(self, model: nn.Module, batch: Tensor) -> dict[str, Tensor]:
        """The mean surprise per token, in nats: the paper's -L1 divided by the count."""
        hidden = model.hidden_states(batch[:, :-1])
        return {"loss": lm_loss(hidden.flatten(0, 1), model.output_table, batch[:, 1:].flatten())}

    def validate(self, model: nn.Module) -> dict[str, float]:
        """The same loss on text that is not trained on."""
        return {"valid_loss": self.mean_loss(model, self.valid_rows)}

    def references(self) -> dict[str, float]:
        """Validation losses of who knows nothing, and of a bigram counted on the training text, in nats per token.

        The bigram is left out of texts so long that counting would take minutes.
        """
        found = {"even": math.log(self._vocab_size)}
        if len(self._train_ids) <= _BIGRAM_TOKENS:
            bigram = train_bigram(np.asarray(self._train_ids), self._vocab_size)
            rows = self.valid_rows.numpy()
            found["bigram"] = float(-np.log(bigram.probability(rows[:, :-1], rows[:, 1:])).mean())
        return found

    def mean_loss(self, model: nn.Module, rows: Tensor) -> float:
        """Over all targets of rows (R, T + 1), each with the context inside its row only."""
        total = 0.0
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self._dtype == torch.bfloat16):
            for part in rows.split(max(1, 4_096 // rows.shape[1])):
                total += float(self.losses(model, part.to(self.device))["loss"]) * len(part)
        return total / len(rows)


def pretrain(
    plan: PretrainPlan, out: str | Path, resume: bool = False, stop: Callable[[], bool] = never
) -> Iterator[RunEvent]:
    """Pre-trains a model.

    Args:
        plan: what to do.
        out: the run's folder; must be new, unless `resume`.
        resume: go on from the last saved state (from the start, if there is none yet). A finished run only
            reports its result again.
        stop: asked after every update; once true, the run ends, to be resumed another time.

    Raises:
        InputError: text, settings or folder cannot be used; nothing is left behind.
        TrainingError: the loss stopped being finite.
    """
    folder = RunFolder(out)
    fresh = not folder.path.exists()
    # Reading all settings before the folder exists keeps a typo from leaving half a run behind.
    ModelConfig.from_dict(plan.model)
    group = current_group(resolve_device(plan.train.device), plan.train.batch_size)
    next(iter(read_documents(plan.corpus)), None)
    if group.leads:
        folder.check(plan.to_dict(), resume)
    if resume and (result := folder.result()):
        yield Finished(result)
        return
    if group.leads:
        folder.open(plan.to_dict())
    else:
        group.wait()  # until the leader has prepared the text
    try:
        tokenizer, train_ids, valid_ids, data = _read_text(plan, folder)
        config = ModelConfig.from_dict({**plan.model, "vocab_size": tokenizer.vocab_size})
        job = LanguageModelling(train_ids, valid_ids, config, plan.train, group)
    except GPTCoreError:
        if fresh and group.leads:
            folder.discard()
        raise
    if group.leads:
        group.wait()
    model = GPT(config, torch.Generator().manual_seed(plan.train.seed))
    checkpoint = Checkpoint(model, tokenizer, config, {"name": folder.path.name, "data": data})
    per_step = plan.train.batch_size * config.n_positions
    yield Prepared(parameter_count(config), len(train_ids), per_step, "tokens", plan.train.steps)
    events = train(model, job, plan.train, folder.state, stop)
    if not group.leads:
        yield from events
        return
    if not folder.references.exists():
        write_json(folder.references, job.references())
    keep_at = snapshot_steps(plan.train.steps, plan.snapshots)
    seconds = yield from recorded(events, folder, checkpoint, plan.train.log_every, keep_at)
    if seconds is None:
        return
    result = _result(job, checkpoint, plan, seconds)
    card = dict(settings=plan.to_dict(), machine=machine(job.device), result=result)
    save(with_card(checkpoint, **card), folder.path)
    yield Finished(result)


def _result(job: LanguageModelling, checkpoint: Checkpoint, plan: PretrainPlan, seconds: float) -> dict[str, Any]:
    checkpoint.model.eval()
    with torch.no_grad():
        return {
            "train_loss": job.mean_loss(checkpoint.model, job.train_rows),
            "valid_loss": job.mean_loss(checkpoint.model, job.valid_rows),
            "steps": plan.train.steps,
            "tokens_seen": plan.train.steps * plan.train.batch_size * checkpoint.config.n_positions,
            "seconds": round(seconds, 1),
        }


def snapshot_steps(steps: int, count: int) -> set[int]:
    """`count` steps from 0 to the last, close together early, where a model changes most."""
    if count <= 0:
        return set()
    return {0, *(round(steps ** (i / (count - 1))) for i in range(1, count))} if count > 1 else {steps}


def _read_text(plan: PretrainPlan, folder: RunFolder) -> tuple[Tokenizer, np.ndarray, np.ndarray, dict[str, Any]]:
    """Tokenizer, training ids, validation ids, and what to say of them on the card."""
    if (folder.path / "tokenizer.json").exists():
        tokenizer = Tokenizer.load(folder.path)
    elif plan.tokenizer is not None:
        tokenizer = Tokenizer.load(plan.tokenizer)
    else:
        tokenizer = Tokenizer.train(read_documents(plan.corpus), plan.model["vocab_size"], plan.style)
    folder.tokens.mkdir(exist_ok=True)
    tokenizer.save(folder.path)

    def ids_of(source: str, name: str) -> np.ndarray:
        path = folder.tokens / name
        if path.exists() and (known := open_token_file(path)).fingerprint == tokenizer.fingerprint:
            return known.ids
        return write_token_file(read_documents(source), tokenizer, path).ids

    ids = ids_of(plan.corpus, "train.bin")
    if plan.valid is not None:
        valid_ids = ids_of(plan.valid, "valid.bin")
        held_out = Path(plan.valid).name
    else:
        n_valid = max(2, round(len(ids) * _HELD_OUT))
        if len(ids) < n_valid + 2:
            raise InputError(f"{plan.corpus} has only {len(ids)} tokens; give a longer text")
        ids, valid_ids = ids[:-n_valid], ids[-n_valid:]
        held_out = f"the last {_HELD_OUT:.0%} of it"
    data = {
        "corpus": Path(plan.corpus).name,
        "train_tokens": len(ids),
        "validation": held_out,
        "valid_tokens": len(valid_ids),
    }
    return tokenizer, ids, valid_ids, data
