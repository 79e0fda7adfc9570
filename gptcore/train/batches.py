"""Batches for pre-training: windows of a long stream of token ids, in a shuffled order that any step can recompute.

In: a 1-D array of ids, usually a memory map, so the text may be larger than memory. Out: the batch of step n, a
function of (seed, n) alone: nothing has to be saved to resume, and every process of a group knows its own rows.
"""

import numpy as np
import torch
from torch import Tensor

from gptcore.errors import InputError


class Windows:
    """Windows of T + 1 ids, each seen once per epoch; every epoch cuts at another offset and shuffles anew.

    Args:
        ids: the text, (N,) integers.
        n_positions: T, ids per row that the model reads; the id after each is its target.
        batch_size: rows per step.
        seed: of the order.

    Raises:
        InputError: the text is shorter than one window.
    """

    def __init__(self, ids: np.ndarray, n_positions: int, batch_size: int, seed: int):
        if len(ids) < n_positions + 1:
            raise InputError(
                f"the text has {len(ids)} tokens, fewer than one window of {n_positions + 1}; "
                "give more text or a smaller n_positions"
            )
        self._ids, self._width, self._batch_size, self._seed = ids, n_positions, batch_size, seed
        # One stride is left free for the epoch's offset, unless the text is too short to spare it.
        self.per_epoch = max(1, (len(ids) - 1) // n_positions - 1)
        """Windows in one pass over the text."""
        self._epoch = -1
        self._starts = np.empty(0, dtype=np.int64)

    def batch(self, step: int, rank: int = 0, world_size: int = 1) -> Tensor:
        """Rows rank, rank + world_size, ... of step's batch, (batch_size / world_size, T + 1) int64."""
        rows = range(step * self._batch_size + rank, (step + 1) * self._batch_size, world_size)
        starts = [self._start(*divmod(row, self.per_epoch)) for row in rows]
        return torch.from_numpy(np.stack([self._ids[s : s + self._width + 1] for s in starts]).astype(np.int64))

    def _start(self, epoch: int, index: int) -> int:
        if epoch != self._epoch:
            order = np.random.default_rng((self._seed, epoch))
            spare = len(self._ids) - 1 - self.per_epoch * self._width
            offset = order.integers(0, min(spare, self._width) + 1)
            self._starts = offset + self._width * order.permutation(self.per_epoch)
            self._epoch = epoch
        return int(self._starts[index])


def validation_rows(ids: np.ndarray, n_positions: int, most_tokens: int) -> Tensor:
    """Rows of T + 1 ids taken evenly from the whole text, (R, T + 1) int64, of at most `most_tokens` targets.

    The same rows whenever it is called with the same text, so that losses compare. A short text gives one short row.

    Raises:
        InputError: fewer than two tokens.
    """
    if len(ids) < 2:
        raise InputError("the validation text has fewer than two tokens, so nothing can be predicted; give more text")
    width = min(n_positions, len(ids) - 1)
    available = (len(ids) - 1) // width
    wanted = max(1, min(available, most_tokens // width))
    starts = np.linspace(0, available - 1, wanted).astype(np.int64) * width
    return torch.from_numpy(np.stack([ids[s : s + width + 1] for s in starts]).astype(np.int64))
