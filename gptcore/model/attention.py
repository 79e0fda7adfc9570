"""Multi-head self-attention: each token gathers values from itself and the tokens before it, or, in a model whose
config has no mask, from the whole row.

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
from gptcore.model.changes import Changes, at
from gptcore.model.kernels.attention import attention
from gptcore.model.kernels.dropout import dropout


class SelfAttention(nn.Module):
    """softmax(q k^T / sqrt(d_head) + mask) v for n_head heads, then one output projection."""

    def __init__(self, config: ModelConfig):
        super().__init__()
        self.n_head = config.n_head
        self.d_head = config.d_head
        self.dropout = config.dropout
        self.causal = config.is_causal
        self.qkv = nn.Linear(config.d_model, 3 * config.d_model)
        self.proj = nn.Linear(config.d_model, config.d_model)

    def forward(
        self,
        x: Tensor,
        layer: int,
        capture: Capture | None = None,
        cache: KVCache | None = None,
        changes: Changes | None = None,
        padding: Tensor | None = None,
    ) -> Tensor:
        """x (B, T, D) -> (B, T, D). With a cache, the T tokens follow the ones it already holds.

        Args:
            padding: (B, 1, 1, T), -inf at the keys that no token may look at, 0 elsewhere.
        """
        p = self.dropout if self.training else 0.0
        qkv = self._qkv(x)
        if capture is None and cache is None and changes is None:
            return self.proj(attention(qkv, p, self.causal, padding))
        q, k, v = _by_head(qkv)
        q = at("q", layer, q, capture, changes)
        k = at("k", layer, k, capture, changes)
        v = at("v", layer, v, capture, changes)
        if cache is not None:
            k, v = cache.append(layer, k, v)
        if capture is not None and capture.wants_weights(layer):
            mask = _mask(q, k.shape[-2], self.causal, changes, padding)
            y = _in_stages(q, k, v, p, layer, capture, mask)
        elif padding is not None or (changes is not None and changes.remasks):
            mask = _mask(q, k.shape[-2], self.causal, changes, padding)
            y = F.scaled_dot_product_attention(q, k, v, mask, dropout_p=p)
        else:
            y = _at_once(q, k, v, p, self.causal)
        return self.join(y, layer, capture, changes)

    def join(self, y: Tensor, layer: int, capture: Capture | None = None, changes: Changes | None = None) -> Tensor:
        """What each head has gathered, (B, H, T, d_head) -> side by side and through the projection, (B, T, D)."""
        y = at("head_out", layer, y, capture, changes)
        return self.proj(y.transpose(1, 2).flatten(2))

    def remember(self, x: Tensor, layer: int, cache: KVCache, changes: Changes | None = None) -> None:
        """Adds keys and values of tokens (B, T, D) to a cache, for later ones to look at, and computes nothing else."""
        _, k, v = _by_head(self._qkv(x))
        cache.append(layer, at("k", layer, k, None, changes), at("v", layer, v, None, changes))

    def _qkv(self, x: Tensor) -> Tensor:
        """(B, T, D) -> (B, T, 3, H, d_head)."""
        return self.qkv(x).view(*x.shape[:2], 3, self.n_head, self.d_head)


def _by_head(qkv: Tensor) -> tuple[Tensor, ...]:
    """(B, T, 3, H, d_head) -> q, k and v, each (B, H, T, d_head)."""
    return tuple(qkv.permute(2, 0, 3, 1, 4))


def _at_once(q: Tensor, k: Tensor, v: Tensor, p: float, causal: bool) -> Tensor:
    """y (B, H, T, d_head) by torch's kernel, nothing kept; a single token sees all keys, so it needs no mask."""
    T, S = q.shape[-2], k.shape[-2]
    mask = causal_mask(T, S, q) if causal and 1 < T < S else None
    return F.scaled_dot_product_attention(q, k, v, mask, dropout_p=p, is_causal=causal and T == S)


def _in_stages(q: Tensor, k: Tensor, v: Tensor, p: float, layer: int, capture: Capture, mask: Tensor) -> Tensor:
    """The same, with its scores and weights recorded on the way."""
    shape = (*q.shape[:-1], k.shape[-2])  # (B, H, T, S)
    scores = torch.matmul(q / math.sqrt(q.shape[-1]), k.mT, out=capture.row("scores", layer, shape, q))
    weights = torch.add(scores, mask, out=capture.row("attention", layer, shape, q))
    torch.softmax(weights, dim=-1, out=weights)
    return dropout(weights, p) @ v


def _mask(q: Tensor, S: int, causal: bool, changes: Changes | None, padding: Tensor | None) -> Tensor:
    """What is added to the scores: (T, S), or (1 or B, 1, T, S) where other tokens are seen, or there is padding."""
    mask = causal_mask(q.shape[-2], S, q) if causal else q.new_zeros(q.shape[-2], S)
    if changes is not None and changes.remasks:
        mask = changes.remask(mask, len(q))
    return mask if padding is None else mask + padding


def causal_mask(T: int, S: int, like: Tensor) -> Tensor:
    """What is added to the scores of the last T of S tokens: -inf at the keys after each, (T, S)."""
    return torch.full((T, S), -math.inf, dtype=like.dtype, device=like.device).triu_(S - T + 1)
