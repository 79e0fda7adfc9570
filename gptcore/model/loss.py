"""The language-modelling loss, computed once, as a mean over tokens: L1 of the paper (equation 1), negated.

Over a vocabulary of thousands, logits and their softmax are the largest tensors of a step by far. So the loss and
its gradient are computed together, a few hundred rows at a time, while those rows are still in the processor's cache;
the full (N, V) table never exists. Forward and backward of 4,096 x 192 vectors and 8,192 tokens in float32 take half
the time of `F.cross_entropy(hidden @ table.t(), targets)` on two cores of a Xeon.

torch 2.13 has the same idea, `torch.nn.functional.linear_cross_entropy`. It was tried on two cores of a Xeon with AMX
(November 2026; 2,048 x 128 and 4,096 x 192 vectors, 4,096 and 8,192 tokens) and not taken. In float32 it is as good:
0.98 to 1.02 of our time with 512 rows at a time, gradients equal to 4e-7. In bfloat16 it takes 0.64 to 0.80 of our time
but adds up and gives the loss itself in bfloat16, 9.5625 where 9.9765 is right (16,384 rows), and the table's gradient
is off by 1.25 % where ours is by 0.33 %, the more rows the more. A weight per token needs its `reduction="none"`, which
computes the logits a second time in backward.
"""

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

_ROW_BYTES = {"cpu": 8_000_000, "cuda": 500_000_000}
"""Logits worked on at a time, in bytes: on a CPU what its cores' caches hold, on a GPU what keeps it busy."""


def lm_loss(hidden: Tensor, embedding: Tensor, targets: Tensor, weights: Tensor | None = None) -> Tensor:
    """Mean cross-entropy of the next tokens, in nats.

    Args:
        hidden: (N, D), what the output layer reads.
        embedding: (V, D), the output layer's table (a tied one is the token table).
        targets: (N,) int64, the token that really follows.
        weights: (N,), each token's share of the mean; they should add up to 1. None: 1 / N each.

    Returns:
        a scalar float32. With gradients enabled, backward gives those of `hidden` and `embedding`, in their dtypes.
    """
    if not torch.compiler.is_compiling():
        return _FusedCrossEntropy.apply(hidden, embedding, targets, weights)
    # A compiler fuses this by itself, and would stumble over the loop.
    losses = F.cross_entropy(F.linear(hidden, embedding).float(), targets, reduction="none")
    return losses.mean() if weights is None else (losses * weights).sum()


def taught_loss(hidden: Tensor, embedding: Tensor, targets: Tensor, expected: Tensor) -> tuple[Tensor, Tensor]:
    """Learning from a teacher beside the text (Hinton, Vinyals and Dean 2015): what really follows is one token of many
    that could have.

    Args:
        hidden, embedding, targets: as in lm_loss.
        expected: (N, V), the teacher's probabilities of the next tokens.

    Returns:
        the mean cross-entropy, as lm_loss has it, and the mean Kullback-Leibler divergence of the model's probabilities
        from the teacher's, in nats; each a scalar with gradients.
    """
    log_probs = F.linear(hidden, embedding).float().log_softmax(dim=-1)
    surprise = F.nll_loss(log_probs, targets)
    return surprise, F.kl_div(log_probs, expected, reduction="batchmean")


class _FusedCrossEntropy(torch.autograd.Function):
    """d loss / d logits = softmax - one_hot, so forward already knows all that backward needs."""

    @staticmethod
    def forward(ctx: Any, hidden: Tensor, embedding: Tensor, targets: Tensor, weights: Tensor | None) -> Tensor:
        device = hidden.device.type
        dtype = torch.get_autocast_dtype(device) if torch.is_autocast_enabled(device) else hidden.dtype
        h, w = hidden.to(dtype), embedding.to(dtype)
        rows = max(1, _ROW_BYTES.get(device, _ROW_BYTES["cpu"]) // (4 * len(embedding)))
        table = h.new_empty(rows, len(w))  # one for all, so that it stays in the cache
        total = torch.zeros((), device=hidden.device)
        needs_grad = hidden.requires_grad or embedding.requires_grad
        if needs_grad:
            d_hidden = torch.empty_like(hidden)
            d_embedding = torch.zeros_like(embedding)
        with torch.autocast(device, enabled=False):
            for start in range(0, len(h), rows):
                part = slice(start, start + rows)
                target = targets[part, None]
                share = 1 / len(h) if weights is None else weights[part, None]
                logits = torch.mm(h[part], w.t(), out=table[: len(target)]).float()
                logits -= logits.amax(1, keepdim=True)
                of_target = logits.gather(1, target)
                exps = logits.exp_()
                sums = exps.sum(1, keepdim=True)
                total += ((sums.log() - of_target) * share).sum()
                if needs_grad:
                    # softmax - one_hot, times each row's sum: dividing (rows, D) later is less work than (rows, V) now.
                    d_logits = exps.scatter_add_(1, target, -sums).to(dtype)
                    share = share / sums
                    d_hidden[part] = d_logits @ w * share
                    if dtype == d_embedding.dtype:
                        d_embedding.addmm_(d_logits.t(), h[part] * share)
                    else:  # sums of thousands of rows would lose digits in bfloat16
                        d_embedding += d_logits.t() @ (h[part] * share).to(dtype)
        if needs_grad:
            ctx.save_for_backward(d_hidden, d_embedding)
        return total

    @staticmethod
    def backward(ctx: Any, d_loss: Tensor) -> tuple[Tensor, Tensor, None, None]:
        d_hidden, d_embedding = ctx.saved_tensors
        return d_hidden * d_loss, d_embedding * d_loss, None, None


@torch.no_grad()
def token_losses(hidden: Tensor, embedding: Tensor, targets: Tensor) -> Tensor:
    """The same loss of each token by itself, (N,) float32; arguments as in `lm_loss`."""
    rows = max(1, _ROW_BYTES.get(hidden.device.type, _ROW_BYTES["cpu"]) // (4 * len(embedding)))
    losses = [hidden.new_zeros(0, dtype=torch.float32)]
    for part, target in zip(hidden.split(rows), targets.split(rows), strict=True):
        logits = F.linear(part, embedding).float()
        losses.append(logits.logsumexp(1) - logits.gather(1, target[:, None])[:, 0])
    return torch.cat(losses)
