"""One token's way through all blocks: where attention took from, what was added, and how far each block moved it."""

from dataclasses import dataclass

import numpy as np
import torch

from gptcore.model.capture import Part
from gptcore.model.gpt import GPT
from gptcore.trace.trace import Trace, parts_by_layer

PARTS: tuple[Part, ...] = ("hidden", "attention", "attn_out", "mlp_out")
"""What a trace needs for `token_path`."""


@dataclass(frozen=True)
class TokenPath:
    """The way of the token at one position."""

    weights: np.ndarray
    """(L, H, T): its row of attention in every head; 0 after the token."""
    attention_length: np.ndarray
    """(L,): of the vector that attention adds to it."""
    mlp_length: np.ndarray
    """(L,): of the vector that the feed-forward network adds to it."""
    turned: np.ndarray
    """(L,): the angle between its vector before a block and after it, in degrees."""


def token_path(trace: Trace, position: int) -> TokenPath:
    """From a trace of all layers that has PARTS."""
    attn_out, mlp_out = trace.part("attn_out")[:, position], trace.part("mlp_out")[:, position]
    return _path(trace.part("attention")[:, :, position], attn_out, mlp_out, trace.part("hidden")[:, position])


def token_path_by_layer(model: GPT, ids: np.ndarray | torch.Tensor, position: int) -> TokenPath:
    """The same from a pass of its own that keeps no more than this token's numbers, for long texts."""
    rows: dict[Part, list[np.ndarray]] = {part: [] for part in PARTS}
    for layer in parts_by_layer(model, ids, PARTS):
        for part, array in layer.items():
            rows[part].append(array[0, ..., position, :])
    attention, attn_out, mlp_out = (np.stack(rows[part]) for part in ("attention", "attn_out", "mlp_out"))
    return _path(attention, attn_out, mlp_out, np.stack(rows["hidden"]))


def _path(weights: np.ndarray, attn_out: np.ndarray, mlp_out: np.ndarray, hidden: np.ndarray) -> TokenPath:
    length = np.linalg.norm(hidden.astype(np.float64), axis=-1)
    products = (hidden[:-1].astype(np.float64) * hidden[1:]).sum(-1)
    cosine = products / np.maximum(length[:-1] * length[1:], 1e-30)
    return TokenPath(
        weights,
        np.linalg.norm(attn_out, axis=-1),
        np.linalg.norm(mlp_out, axis=-1),
        np.degrees(np.arccos(np.clip(cosine, -1, 1))),
    )
