"""Pre-training, from a text file to a checkpoint (paper, section 3.1): read, cut, batch, train, save.

In: a plan and a folder. Out: events as they happen; the folder holds the run (see gptcore.train.run_folder). Stopped
anywhere, it goes on with `resume`.
"""

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from gptcore.checkpoints.checkpoint import Checkpoint, write_json
from gptcore.config import ModelConfig
from gptcore.evaluate.ngram import train_bigram
from gptcore.model.gpt import GPT
from gptcore.model.loss import lm_loss
from gptcore.model.parameters import parameter_count
from gptcore.train.batches import Windows, validation_rows
from gptcore.train.device import resolve_device, resolve_precision
from gptcore.train.distributed import ALONE, Group, current_group
from gptcore.train.loop import Stopped, train
from gptcore.train.memory import require_memory
from gptcore.train.phases import ENDLESS, Halted, Preparing, Sitting, never, watched
from gptcore.train.plans import PretrainPlan
from gptcore.train.reading import first_look, read_text
from gptcore.train.recording import (
    Finished,
    Prepared,
    RunEvent,
    asked_for,
    finish,
    kept_if_begun,
    machine,
    recorded,
    told,
    validated,
)
from gptcore.train.run_folder import RunFolder
from gptcore.train.settings import TrainSettings

_VALIDATION_TOKENS = 65_536
_BIGRAM_TOKENS = 5_000_000


class LanguageModelling:
    """The job of pre-training: predict each next token of random windows."""

    def __init__(
        self,
        train_ids: np.ndarray,
        valid_ids: np.ndarray,
        config: ModelConfig,
        settings: TrainSettings,
        group: Group = ALONE,
        sitting: Sitting = ENDLESS,
    ):
        self.device = resolve_device(settings.device)
        self._group, self._sitting = group, sitting
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
        """Over all targets of rows (R, T + 1), each with the context inside its row only. Raises Halted once the
        sitting is over."""
        total = 0.0
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self._dtype == torch.bfloat16):
            for part in rows.split(max(1, 4_096 // rows.shape[1])):
                self._sitting.check()
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
        stop: asked several times a second, whatever is being done; once true, the run ends, to be resumed another time.

    Raises:
        InputError: text, settings or folder cannot be used; nothing is left behind.
        TrainingError: the loss stopped being finite.
    """
    folder, sitting = RunFolder(out), Sitting(stop, plan.train.time_limit)
    try:
        yield from _sit(plan, folder, resume, sitting)
    except Halted:
        yield Stopped(max((record["step"] for record in folder.metrics()), default=0), sitting.reason)


def _sit(plan: PretrainPlan, folder: RunFolder, resume: bool, sitting: Sitting) -> Iterator[RunEvent]:
    """One sitting. Raises Halted where it is over outside the loop."""
    fresh = not folder.path.exists()
    # Reading all settings before the folder exists keeps a typo from leaving half a run behind.
    config, device = ModelConfig.from_dict(plan.model), resolve_device(plan.train.device)
    group = current_group(device, plan.train.batch_size)
    require_memory(config, plan.train.batch_size // group.world_size, device)
    if group.is_main:
        folder.check(asked_for(plan.to_dict()), resume)
    if resume and (result := folder.result()):
        yield Finished(result)
        return
    yield from first_look(plan, sitting)
    if group.is_main:
        folder.open(asked_for(plan.to_dict()))
    else:
        group.wait()  # until the leader has prepared the text
    with kept_if_begun(folder, fresh and group.is_main):
        yield from _learn(plan, folder, group, sitting)


def _learn(plan: PretrainPlan, folder: RunFolder, group: Group, sitting: Sitting) -> Iterator[RunEvent]:
    tokenizer, train_ids, valid_ids, data = yield from told(read_text(plan, folder, sitting), folder)
    config = ModelConfig.from_dict({**plan.model, "vocab_size": tokenizer.vocab_size})
    job = LanguageModelling(train_ids, valid_ids, config, plan.train, group, sitting)
    if group.is_main and not folder.references.exists():
        references = yield from told(watched("bigram", lambda _: job.references(), sitting), folder)
        write_json(folder.references, references)
    if group.is_main:
        group.wait()
    model = GPT(config, torch.Generator().manual_seed(plan.train.seed))
    checkpoint = Checkpoint(model, tokenizer, config, {"name": folder.path.name, "data": data})
    per_step = plan.train.batch_size * config.n_positions
    notes = tuple(data["notes"])
    yield Prepared(parameter_count(config), len(train_ids), per_step, "tokens", plan.train.steps, notes)
    events = train(model, job, plan.train, folder.state, sitting, lambda step: validated(folder, step))
    if not group.is_main:
        yield from events
        return
    keep_at = snapshot_steps(plan.train.steps, plan.snapshots)
    seconds = yield from recorded(events, folder, checkpoint, plan.train.log_every, keep_at)
    if seconds is None:
        return
    yield Preparing("measuring")
    result = _result(job, checkpoint, plan, seconds)
    finish(folder, checkpoint, settings=asked_for(plan.to_dict()), machine=machine(job.device), result=result)
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
