"""Our own gradients against torch's: the fused loss, causal attention and dropout."""

import pytest
import torch
from torch.nn import functional as F

from gptcore.model import loss as losses
from gptcore.model.kernels.causal import causal_attention
from gptcore.model.kernels.dropout import dropout, keep_mask
from gptcore.model.loss import lm_loss, token_losses


def _random(*shape, dtype=torch.float32, seed=0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=generator, dtype=dtype).requires_grad_()


@pytest.mark.parametrize("row_bytes", [1, 2_000, 10**9])
def test_the_loss_and_its_gradients_are_cross_entropys(monkeypatch, row_bytes):
    monkeypatch.setattr(losses, "_ROW_BYTES", {"cpu": row_bytes})
    hidden, table = _random(37, 8), _random(61, 8, seed=1)
    targets = torch.arange(37) * 5 % 61
    expected = F.cross_entropy(hidden @ table.t(), targets)
    wanted = torch.autograd.grad(3 * expected, (hidden, table))
    actual = lm_loss(hidden, table, targets)
    torch.testing.assert_close(actual, expected)
    for ours, theirs in zip(torch.autograd.grad(3 * actual, (hidden, table)), wanted, strict=True):
        torch.testing.assert_close(ours, theirs, atol=1e-6, rtol=1e-4)


@pytest.mark.parametrize("weights", [None, torch.arange(37) / 666])
def test_the_compiled_loss_has_the_gradients_of_the_other(weights):
    """torch 2.11 compiled the loop's in-place sum to gradients of zero, and nothing complained."""
    hidden, table = _random(37, 8), _random(61, 8, seed=1)
    targets = torch.arange(37) * 5 % 61
    expected = lm_loss(hidden, table, targets, weights)
    actual = torch.compile(lm_loss, backend="eager", fullgraph=True)(hidden, table, targets, weights)
    torch.testing.assert_close(actual, expected)
    wanted = torch.autograd.grad(expected, (hidden, table))
    torch.testing.assert_close(torch.autograd.grad(actual, (hidden, table)), wanted, atol=1e-6, rtol=1e-4)


def test_the_loss_of_an_unlikely_token_stays_finite():
    hidden, table = torch.tensor([[200.0]]), torch.tensor([[1.0], [-1.0]])
    assert float(lm_loss(hidden, table, torch.tensor([1]))) == pytest.approx(400)


def test_in_bfloat16_the_gradient_of_the_table_is_summed_in_float32():
    hidden, table = _random(3_000, 8), _random(61, 8, seed=1)
    targets = torch.arange(3_000) % 61
    exact = torch.autograd.grad(lm_loss(hidden, table, targets), table)[0]
    with torch.autocast("cpu", torch.bfloat16):
        loss = lm_loss(hidden, table, targets)
    rough = torch.autograd.grad(loss, table)[0]
    assert rough.dtype == torch.float32
    assert (rough - exact).norm() < 0.02 * exact.norm()


@pytest.mark.parametrize("n_tokens", [1, 63, 64, 65, 150])
def test_attention_is_torchs(n_tokens):
    qkv = _random(2, n_tokens, 3, 4, 8)
    q, k, v = qkv.permute(2, 0, 3, 1, 4)
    expected = F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).flatten(2)
    actual = causal_attention(qkv, 0.0)
    torch.testing.assert_close(actual, expected)
    weight = _random(2, n_tokens, 32, seed=9).detach()
    wanted = torch.autograd.grad((expected * weight).sum(), qkv)
    torch.testing.assert_close(torch.autograd.grad((actual * weight).sum(), qkv), wanted, atol=1e-5, rtol=1e-4)


def test_gradients_go_through_dropped_attention():
    qkv = _random(1, 70, 3, 2, 4, dtype=torch.float64)

    def dropped(tensor):
        torch.manual_seed(1)
        return causal_attention(tensor, 0.3)

    assert torch.autograd.gradcheck(dropped, (qkv,), fast_mode=True)


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_dropout_drops_the_share_it_is_told_and_keeps_the_mean(p):
    masks = [keep_mask(torch.Size((100, 101)), p, torch.float32) for _ in range(300)]
    shares = [(mask == 0).float().mean().item() for mask in masks]
    assert sum(shares) / 300 == pytest.approx(p, abs=0.001)  # one mask alone may be off by one 256th
    assert max(abs(share - p) for share in shares) < 1 / 256 + 0.025
    assert torch.stack(masks).mean().item() == pytest.approx(1, abs=0.01 if p < 0.9 else 0.03)
    assert all(mask.unique().numel() == 2 for mask in masks)


def test_dropout_repeats_with_the_seed_and_is_off_outside_training():
    x = torch.ones(40, 40)
    torch.manual_seed(4)
    first = dropout(x, 0.2, training=True)
    torch.manual_seed(4)
    assert torch.equal(dropout(x, 0.2, training=True), first)
    assert dropout(x, 0.2, training=False) is x and dropout(x, 0.0, training=True) is x


@pytest.mark.parametrize("n", [0, 1, 700])
def test_the_loss_of_each_token_is_what_the_mean_is_taken_of(n):
    draw = torch.Generator().manual_seed(n)
    hidden, table = torch.randn(n, 24, generator=draw), torch.randn(4_000, 24, generator=draw)
    targets = torch.randint(4_000, (n,), generator=draw)
    found = token_losses(hidden, table, targets)
    torch.testing.assert_close(found, F.cross_entropy(hidden @ table.t(), targets, reduction="none"))
    if n:
        torch.testing.assert_close(found.mean(), lm_loss(hidden, table, targets))
