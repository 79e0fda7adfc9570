"""The job of masked pre-training: rows of a text with some of their tokens hidden, and the loss of guessing those.

BERT's first objective (Devlin et al. 2019, section 3.1). Its second, whether one text follows another, is left out:
Liu et al. (2019, section 4.2) found nothing lost without it. The segment embeddings are learnt all the same, for half
of the rows are cut in two, as [CLS] a [SEP] b [SEP]; and a quarter of the rows are shorter than the context, so that
the model knows short texts, too.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from gptcore.config import ModelConfig
from gptcore.errors import InputError
from gptcore.evaluate.gaps import neighbours_nats
from gptcore.model.kinds import Trained, states_of
from gptcore.model.loss import lm_loss
from gptcore.model.marks import Marks
from gptcore.model.ngram import train_bigram, train_unigram
from gptcore.text.masking import masked
from gptcore.text.pairs import MaskIds, pair_row
from gptcore.train.batches import Windows, validation_rows
from gptcore.train.device import resolve_device, resolve_precision
from gptcore.train.distributed import ALONE, Group
from gptcore.train.phases import ENDLESS, Sitting
from gptcore.train.settings import TrainSettings

_VALIDATION_TOKENS = 65_536
_EVALUATION_TOKENS = 4_096
_SHORT, _SHORTEST, _IN_TWO = 0.25, 8, 0.5
_SMALLEST_CONTEXT = 16
_VALIDATION_SEED = 0
"""Of what is hidden in the validation text: the same for all runs, so that their losses compare."""
BIGRAM_TOKENS = 20_000_000


@dataclass(frozen=True)
class MaskedBatch:
    """B rows of T tokens, N of them to be guessed."""

    ids: Tensor
    """(B, T) int64, as the model reads them."""
    marks: Marks
    chosen: Tensor
    """(B, T) bool."""
    targets: Tensor
    """(N,) int64: what really stands at the chosen places, row by row."""
    weight: float = 1.0
    """Of this process's loss in the mean over all processes."""


