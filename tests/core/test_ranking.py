"""The ranking of a model's parts: each entry is one pass with that one part switched off."""

import numpy as np
import pytest
import torch

from gptcore import hide_token, rank_parts, replace, run_trace, zero_attention, zero_head, zero_mlp, zero_positions
from gptcore.errors import InputError
from gptcore.measures import token_scores
from gptcore.trace.means import Means
from tests.core.conftest import tiny

PARTS = ("hidden", "head_out")
SHAPES = {
    "post-norm": dict(n_layer=3),
    "pre-norm, untied": dict(norm="pre", tied=False),
    "no positions, six heads": dict(positions="none", n_head=4),
    "sinusoids, one head": dict(positions="sinusoidal", n_head=1),
}


def _ids(model, n: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, model.config.vocab_size, n)


def _means(model, seed: int = 0) -> Means:
    c, random = model.config, np.random.default_rng(seed)
    normal = lambda *shape: random.normal(0, 0.5, shape).astype(np.float32)  # noqa: E731
    heads, of_layer = (c.n_layer, c.n_head, c.d_head), (c.n_layer, c.d_model)
    return Means(normal(*heads), normal(*of_layer), normal(*of_layer), None, "random")


def _log_probability(model, ids, interventions=()) -> float:
    trace = run_trace(model, ids, ("logits",), interventions=interventions)
    return token_scores(trace.logits, ids).log_probability.sum()


def _one_by_one(model, ids, means, always=()):
    """(heads, attention, mlp) by a whole pass each."""
    L, H = model.config.n_layer, model.config.n_head
    whole = _log_probability(model, ids, always)
    lost = lambda one: whole - _log_probability(model, ids, (*always, one))  # noqa: E731
    of = lambda name, *at: None if means is None else getattr(means, name)[at]  # noqa: E731
    heads = [[lost(zero_head(layer, h, of("head_out", layer, h))) for h in range(H)] for layer in range(L)]
    attention = [lost(zero_attention(layer, of("attn_out", layer))) for layer in range(L)]
    return whole, heads, attention, [lost(zero_mlp(layer, of("mlp_out", layer))) for layer in range(L)]


@pytest.mark.parametrize("by_mean", [False, True], ids=["zero", "mean"])
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_each_entry_is_a_pass_without_that_part(shape, by_mean):
    model = tiny(**shape)
    ids, means = _ids(model, 9), _means(model) if by_mean else None
    found = rank_parts(model, run_trace(model, ids, PARTS), means)
    for ours, expected in zip(
        (found.log_probability, found.heads, found.attention, found.mlp), _one_by_one(model, ids, means), strict=True
    ):
        np.testing.assert_allclose(ours, expected, atol=1e-4)
    assert found.n_predicted == 8
    assert np.abs(found.heads).max() > 0.01


@pytest.mark.parametrize(
    "always",
    [
        [hide_token(2)],
        [zero_positions(), zero_head(0, 1)],
        [replace("hidden", 1, np.ones((9, 16)))],
        [replace("final", None, 0.5), replace("hidden", 2, 0.1, positions=[8, 3])],
        [replace("attn_out", 0, np.full((9, 16), 0.3)), zero_mlp(1)],
        [replace("k", 1, np.ones((2, 20, 8)))],
    ],
    ids=[
        "hidden token",
        "positions and a head",
        "a boundary",
        "the end",
        "all of a layer",
        "more tokens than the text",
    ],
)
def test_what_is_otherwise_already_stays_so(always):
    model = tiny()
    ids = _ids(model, 9)
    found = rank_parts(model, run_trace(model, ids, PARTS, interventions=always))
    whole, heads, attention, mlp = _one_by_one(model, ids, None, always)
    np.testing.assert_allclose(found.log_probability, whole, atol=1e-4)
    for ours, expected in zip((found.heads, found.attention, found.mlp), (heads, attention, mlp), strict=True):
        np.testing.assert_allclose(ours, expected, atol=1e-4)


def test_a_part_that_is_off_already_loses_nothing():
    model = tiny()
    trace = run_trace(model, _ids(model, 9), PARTS, interventions=[zero_head(1, 0), zero_mlp(0)])
    found = rank_parts(model, trace)
    assert abs(found.heads[1, 0]) < 1e-4 and abs(found.mlp[0]) < 1e-4
    assert abs(found.heads[1, 1]) > 1e-3 and abs(found.mlp[1]) > 1e-3


def test_small_pieces_give_the_same_and_ask_in_between(monkeypatch):
    model = tiny()
    trace = run_trace(model, _ids(model, 9), PARTS)
    at_once = rank_parts(model, trace)
    monkeypatch.setattr("gptcore.effects.ranking._NUMBERS", 1)
    asked = []
    found = rank_parts(model, trace, pause=lambda: asked.append(1))
    np.testing.assert_allclose(found.heads, at_once.heads, atol=1e-5)
    assert len(asked) == 4 * 2 + 4 * 1, "after each block of each part's pass"

    def enough() -> None:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        rank_parts(model, trace, pause=enough)


def test_per_token_divides_by_the_predicted_tokens():
    model = tiny()
    found = rank_parts(model, run_trace(model, _ids(model, 9), PARTS))
    np.testing.assert_allclose(found.per_token.heads * 8, found.heads)
    assert found.per_token.log_probability * 8 == pytest.approx(found.log_probability)


def test_one_token_has_nothing_to_lose():
    model = tiny()
    found = rank_parts(model, run_trace(model, [3], PARTS))
    assert found.n_predicted == 0 and found.log_probability == 0
    assert not found.heads.any() and not found.attention.any() and not found.mlp.any()
    assert not found.per_token.heads.any()


def test_a_trace_must_have_what_the_ranking_reads():
    model = tiny()
    for trace in (run_trace(model, [3, 4], ("hidden",)), run_trace(model, [3, 4], PARTS, layers=[1])):
        with pytest.raises(InputError, match="run_trace"):
            rank_parts(model, trace)


def test_nothing_is_kept_for_gradients():
    model = tiny()
    with torch.enable_grad():
        rank_parts(model, run_trace(model, _ids(model, 5), PARTS))
    assert all(weight.grad is None for weight in model.parameters())
