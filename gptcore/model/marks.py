"""What a row has beside its token ids, for a model that reads it from both sides."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Marks:
    """Which text of its row each token is of, and which tokens are no text at all. A causal model needs neither."""

    segments: Tensor
    """(B, T) int64: 0 in the first text, 1 in the second."""
    padding: Tensor | None = None
    """(B, T) bool: True where there is only padding, which no token may look at; None: nowhere."""

    def key_mask(self, like: Tensor) -> Tensor | None:
        """What is added to the scores, (B, 1, 1, T): -inf at padding, 0 elsewhere; None where there is none.

        Args:
            like: has the dtype of the scores.
        """
        if self.padding is None:
            return None
        mask = torch.zeros(self.padding.shape, dtype=like.dtype, device=like.device)
        return mask.masked_fill_(self.padding.to(like.device), -math.inf)[:, None, None]
