"""What each kernel of ours gains over torch's own, in a training step of 6 layers, 192 wide, in float32.

The allocator's setting stays: measure `training` before or in another process, for its peer gains by it, too.
"""

import statistics
from collections.abc import Callable, Iterator

import torch
from torch import Tensor
from torch.nn import functional as F

from gptcore.model.kernels.allocator import keep_freed_memory
from gptcore.model.kernels.causal import causal_attention
from gptcore.model.kernels.dropout import dropout
from gptcore.model.loss import lm_loss
from tests.benchmarks.contest import ratio, seconds
from tests.benchmarks.report import Figure, Row
from tests.benchmarks.training import SHAPES, our_step

CONFIG, BATCH_SIZE = SHAPES["6 layers, 192 wide, 8,192 tokens"]
ROUNDS = 15


def run() -> Iterator[Row]:
    """A row per kernel; the allocator's comes last, for nothing takes its setting back."""
    n_tokens, p = BATCH_SIZE * CONFIG.n_positions, CONFIG.dropout
    qkv = torch.randn(BATCH_SIZE, CONFIG.n_positions, 3, CONFIG.n_head, CONFIG.d_head).requires_grad_()
    x = torch.randn(n_tokens, CONFIG.d_model).requires_grad_()
    table = torch.empty(CONFIG.vocab_size, CONFIG.d_model).normal_(0, CONFIG.init_std).requires_grad_()
    targets = torch.randint(0, CONFIG.vocab_size, (n_tokens,))
    yield _row("attention", lambda: causal_attention(qkv, p), lambda: _torchs_attention(qkv, p))
    yield _row("dropout", lambda: dropout(x, p), lambda: F.dropout(x, p))
    yield _row("loss", lambda: lm_loss(x, table, targets), lambda: F.cross_entropy(x @ table.t(), targets))
    step = our_step(CONFIG, torch.randint(0, CONFIG.vocab_size, (BATCH_SIZE, CONFIG.n_positions + 1)), torch.float32)
    before = _median(step)
    keep_freed_memory()
    after = _median(step)
    yield Row("kernel: allocator, whole step", Figure(before / after, "x without"), note="one after the other")


def _torchs_attention(qkv: Tensor, p: float) -> Tensor:
    q, k, v = qkv.permute(2, 0, 3, 1, 4)
    return F.scaled_dot_product_attention(q, k, v, dropout_p=p, is_causal=True).transpose(1, 2).flatten(2)


def _row(name: str, ours: Callable[[], Tensor], torchs: Callable[[], Tensor]) -> Row:
    """Forward and backward of both."""
    times, mine, peers = ratio(lambda: ours().sum().backward(), lambda: torchs().sum().backward(), ROUNDS)
    note = f"{1000 * mine:.1f} against {1000 * peers:.1f} ms"
    return Row(f"kernel: {name}", Figure(times, "x torch's", at_least=1), note=note)


def _median(step: Callable[[], None]) -> float:
    step()
    return statistics.median(seconds(step) for _ in range(ROUNDS))
