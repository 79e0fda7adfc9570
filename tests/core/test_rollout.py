"""Attention rollout, against its definition written out."""

import numpy as np
import pytest

from gptcore.trace.rollout import rollout
from gptcore.trace.trace import attention_by_layer, run_trace
from tests.core.conftest import tiny

IDS = np.array([5, 9, 3, 5, 9, 7, 5, 2, 3])


@pytest.fixture(scope="module", params=["post", "pre"])
def model(request):
    return tiny(norm=request.param, n_layer=3)


def _path_by_path(attention: np.ndarray) -> np.ndarray:
    """The same sum over every path through the layers, one product at a time."""
    n_layer, _, n_tokens, _ = attention.shape
    mixed = [
        0.5 * attention[layer].astype(np.float64).mean(axis=0) + 0.5 * np.eye(n_tokens) for layer in range(n_layer)
    ]
    total = np.zeros((n_tokens, n_tokens))
    for start in range(n_tokens):
        reached = {start: 1.0}  # from the last layer down: at which token the path is, and what it is worth
        for layer in reversed(mixed):
            following: dict[int, float] = {}
            for at, worth in reached.items():
                for token in range(n_tokens):
                    following[token] = following.get(token, 0.0) + worth * layer[at, token] / layer[at].sum()
            reached = following
        for token, worth in reached.items():
            total[start, token] = worth
    return total


def test_it_is_the_sum_over_all_paths(model):
    attention = run_trace(model, IDS, ("attention",)).part("attention")
    np.testing.assert_allclose(rollout(attention), _path_by_path(attention), atol=1e-6)


def test_rows_sum_to_one_and_no_token_draws_on_a_later_one(model):
    found = rollout(run_trace(model, IDS, ("attention",)).part("attention"))
    assert found.shape == (9, 9) and found.dtype == np.float32
    np.testing.assert_allclose(found.sum(axis=-1), 1, atol=1e-6)
    assert (found >= 0).all() and (np.triu(found, 1) == 0).all()


def test_layer_by_layer_comes_to_the_same(model):
    whole = rollout(run_trace(model, IDS, ("attention",)).part("attention"))
    np.testing.assert_allclose(rollout(attention_by_layer(model, IDS)), whole, atol=1e-6)


def test_rows_that_sum_to_less_are_brought_to_one():
    np.testing.assert_allclose(rollout([np.zeros((2, 4, 4))]), np.eye(4))


def test_the_later_layer_stands_on_the_left():
    first, second = np.eye(3)[None].copy(), np.eye(3)[None].copy()
    first[0, 1], second[0, 2] = [1, 0, 0], [0, 1, 0]  # token 2 looks at 1 above, which has looked at 0 below
    np.testing.assert_allclose(rollout([first, second])[2], [0.25, 0.25, 0.5])


def test_no_layers_is_an_error():
    with pytest.raises(ValueError, match="one layer"):
        rollout([])
