"""Dropout with cheap masks on a CPU, where drawing torch's own costs a quarter of a training step.

Sixteen random bits decide each value (torch draws a float per value), so the rate is exact to 1 in 65,536, and
the scale is that of the rate really used: the expectation stays exact. On a GPU torch's own is already fused.
The bits come from the process's global generator, which a run seeds and saves (see gptcore.train.state).
"""

import math

import torch
from torch import Tensor
from torch.nn import functional as F

_LEVELS = 1 << 16


def dropout(x: Tensor, p: float, training: bool) -> Tensor:
    """x with a share p of its values zeroed and the others scaled up; x itself outside training."""
    if not training or p == 0:
        return x
    if x.device.type != "cpu":
        return F.dropout(x, p, training)
    return x * keep_mask(x.shape, p, x.dtype)


def keep_mask(shape: torch.Size, p: float, dtype: torch.dtype) -> Tensor:
    """0 with probability p, 1 / (1 - p) otherwise; on the CPU."""
    n = math.prod(shape)
    words = torch.empty((n + 3) // 4, dtype=torch.int64).random_(-(2**63), None)
    bits = words.view(torch.int16)[:n].view(shape)
    cut = min(round(p * _LEVELS), _LEVELS - 1)
    kept = torch.tensor(_LEVELS / (_LEVELS - cut), dtype=dtype)
    return torch.where(bits >= cut - _LEVELS // 2, kept, torch.zeros((), dtype=dtype))
