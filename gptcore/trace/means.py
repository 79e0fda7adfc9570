"""What each part of a model says on average. To switch a part off "by its mean" is to let it say that at every token.

Measured by gptcore.train.means, kept beside a model by gptcore.checkpoints.means.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Means:
    """Averages over all tokens of a text that the model did not learn from."""

    head_out: np.ndarray
    """(L, H, d_head)."""
    attn_out: np.ndarray
    """(L, D); mlp_out likewise."""
    mlp_out: np.ndarray
    position_embedding: np.ndarray | None
    """(D,); None for a model without positions."""
    source: str
    """What text that was, in words. Whoever wrote the file wrote this."""
