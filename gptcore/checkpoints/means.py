"""What each part of a model says on average, as a file beside it: means.safetensors.

To switch a part off "by its mean" is to let it say that, whatever the text.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gptcore.model.gpt import GPT

MEANS = "means.safetensors"


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


def read_means(folder: Path, model: GPT) -> Means | None:
    """What lies beside the model in a folder; None if there is nothing, or of other weights."""
    return None
