"""Cosines, nearest rows, one token in two texts, and the maps of tables: against numbers worked out another way."""

import math

import numpy as np
import pytest
import torch

from gptcore.errors import InputError
from gptcore.model.tables import sinusoids
from gptcore.trace.maps import WIDEST, alikeness, principal_plane
from gptcore.trace.neighbours import apart, cosine, lengths, nearest
from gptcore.trace.trace import run_trace
from tests.core.conftest import tiny

RANDOM = np.random.default_rng(3)


def _by_hand(a, b) -> float:
    dot = sum(float(x) * float(y) for x, y in zip(a, b, strict=True))
    return dot / math.sqrt(sum(float(x) ** 2 for x in a)) / math.sqrt(sum(float(y) ** 2 for y in b))


def test_nearest_rows_are_those_of_the_largest_cosines():
    table = RANDOM.normal(size=(50, 7)).astype(np.float32)
    found = nearest(table, lengths(table), 4, 6)
    expected = sorted((row for row in range(50) if row != 4), key=lambda row: -_by_hand(table[4], table[row]))[:6]
    assert [neighbour.row for neighbour in found] == expected
    for neighbour in found:
        assert neighbour.cosine == pytest.approx(_by_hand(table[4], table[neighbour.row]), abs=1e-6)


def test_equally_near_rows_come_in_the_order_of_the_table():
    table = np.array([[1, 0], [2, 0], [0, 1], [3, 0], [4, 0]], dtype=np.float32)
    assert [neighbour.row for neighbour in nearest(table, lengths(table), 3, 2)] == [0, 1]


def test_few_rows_and_rows_of_zeros():
    assert nearest(np.ones((1, 3), np.float32), np.ones(1), 0) == []
    table = np.array([[0, 0], [1, 0]], dtype=np.float32)
    assert [neighbour.cosine for neighbour in nearest(table, lengths(table), 0)] == [0.0]
    assert cosine(np.zeros(3), np.ones(3)) == 0


@pytest.mark.parametrize("positions", ["learned", "sinusoidal", "none"])
@pytest.mark.parametrize("norm", ["post", "pre"])
def test_one_token_in_two_texts(positions, norm):
    model = tiny(positions=positions, norm=norm)
    here, there = (run_trace(model, np.array(ids)) for ids in ([5, 9, 3, 7], [8, 3, 2, 3, 1]))
    found = apart(here, 2, there, 3)
    assert len(found.same) == len(found.others) == model.config.n_layer + 2
    assert found.same[0] == pytest.approx(1)  # one row of the table
    assert found.same[1] == pytest.approx(1) if positions == "none" else found.same[1] < 0.999
    for boundary in range(model.config.n_layer + 1):
        states, others = here.hidden[boundary], there.hidden[boundary]
        assert found.same[boundary + 1] == pytest.approx(_by_hand(states[2], others[3]), abs=1e-6)
        mean = np.mean([_by_hand(states[2], others[place]) for place in (0, 2, 4)])  # 1 is the same token
        assert found.others[boundary + 1] == pytest.approx(mean, abs=1e-6)
    steps = np.diff(found.same[1:])
    assert steps[found.biggest_step] == steps.min()


def test_the_same_text_twice_stays_together_and_has_no_others_if_it_is_one_token():
    trace = run_trace(tiny(), np.array([4]))
    found = apart(trace, 0, trace, 0)
    np.testing.assert_allclose(found.same, 1)
    assert found.others is None


def test_a_plane_keeps_the_variance_that_it_says():
    table = (RANDOM.normal(size=(300, 6)) * [9, 5, 2, 1, 1, 1] + 4).astype(np.float32)
    plane = principal_plane(table)
    singular = np.linalg.svd(table.astype(float) - table.mean(axis=0, dtype=float), compute_uv=False)
    np.testing.assert_allclose(plane.shares, (singular**2 / (singular**2).sum())[:2], atol=1e-6)
    total = table.astype(float).var(axis=0).sum()
    np.testing.assert_allclose(plane.points.astype(float).var(axis=0) / total, plane.shares, atol=1e-6)
    np.testing.assert_allclose(plane.points.mean(axis=0), 0, atol=1e-4)
    assert abs(np.corrcoef(plane.points.T)[0, 1]) < 1e-4


def test_a_plane_does_not_turn_over():
    table = RANDOM.normal(size=(40, 5))
    one, other = principal_plane(table), principal_plane(table[::-1].copy())
    np.testing.assert_allclose(one.points, other.points[::-1], atol=1e-5)


@pytest.mark.parametrize("shape", [(1, 4), (5, 1), (3, 2)])
def test_small_tables_have_a_plane(shape):
    plane = principal_plane(np.ones(shape) * np.arange(shape[0])[:, None])
    assert plane.points.shape == (shape[0], 2) and np.isfinite(plane.points).all() and plane.shares.sum() <= 1 + 1e-9


def test_a_table_too_wide_is_refused():
    with pytest.raises(InputError, match="2,049"):
        principal_plane(np.zeros((2, WIDEST + 1)))


@pytest.mark.parametrize("n_rows", [3, 8, 21])
def test_alikeness_is_the_mean_of_cosines(n_rows):
    table = RANDOM.normal(size=(n_rows, 4))
    pooled = alikeness(table, 8)
    cells = min(8, n_rows)
    edges = [index * n_rows // cells for index in range(cells + 1)]
    for i in range(cells):
        for j in range(cells):
            pairs = [(a, b) for a in range(*edges[i : i + 2]) for b in range(*edges[j : j + 2])]
            assert pooled[i, j] == pytest.approx(np.mean([_by_hand(table[a], table[b]) for a, b in pairs]))


def test_sinusoids_are_those_of_the_paper_and_as_high_in_the_model_as_its_new_tokens():
    table = sinusoids(5, 8)
    for position in range(5):
        for i in range(4):
            angle = position / 10_000 ** (2 * i / 8)
            assert table[position, 2 * i].item() == pytest.approx(math.sin(angle), abs=1e-5)
            assert table[position, 2 * i + 1].item() == pytest.approx(math.cos(angle), abs=1e-5)
    model = tiny(positions="sinusoidal", init_std=0.05)
    assert torch.equal(model.position_embedding.weight, 0.05 * sinusoids(24, 16))
    assert model.token_embedding.weight.std().item() == pytest.approx(0.05, rel=0.1)
