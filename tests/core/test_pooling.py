"""Pooled arrays against the plain meaning: of every group the number farthest from zero, and where it stands."""

import numpy as np
import pytest
import torch

from gptcore.config import ModelConfig
from gptcore.model.gpt import GPT
from gptcore.trace.path import PARTS, token_path, token_path_from_states
from gptcore.trace.pooling import group_sums, pool_heads, pool_square, pool_vectors, token_groups, width
from gptcore.trace.trace import block_trace, run_trace

RANDOM = np.random.default_rng(11)


def _each(n: int) -> list[tuple[int, int]]:
    return [(i, i + 1) for i in range(n)]


@pytest.mark.parametrize(("n", "most"), [(1, 8), (8, 8), (9, 8), (100, 7), (512, 24)])
@pytest.mark.parametrize("place", [0, 0.5, 1])
def test_groups_cover_the_text_and_the_chosen_token_is_alone(n, most, place):
    position = int(place * (n - 1))
    groups = token_groups(n, position, most)
    assert [first for first, _ in groups] == [0, *(end for _, end in groups[:-1])] and groups[-1][1] == n
    assert (position, position + 1) in groups
    assert len(groups) <= most + 2
    assert n > most or groups == _each(n)


@pytest.mark.parametrize(("n", "most"), [(5, 8), (8, 8), (9, 4), (24, 5)])
@pytest.mark.parametrize("rows", [None, 3])
def test_a_cell_shows_its_groups_number_farthest_from_zero_and_where_it_stands(n, most, rows):
    vectors = RANDOM.normal(size=(2, 7, n)).astype(np.float32)
    groups = token_groups(7, 4, rows or 7)
    pooled = pool_vectors(vectors, most, groups)
    wide = width(n, most)
    assert pooled.values.shape == pooled.column.shape == (2, len(groups), -(-n // wide))
    assert (pooled.token is None) == (rows is None)
    for layer, row, cell in np.ndindex(pooled.values.shape):
        first, end = groups[row]
        group = vectors[layer, first:end, cell * wide : (cell + 1) * wide]
        token = first if pooled.token is None else pooled.token[layer, row, cell]
        value = pooled.values[layer, row, cell]
        assert abs(value) == np.abs(group).max()
        assert vectors[layer, token, pooled.column[layer, row, cell]] == value
        assert first <= token < end and pooled.column[layer, row, cell] // wide == cell


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("most", [12, 4])
def test_pairs_of_tokens(causal, most):
    square = RANDOM.normal(size=(11, 11)).astype(np.float32)
    groups = token_groups(11, 6, most)
    pooled = pool_square(square, groups, causal)
    seen = np.where(np.tri(11, dtype=bool), square, np.nan) if causal else square
    for i, j in np.ndindex(pooled.values.shape):
        block = seen[slice(*groups[i]), slice(*groups[j])]
        value = pooled.values[i, j]
        if np.isnan(block).all():
            assert np.isnan(value)
            continue
        assert abs(value) == np.nanmax(np.abs(block))
        row = groups[i][0] if pooled.token is None else pooled.token[i, j]
        assert square[row, pooled.column[i, j]] == value
        assert groups[i][0] <= row < groups[i][1] and groups[j][0] <= pooled.column[i, j] < groups[j][1]


@pytest.mark.parametrize(("n_head", "d_head", "most"), [(4, 6, 8), (4, 6, 64), (12, 3, 5), (2, 5, 4)])
def test_heads_side_by_side_have_equally_many_cells(n_head, d_head, most):
    heads = RANDOM.normal(size=(n_head, 9, d_head)).astype(np.float32)
    side_by_side = heads.transpose(1, 0, 2).reshape(9, -1)
    for groups in (_each(9), token_groups(9, 2, 3)):
        pooled = pool_heads(heads, most, groups)
        cells = pooled.values.shape[1] // n_head
        assert pooled.values.shape[1] == cells * n_head
        for row, cell in np.ndindex(pooled.values.shape):
            token = groups[row][0] if pooled.token is None else pooled.token[row, cell]
            assert side_by_side[token, pooled.column[row, cell]] == pooled.values[row, cell]
            assert pooled.column[row, cell] // d_head == cell // cells


def test_weights_of_a_group_add_up():
    weights = RANDOM.random((3, 10))
    sums = group_sums(weights, [(0, 4), (4, 5), (5, 10)])
    np.testing.assert_allclose(sums, np.stack([weights[:, :4].sum(1), weights[:, 4], weights[:, 5:].sum(1)], axis=1))


@pytest.mark.parametrize("norm", ["post", "pre"])
def test_a_tokens_way_is_the_same_from_a_trace_and_from_its_states(norm):
    model = GPT(ModelConfig(30, 16, 3, 2, 8, norm=norm), torch.Generator().manual_seed(5)).eval()
    ids = np.arange(11)
    trace = run_trace(model, ids, PARTS)
    kept, passed = token_path(trace, 6), token_path_from_states(model, trace, 6)
    np.testing.assert_array_equal(kept.weights, trace.attention[:, :, 6])
    taken = kept.taken(1, 0)
    np.testing.assert_array_equal(taken[1], trace.attention[1, 0, 6])
    np.testing.assert_allclose(taken[[0, 2]], trace.attention[[0, 2], :, 6].mean(1), rtol=1e-6)
    np.testing.assert_array_equal(kept.weights, trace.attention[:, :, 6])  # which it left as they were
    x, y = trace.hidden[:-1, 6].astype(np.float64), trace.hidden[1:, 6].astype(np.float64)
    cosine = (x * y).sum(-1) / np.sqrt((x * x).sum(-1) * (y * y).sum(-1))
    np.testing.assert_allclose(np.cos(np.radians(kept.turned)), cosine, atol=1e-9)
    np.testing.assert_allclose(kept.attention_length, np.linalg.norm(trace.attn_out[:, 6], axis=-1), rtol=1e-6)
    np.testing.assert_allclose(kept.mlp_length, np.linalg.norm(trace.mlp_out[:, 6], axis=-1), rtol=1e-6)
    for name in ("weights", "attention_length", "mlp_length", "turned"):
        np.testing.assert_allclose(getattr(passed, name), getattr(kept, name), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("norm", ["post", "pre"])
def test_a_block_by_itself_gives_the_numbers_of_the_whole_pass(norm):
    model = GPT(ModelConfig(30, 16, 3, 2, 8, norm=norm), torch.Generator().manual_seed(5)).eval()
    whole = run_trace(model, np.arange(11))
    states = run_trace(model, np.arange(11), ("hidden", "token_embedding", "final", "logits"))
    for layer in range(3):
        alone = block_trace(model, states, layer, ("q", "scores", "attention", "head_out", "mlp_up", "mlp_out"))
        assert alone.layers == (layer,) and alone.row(layer) == 0
        for part in ("q", "scores", "attention", "head_out", "mlp_up", "mlp_out"):
            np.testing.assert_allclose(alone.part(part)[0], whole.part(part)[layer], rtol=1e-5, atol=1e-6)
        for part in ("hidden", "token_embedding", "final", "logits"):
            assert alone.part(part) is states.part(part)
        assert alone.mid is None
        np.testing.assert_array_equal(alone.block_output[0], states.hidden[layer + 1])
