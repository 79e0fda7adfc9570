"""One token's way through all blocks: where attention took from, what was added, and how far each block moved it."""

from dataclasses import dataclass

import numpy as np
import torch

from gptcore.model.cache import KVCache
from gptcore.model.capture import Capture, Part
from gptcore.model.changes import at
from gptcore.model.gpt import Block
from gptcore.model.kinds import as_gpt
from gptcore.model.language_model import LanguageModel
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
def token_path_from_states(model: LanguageModel, trace: Trace, position: int) -> TokenPath:
    """The same for a text whose trace holds no more than "hidden": of each block only what this token needs is computed
    anew, a quarter of a pass in all; the numbers may differ in their last digits."""
    model, hidden = as_gpt(model), trace.part("hidden")
    states = torch.from_numpy(hidden[:, : position + 1].copy()).to(model.device)
    capture = Capture(("attention", "attn_out", "mlp_out"), model.config.n_layer)
    cache = KVCache(model.config.with_changes(n_positions=position + 1), device=model.device)
    before, own = (model.changes(trace.interventions, start) for start in (0, position))
    for layer, (block, x) in enumerate(zip(model.blocks, states[:-1, None], strict=True)):
        assert isinstance(block, Block)
        cache.length = 0
        block.attn.remember(at("attn_in", layer, block.attention_reads(x[:, :-1]), None, before), layer, cache, before)
        cache.length = position
        block(x[:, -1:], layer, capture, cache, own)
    weights, attn_out, mlp_out = (
        capture.recorded[part].cpu().numpy() for part in ("attention", "attn_out", "mlp_out")
    )  # (L, 1, H, 1, position + 1), and (L, 1, 1, D) twice
    after = hidden.shape[1] - position - 1
    row = np.pad(weights[:, 0, :, 0], ((0, 0), (0, 0), (0, after)))
    return _path(row, attn_out[:, 0, 0], mlp_out[:, 0, 0], hidden[:, position])


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
