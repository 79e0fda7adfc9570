"""What a trace holds, what it costs, and that its parts fit together as the architecture says."""

import numpy as np
import pytest
import torch

from gptcore.errors import InputError
from gptcore.model.capture import PARTS, Capture
from gptcore.trace.board import pool_causal
from gptcore.trace.roles import MARGIN, ROLES, head_roles
from gptcore.trace.trace import run_trace
from tests.core.conftest import tiny

IDS = np.array([5, 9, 3, 5, 9, 7, 5, 2, 3])


@pytest.fixture(scope="module")
def model():
    return tiny()


def test_attention_is_the_softmax_of_the_masked_scores(model):
    trace = run_trace(model, IDS)
    masked = torch.from_numpy(trace.masked_scores.copy())
    np.testing.assert_allclose(trace.attention, masked.softmax(-1), atol=1e-6)
    np.testing.assert_allclose(trace.attention.sum(-1), 1, atol=1e-6)
    assert (np.triu(np.ones((9, 9)), 1) * trace.attention == 0).all()
    np.testing.assert_allclose(trace.scores, trace.q @ trace.k.swapaxes(-1, -2) / np.sqrt(trace.d_head), atol=1e-5)


def test_the_five_tensors_of_a_post_norm_block(model):
    trace = run_trace(model, IDS)
    np.testing.assert_allclose(trace.hidden[0], trace.token_embedding + trace.position_embedding, atol=1e-6)
    for layer, block in enumerate(model.blocks):
        x, a, n, m, y = (
            torch.from_numpy(part[layer].copy())
            for part in (trace.block_input, trace.attn_out, trace.mid, trace.mlp_out, trace.block_output)
        )
        np.testing.assert_allclose(block.ln_1(x + a).detach(), n, atol=1e-5)
        np.testing.assert_allclose(block.ln_2(n + m).detach(), y, atol=1e-5)
    np.testing.assert_allclose(
        trace.logits, trace.hidden[-1] @ model.token_embedding.weight.detach().numpy().T, atol=1e-4
    )


@pytest.mark.parametrize("part", PARTS)
def test_only_what_is_asked_for_is_kept(model, part):
    trace = run_trace(model, IDS, [part])
    assert [name for name in PARTS if getattr(trace, name) is not None] == [part]
    assert not getattr(trace, part).flags.writeable


def test_layers_can_be_picked(model):
    whole, second = run_trace(model, IDS), run_trace(model, IDS, ("attention", "hidden"), layers=[1])
    np.testing.assert_allclose(second.attention, whole.attention[1:], atol=1e-6)
    np.testing.assert_allclose(second.block_input, whole.block_input[1:], atol=1e-5)
    assert second.layers == (1,)


def test_stages_are_computed_only_where_they_are_wanted():
    assert not Capture(["hidden"], 2).wants_weights(0)
    assert [Capture(["attention"], 2, [1]).wants_weights(layer) for layer in (0, 1)] == [False, True]
    with pytest.raises(InputError, match="values"):
        Capture(["values"], 2)
    with pytest.raises(InputError, match="layer 2"):
        Capture(["attention"], 2, [1, 2])


def _heads(*columns_of_rows) -> np.ndarray:
    """(1, H, 9, 9): each head puts all weight of a row on one column."""
    heads = np.zeros((1, len(columns_of_rows), 9, 9), dtype=np.float32)
    for head, column_of in enumerate(columns_of_rows):
        for row in range(9):
            heads[0, head, row, column_of(row)] = 1
    return heads


def _last(row: int, offset: int) -> int:
    """The last earlier place of the row's token, plus an offset; itself if there is none."""
    earlier = [i for i in range(row) if IDS[i] == IDS[row]]
    return earlier[-1] + offset if earlier else row


def test_heads_are_named_by_what_they_do():
    uniform = np.tril(np.ones((9, 9))) / np.arange(1, 10)[:, None]
    untrained = np.broadcast_to(uniform, (1, 5, 9, 9)).astype(np.float32)
    attention = _heads(lambda r: max(0, r - 1), lambda r: 0, lambda r: r, lambda r: _last(r, 0), lambda r: _last(r, 1))
    names = [role.name for role in head_roles(attention, untrained, IDS)[0]]
    assert names == list(ROLES)


def test_an_untrained_head_has_no_role(model):
    attention = run_trace(model, IDS).attention
    assert head_roles(attention, attention, IDS) == [[None] * 2] * 2
    lifted = attention * (1 - MARGIN / 2)  # half the margin more on the first token is not enough to be named
    lifted[..., 0] += MARGIN / 2
    assert all(role is None or role.name != "first token" for row in head_roles(lifted, attention, IDS) for role in row)


def test_a_text_without_repeats_names_no_repetition():
    ids = np.arange(9)
    attention = _heads(lambda r: r)
    assert head_roles(attention, np.zeros_like(attention), ids)[0][0].name == "itself"


@pytest.mark.parametrize("n_tokens", [1, 31, 32, 33, 64, 100])
def test_pooling_keeps_the_largest_weight_of_every_cell(n_tokens):
    weights = np.tril(np.random.default_rng(0).random((2, n_tokens, n_tokens))).astype(np.float32)
    pooled = pool_causal(weights, 32)
    assert pooled.shape == (2, min(n_tokens, 32), min(n_tokens, 32))
    assert (np.triu(pooled, 1) == 0).all()
    np.testing.assert_array_equal(pooled.max(axis=(1, 2)), weights.max(axis=(1, 2)))
