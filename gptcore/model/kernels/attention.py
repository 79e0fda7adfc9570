"""Attention over a whole text at once, by the kernel that is quickest for it: the one door to what lies behind."""

from torch import Tensor
from torch.nn import functional as F

from gptcore.model.kernels.causal import causal_attention


def attention(qkv: Tensor, p: float, causal: bool = True, mask: Tensor | None = None) -> Tensor:
    """softmax(q k^T / sqrt(d) + mask) v for every head, on any device.

    Args:
        qkv: (B, T, 3, H, d), as one product makes it.
        p: the share of weights that dropout zeroes; 0 outside training.
        causal: no token sees a later one.
        mask: (B, 1, 1, T), added to the scores: -inf at padding. Only without `causal`: what follows a text is not
            seen by it anyway.

    Returns:
        (B, T, H * d), the heads side by side.
    """
    if causal and qkv.requires_grad and qkv.device.type == "cpu":
        return causal_attention(qkv, p)
    q, k, v = qkv.permute(2, 0, 3, 1, 4)  # each (B, H, T, d)
    return F.scaled_dot_product_attention(q, k, v, mask, dropout_p=p, is_causal=causal).transpose(1, 2).flatten(2)
