"""The keys and values of the tokens a model has already read, so that the next token costs one row only."""

from copy import copy

import torch
from torch import Tensor

from gptcore.config import ModelConfig
from gptcore.errors import InputError


class KVCache:
    """Room for n_positions tokens in every layer; belongs to one generation, never to the model.

    Args:
        config: of the model that will fill it.
        batch_size: rows generated side by side.
        device: where the model is.
    """

    def __init__(self, config: ModelConfig, batch_size: int = 1, device: torch.device | str = "cpu"):
        self.capacity = config.n_positions
        self.length = 0
        """Tokens every layer holds; the model moves it once per call, after its last layer."""
        shape = (config.n_layer, batch_size, config.n_head, config.n_positions, config.d_head)
        self._keys = torch.empty(shape, device=device)
        self._values = torch.empty(shape, device=device)

    def append(self, layer: int, k: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
        """Stores the new tokens' k and v (B, H, T, d_head); returns all of the layer's, (B, H, length + T, d_head)."""
        end = self.length + k.shape[-2]
        if end > self.capacity:
            raise InputError(
                f"{end} tokens do not fit a context of {self.capacity}; shorten the text or start a new cache"
            )
        self._keys[layer, :, :, self.length : end] = k
        self._values[layer, :, :, self.length : end] = v
        return self._keys[layer, :, :, :end], self._values[layer, :, :, :end]

    def branched(self, batch_size: int, length: int) -> "KVCache":
        """A new cache of several rows that begin alike: each holds the first `length` tokens of this one's one row."""
        other = copy(self)
        shape = (self._keys.shape[0], batch_size, *self._keys.shape[2:])
        for name in ("_keys", "_values"):
            kept, rows = getattr(self, name), self._keys.new_empty(shape)
            rows[:, :, :, :length] = kept[:, :1, :, :length]
            setattr(other, name, rows)
        other.length = length
        return other

    def back_to(self, length: int, n_rows: int) -> None:
        """Forgets all but the first `length` tokens, which every row must share, and goes on with so many rows."""
        self.length = length
        self.select(torch.zeros(n_rows, dtype=torch.long), since=length)

    def select(self, rows: Tensor, since: int = 0) -> None:
        """Goes on with other rows: row i holds from now on what row rows[i] held; there may be more or fewer of them.

        Args:
            rows: (R,) int64.
            since: the first position at which rows differ; what is before it need not be copied.
        """
        if len(rows) != self._keys.shape[1]:
            self._keys, self._values = self._keys[:, rows], self._values[:, rows]
            return
        for held in (self._keys, self._values):
            held[:, :, :, since : self.length] = held[:, rows, :, since : self.length]
