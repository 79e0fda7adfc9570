"""Masked multi-head self-attention: each token gathers values from itself and the tokens before it.

In: a residual stream (B, T, D). Out: the same shape, to be added to it. What happens inside is recorded
only when the caller passes a Capture that asks for it, so one model can serve many threads.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from gptcore.config import ModelConfig
from gptcore.model.cache import KVCache
from gptcore.model.capture import Capture
from gptcore.model.kernels.causal import causal_attention
from gptcore.model.kernels.dropout import dropout


class CausalSelfAttention(nn.Module):
    """softmax(q k^T / sqrt(d_head) + causal mask) v for n_head heads, then one output projection."""

    def __init__(self, config: ModelConfig):
        super().__init__()
        self.n_head = config.n_head
        self.d_head = config.d_head
        self.dropout = config.dropout
        self.qkv = nn.Linear(config.d_model, 3 * config.d_model)
        self.proj = nn.Linear(config.d_model, config.d_model)

    def forward(self, x: Tensor, layer: int, capture: Capture | None = None, cache: KVCache | None = None) -> Tensor:
        """x (B, T, D) -> (B, T, D). With a cache, the T tokens follow the ones it already holds."""
        B, T, D = x.shape
        qkv = self.qkv(x).view(B, T, 3, self.n_head, self.d_head)
        if self.training and x.device.type == "cpu" and capture is None and cache is None:
            return self.proj(causal_attention(qkv, self.dropout))
        q, k, v = qkv.permute(2, 0, 3, 1, 4)  # each (B, H, T, d_head)
        if capture is not None:
            capture.record("q", layer, q)
            capture.record("k", layer, k)
            capture.record("v", layer, v)
        if cache is not None:
            k, v = cache.append(layer, k, v)
        if capture is not None and capture.wants_weights(layer):
            mixed = self._attend_and_show(q, k, v, layer, capture)
        else:
            mixed = self._attend(q, k, v)
        return self.proj(mixed.transpose(1, 2).reshape(B, T, D))

    def _attend(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        """The fast path: fused, nothing kept."""
        T, S = q.shape[-2], k.shape[-2]
        p = self.dropout if self.training else 0.0
        if T == S:
            return F.scaled_dot_product_attention(q, k, v, dropout_p=p, is_causal=True)
        mask = None if T == 1 else ~_later(T, S, q.device)
        return F.scaled_dot_product_attention(q, k, v, attn_mask=mask, dropout_p=p)

    def _attend_and_show(self, q: Tensor, k: Tensor, v: Tensor, layer: int, capture: Capture) -> Tensor:
        """The same in four visible stages: q.k, divided by sqrt(d_head), masked, softmax."""
        T, S = q.shape[-2], k.shape[-2]
        shape = (*q.shape[:-1], S)  # (B, H, T, S)
        scores = torch.matmul(q / math.sqrt(self.d_head), k.mT, out=capture.row("scores", layer, shape, q))
        hide = torch.full((T, S), -math.inf, dtype=q.dtype, device=q.device).triu_(S - T + 1)
        weights = torch.add(scores, hide, out=capture.row("attention", layer, shape, q))
        torch.softmax(weights, dim=-1, out=weights)
        return dropout(weights, self.dropout, self.training) @ v


def _later(T: int, S: int, device: torch.device) -> Tensor:
    """Which of S keys come after each of the last T tokens: (T, S) bool, True above the diagonal."""
    return torch.ones(T, S, dtype=torch.bool, device=device).triu(S - T + 1)