class MaskedModelling:
    """Guesses hidden tokens of random windows; see gptcore.train.loop.Job.

    Args:
        special: ids of [CLS], [SEP] and [MASK].
        end_of_text: the id that stands between documents, which is never chosen either.

    Raises:
        InputError: a text is too short, or the context has no room for a row.
    """

    def __init__(
        self,
        train_ids: np.ndarray,
        valid_ids: np.ndarray,
        config: ModelConfig,
        special: MaskIds,
        end_of_text: int | None,
        settings: TrainSettings,
        group: Group = ALONE,
        sitting: Sitting = ENDLESS,
    ):
        if config.n_positions < _SMALLEST_CONTEXT:
            raise InputError(
                f"a masked model needs a context of at least {_SMALLEST_CONTEXT} tokens, not {config.n_positions}"
            )
        self.device = resolve_device(settings.device)
        self._dtype = resolve_precision(settings.precision, self.device)
        self._group, self._sitting, self._special, self._seed = group, sitting, special, settings.seed
        self._train_ids, self._vocab_size, self._n_positions = train_ids, config.vocab_size, config.n_positions
        self._apart = [*special] if end_of_text is None else [*special, end_of_text]
        self._ordinary = np.setdiff1d(np.arange(config.vocab_size), self._apart)
        # Windows has one id more than its width, for the last target; here a row is that and [CLS] and [SEP].
        self._windows = Windows(train_ids, config.n_positions - 3, settings.batch_size, settings.seed)
        self.train_rows = validation_rows(train_ids, config.n_positions - 3, _VALIDATION_TOKENS).numpy()
        self.valid_rows = validation_rows(valid_ids, config.n_positions - 3, _VALIDATION_TOKENS).numpy()

    def batch(self, step: int) -> MaskedBatch:
        """This process's rows of one update: a function of the seed and the step."""
        whole = self._batch(self._windows.batch(step).numpy(), np.random.default_rng((self._seed, step)))
        if self._group.world_size == 1:
            return whole
        own = torch.arange(self._group.rank, len(whole.ids), self._group.world_size, device=self.device)
        originals = torch.zeros_like(whole.ids)
        originals[whole.chosen] = whole.targets
        chosen = whole.chosen[own]
        assert whole.marks.padding is not None
        marks = Marks(whole.marks.segments[own], whole.marks.padding[own])
        share = len(chosen.nonzero()) * self._group.world_size / len(whole.targets)
        return MaskedBatch(whole.ids[own], marks, chosen, originals[own][chosen], share)

    def losses(self, model: Trained, batch: MaskedBatch) -> dict[str, Tensor]:
        """The mean surprise per chosen token, in nats."""
        hidden = states_of(model, batch.ids, batch.marks)
        return {"loss": batch.weight * lm_loss(hidden[batch.chosen], model.output_table, batch.targets)}

    def validate(self, model: Trained) -> dict[str, float]:
        """The same loss on text that is not trained on, and the share of hidden tokens that are guessed right."""
        loss, accuracy = self.measured(model, self.valid_rows)
        return {"valid_loss": loss, "valid_accuracy": accuracy}

    @torch.no_grad()
    def measured(self, model: Trained, rows: np.ndarray) -> tuple[float, float]:
        """Mean loss and accuracy over the chosen tokens of rows (R, T - 2). Raises Halted once the sitting is over."""
        nats = right = count = 0.0
        for batch in self._fixed(rows):
            self._sitting.check()
            with torch.autocast(self.device.type, torch.bfloat16, enabled=self._dtype == torch.bfloat16):
                hidden = states_of(model, batch.ids, batch.marks)[batch.chosen]
                nats += float(lm_loss(hidden, model.output_table, batch.targets)) * len(hidden)
                right += int((model.unembed(hidden).argmax(dim=-1) == batch.targets).sum())
            count += len(hidden)
        return nats / count, right / count

    def baselines(self) -> dict[str, float]:
        """Losses on the same hidden tokens of who knows nothing ("even"), how often each token comes ("unigram"), the
        token before ("bigram"), and those on both sides ("neighbours": see gptcore.evaluate.gaps), in nats. The last
        two are left out of very long texts."""
        ids = np.asarray(self._train_ids)
        unigram = train_unigram(ids, self._vocab_size).log_probability
        bigram = train_bigram(ids, self._vocab_size) if len(ids) <= BIGRAM_TOKENS else None
        nats = {"unigram": 0.0, "bigram": 0.0, "neighbours": 0.0}
        count = 0
        for batch, original in self._with_originals(self.valid_rows):
            rows, columns = batch.chosen.cpu().numpy().nonzero()
            targets = original[rows, columns]
            nats["unigram"] -= float(unigram[targets].sum())
            if bigram is not None:
                left, right = original[rows, columns - 1], original[rows, columns + 1]  # at the ends [CLS] and [SEP]
                nats["bigram"] -= float(np.log(bigram.probability(left, targets)).sum())
                nats["neighbours"] += float(neighbours_nats(bigram, left, right, targets).sum())
            count += len(targets)
        if bigram is None:
            del nats["bigram"], nats["neighbours"]
        return {"even": math.log(self._vocab_size), **{name: total / count for name, total in nats.items()}}

    def _fixed(self, rows: np.ndarray) -> Iterator[MaskedBatch]:
        return (batch for batch, _ in self._with_originals(rows))

    def _with_originals(self, rows: np.ndarray) -> Iterator[tuple[MaskedBatch, np.ndarray]]:
        """Rows (R, T - 2) in parts, always with the same tokens hidden, beside what really stands there."""
        size = max(1, _EVALUATION_TOKENS // self._n_positions)
        for start in range(0, len(rows), size):
            part, seed = rows[start : start + size], (_VALIDATION_SEED, start)
            batch = self._batch(part, np.random.default_rng(seed))
            yield batch, self._laid_out(part, np.random.default_rng(seed))[0]

    def _batch(self, windows: np.ndarray, draw: np.random.Generator) -> MaskedBatch:
        ids, segments, may, padding = self._laid_out(windows, draw)
        hidden = masked(ids, may, self._special.mask, self._ordinary, draw)
        tensors = map(torch.from_numpy, (hidden.ids, segments, padding, hidden.chosen, ids[hidden.chosen]))
        ids_read, segments_read, padding_read, chosen, targets = (tensor.to(self.device) for tensor in tensors)
        return MaskedBatch(ids_read, Marks(segments_read, padding_read), chosen, targets)

    def _laid_out(
        self, windows: np.ndarray, draw: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Windows (B, W) as rows: ids, segments, what may be chosen and what is padding, each (B, W + 2)."""
        B, W = windows.shape
        ids = np.full((B, W + 2), self._special.sep, dtype=np.int64)
        segments, padding = np.zeros_like(ids), np.ones(ids.shape, dtype=bool)
        may = np.zeros(ids.shape, dtype=bool)
        lengths = np.where(draw.random(B) < _SHORT, draw.integers(min(_SHORTEST, W), W + 1, B), W)
        chances = draw.random((2, B))  # of being cut in two, and where
        for i, (window, length) in enumerate(zip(windows, lengths, strict=True)):
            text = window[:length].tolist()
            texts = [text]
            if chances[0, i] < _IN_TWO and length > 3:
                cut = 1 + int(chances[1, i] * (length - 2))
                texts = [text[:cut], text[cut:-1]]  # one token makes room for the second [SEP]
            row = pair_row(self._special, *texts)
            n = len(row.ids)
            ids[i, :n], segments[i, :n], may[i, :n], padding[i, :n] = row.ids, row.segments, row.is_text, False
        return ids, segments, may & ~np.isin(ids, self._apart), padding
