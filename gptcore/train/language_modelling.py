"""The job of pre-training: random windows of a text, and the loss of the paper's section 3.1."""

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from gptcore.config import ModelConfig
from gptcore.model.kinds import Trained
from gptcore.model.language_model import LanguageModel
from gptcore.model.loss import lm_loss, taught_loss
from gptcore.model.ngram import train_bigram
from gptcore.train.batches import Windows, validation_rows
from gptcore.train.device import resolve_device, resolve_precision
from gptcore.train.distributed import ALONE, Group
from gptcore.train.phases import ENDLESS, Sitting
from gptcore.train.settings import TrainSettings

_VALIDATION_TOKENS = 65_536
_BIGRAM_TOKENS = 5_000_000


class LanguageModelling:
    """Predicts each next token of random windows; see gptcore.train.loop.Job."""

    def __init__(
        self,
        train_ids: np.ndarray,
        valid_ids: np.ndarray,
        config: ModelConfig,
        settings: TrainSettings,
        group: Group = ALONE,
        sitting: Sitting = ENDLESS,
        teachers: Sequence[LanguageModel] = (),
    ):
        self.device = resolve_device(settings.device)
        self._group, self._sitting = group, sitting
        self._train_ids, self._vocab_size = train_ids, config.vocab_size
        self.windows = Windows(train_ids, config.n_positions, settings.batch_size, settings.seed)
        self.valid_rows = validation_rows(valid_ids, config.n_positions, _VALIDATION_TOKENS)
        self.train_rows = validation_rows(train_ids, config.n_positions, _VALIDATION_TOKENS)
        self._dtype = resolve_precision(settings.precision, self.device)
        self._teachers = [teacher.to(self.device) for teacher in teachers]

    def batch(self, step: int) -> Tensor:
        """This process's rows of step's batch, (B / world_size, T + 1) ids on the device."""
        rows = self.windows.batch(step, self._group.rank, self._group.world_size)
        if self.device.type == "cuda":
            return rows.pin_memory().to(self.device, non_blocking=True)
        return rows.to(self.device)

    def losses(self, model: Trained, batch: Tensor) -> dict[str, Tensor]:
        """The mean surprise per token, in nats: the paper's -L1 divided by the count. With teachers, "loss" is the mean
        of that, "lm_loss", and of the divergence from the teachers' mean probabilities, "teacher_kl"."""
        ids, targets = batch[:, :-1], batch[:, 1:].flatten()
        hidden = model.hidden_states(ids).flatten(0, 1)
        if not self._teachers:
            return {"loss": lm_loss(hidden, model.output_table, targets)}
        lm, kl = taught_loss(hidden, model.output_table, targets, self._expected(ids))
        return {"loss": (lm + kl) / 2, "lm_loss": lm, "teacher_kl": kl}

    def validate(self, model: Trained) -> dict[str, float]:
        """The same loss on text that is not trained on."""
        return {"valid_loss": self.mean_loss(model, self.valid_rows)}

    def baselines(self) -> dict[str, float]:
        """Validation losses of who knows nothing, and of a bigram counted on the training text, in nats per token.

        The bigram is left out of texts so long that counting would take minutes.
        """
        losses = {"even": math.log(self._vocab_size)}
        if len(self._train_ids) <= _BIGRAM_TOKENS:
            bigram = train_bigram(np.asarray(self._train_ids), self._vocab_size)
            rows = self.valid_rows.numpy()
            losses["bigram"] = float(-np.log(bigram.probability(rows[:, :-1], rows[:, 1:])).mean())
        return losses

    def mean_loss(self, model: Trained, rows: Tensor) -> float:
        """Over all targets of rows (R, T + 1), each with the context inside its row only. Raises Halted once the
        sitting is over."""
        total = 0.0
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self._dtype == torch.bfloat16):
            for part in rows.split(max(1, 4_096 // rows.shape[1])):
                self._sitting.check()
                part = part.to(self.device)
                hidden = model.hidden_states(part[:, :-1]).flatten(0, 1)
                total += float(lm_loss(hidden, model.output_table, part[:, 1:].flatten())) * len(part)
        return total / len(rows)

    @torch.no_grad()
    def _expected(self, ids: Tensor) -> Tensor:
        """The teachers' mean probabilities after each of ids (B, T): (B T, V)."""
        return torch.stack([teacher(ids).softmax(dim=-1) for teacher in self._teachers]).mean(0).flatten(0, 1)
