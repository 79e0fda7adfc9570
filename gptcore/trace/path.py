"""One token's way through all blocks: where attention took from, what was added, and how far each block moved it."""

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional as F

from gptcore.model.capture import Part
from gptcore.model.gpt import GPT, Block
from gptcore.trace.trace import Trace

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

    def taken(self, layer: int, head: int) -> np.ndarray:
        """(L, T): what each block's attention took from where, by one head of one block and on average over all heads
        of the others."""
        weights: np.ndarray = self.weights.mean(axis=1)
        weights[layer] = self.weights[layer, head]
        return weights


def token_path(trace: Trace, position: int) -> TokenPath:
    """From a trace of all layers that has PARTS."""
    attn_out, mlp_out = trace.part("attn_out")[:, position], trace.part("mlp_out")[:, position]
    return _path(trace.part("attention")[:, :, position], attn_out, mlp_out, trace.part("hidden")[:, position])


@torch.no_grad()
def token_path_from_states(model: GPT, hidden: np.ndarray, position: int) -> TokenPath:
    """The same for a text whose trace holds no more than "hidden" (L + 1, T, D): of each block only what this token
    needs is computed anew, a quarter of a pass in all; the numbers may differ in their last digits."""
    states = torch.from_numpy(hidden[:, : position + 1].copy()).to(model.device)
    weights, attn_out, mlp_out = [], [], []
    for block, x in zip(model.blocks, states, strict=False):
        assert isinstance(block, Block)
        read = x if block.post_norm else block.ln_1(x)
        q, k, v = block.attn.qkv(read).view(len(x), 3, model.config.n_head, model.config.d_head).permute(1, 2, 0, 3)
        row = torch.softmax((q[:, -1:] / math.sqrt(model.config.d_head)) @ k.mT, dim=-1)  # (H, 1, position + 1)
        added = block.attn.proj((row @ v).reshape(-1))
        mid = block.ln_1(x[-1] + added) if block.post_norm else x[-1] + added
        weights.append(F.pad(row[:, 0], (0, hidden.shape[1] - len(x))))
        attn_out.append(added)
        mlp_out.append(block.mlp(mid if block.post_norm else block.ln_2(mid), 0))
    arrays = [torch.stack(rows).cpu().numpy() for rows in (weights, attn_out, mlp_out)]
    return _path(arrays[0], arrays[1], arrays[2], hidden[:, position])


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
