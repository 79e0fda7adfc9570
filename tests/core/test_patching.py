"""Patching: every cell is a pass with that patch, computed by itself; and what must be 0 or 1 is."""

import copy

import numpy as np
import pytest
import torch

import gptcore
from gptcore.effects import patching
from gptcore.effects.patching import PATCHED, differing, head_patch_grid, patch, patch_grid
from gptcore.errors import InputError
from gptcore.trace.trace import run_trace
from tests.core.conftest import tiny

HERE = np.array([5, 9, 3, 5, 9, 7, 5, 2])
THERE = np.array([5, 9, 4, 5, 8, 7, 5, 2])
ANSWER, OTHER = 17, 60
SHAPES = {"GPT-1": {}, "GPT-2": {"norm": "pre"}, "untied": {"tied": False}, "no positions": {"positions": "none"}}


def _traces(model, **more):
    return run_trace(model, HERE, **more), run_trace(model, THERE, **more)


def _difference(trace, position=-1) -> float:
    return float(trace.logits[position, ANSWER]) - float(trace.logits[position, OTHER])


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("part", PATCHED)
def test_every_cell_is_a_pass_with_that_patch(shape, part):
    model = tiny(3, **shape)
    here, there = _traces(model)
    for position in (-1, 4):
        grid = gptcore.patch_grid(model, here, there, ANSWER, OTHER, position, part)
        assert grid.raw.shape == (2 + (part == "hidden"), position % len(HERE) + 1)
        for layer, token in np.ndindex(*grid.raw.shape):
            values = there.part(part)[layer, token]
            one = run_trace(model, HERE, interventions=[gptcore.replace(part, layer, values, [token])])
            assert grid.raw[layer, token] == pytest.approx(_difference(one, position), abs=1e-4)
    assert (grid.first, grid.second) == pytest.approx((_difference(here, 4), _difference(there, 4)), abs=1e-4)


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_every_head_is_a_pass_with_that_patch(shape):
    model = tiny(3, **shape)
    here, there = _traces(model)
    grid = gptcore.head_patch_grid(model, here, there, ANSWER, OTHER)
    for layer, head in np.ndindex(2, 2):
        values = there.head_out[layer, head]
        one = run_trace(model, HERE, interventions=[gptcore.replace("head_out", layer, values, head=head)])
        assert grid.raw[layer, head] == pytest.approx(_difference(one), abs=1e-4)


@pytest.mark.parametrize("norm", ["post", "pre"])
def test_states_patched_by_hand(norm):
    """Block by block in float64, without interventions."""
    model = tiny(5, norm=norm, n_layer=3)
    exact = copy.deepcopy(model).double()

    @torch.no_grad()
    def states(ids, layer=None, token=None, values=None):
        h = exact.embed(torch.as_tensor(ids)[None])
        found = [h[0].clone()]
        for index, block in enumerate(exact.blocks):
            if index == layer:
                h[0, token] = values
            h = block(h, index)
            found.append(h[0].clone())
        if layer == len(exact.blocks):
            h[0, token] = values
        h = h if exact.final_norm is None else exact.final_norm(h)
        logits = h[0, -1] @ exact.token_embedding.weight.T
        return found, float(logits[ANSWER] - logits[OTHER])

    there, second = states(THERE)
    _, first = states(HERE)
    grid = patch_grid(model, *_traces(model), ANSWER, OTHER)
    for layer, token in np.ndindex(4, len(HERE)):
        _, moved = states(HERE, layer, token, there[layer][token])
        assert grid.moved[layer, token] == pytest.approx((moved - first) / (second - first), abs=1e-4)


def test_the_last_state_takes_the_answer_all_the_way_and_equal_tokens_move_nothing():
    model = tiny(3)
    grid = patch_grid(model, *_traces(model), ANSWER, OTHER)
    assert grid.moved[-1, -1] == pytest.approx(1, abs=1e-4)
    assert (grid.moved[:, :2] == 0).all()  # before the first difference
    np.testing.assert_allclose(grid.moved[-1, :-1], 0, atol=1e-4)  # no block is left to hand them on
    np.testing.assert_allclose(grid.moved[0, [3, 5, 6, 7]], 0, atol=1e-4)  # equal tokens, before any block
    assert grid.strongest[-1] == 7
    assert grid.strongest[0] in (2, 4)


def test_equal_texts_move_nothing_and_say_so():
    model = tiny(3)
    here = run_trace(model, HERE)
    grid = patch_grid(model, here, here, ANSWER, OTHER)
    assert not grid.is_comparable and np.isnan(grid.moved).all() and (grid.strongest == 7).all()
    np.testing.assert_allclose(grid.raw, grid.first, atol=1e-4)


@pytest.mark.parametrize("off", [[gptcore.zero_head(0, 1)], [gptcore.hide_token(2)], [gptcore.zero_mlp(1)]])
def test_what_is_off_stays_off_in_every_patched_pass(off):
    model = tiny(3)
    here, there = _traces(model, interventions=off)
    for grid, cells in (
        (patch_grid(model, here, there, ANSWER, OTHER), [("hidden", (1, 3)), ("hidden", (0, 4))]),
        (patch_grid(model, here, there, ANSWER, OTHER, part="mlp_out"), [("mlp_out", (1, 7)), ("mlp_out", (0, 4))]),
    ):
        for part, (layer, token) in cells:
            one = run_trace(model, HERE, interventions=[*off, patch(there, part, layer, token)])
            assert grid.raw[layer, token] == pytest.approx(_difference(one), abs=1e-4)


def test_only_one_of_the_texts_may_have_something_off():
    model = tiny(3)
    here, there = run_trace(model, HERE), run_trace(model, HERE, interventions=[gptcore.zero_head(0, 1)])
    grid = patch_grid(model, here, there, ANSWER, OTHER)
    assert grid.moved[-1, -1] == pytest.approx(1, abs=1e-4)  # the same tokens, but not the same states


def test_batches_of_any_size_give_the_same(monkeypatch):
    model = tiny(3)
    whole = patch_grid(model, *_traces(model), ANSWER, OTHER)
    monkeypatch.setattr(patching, "_AT_ONCE", 1)
    calls = []
    pieces = patch_grid(model, *_traces(model), ANSWER, OTHER, pause=lambda: calls.append(1))
    np.testing.assert_allclose(pieces.raw, whole.raw, atol=1e-5)
    assert len(calls) == 6 * 2 + 6  # after each block, for each of the tokens from the first difference on


def test_a_pause_may_end_it():
    def stop():
        raise KeyboardInterrupt

    model = tiny(3)
    with pytest.raises(KeyboardInterrupt):
        head_patch_grid(model, *_traces(model), ANSWER, OTHER, pause=stop)


def test_texts_of_one_token():
    model = tiny(3)
    grid = patch_grid(model, run_trace(model, [3]), run_trace(model, [4]), ANSWER, OTHER)
    np.testing.assert_allclose(grid.moved, 1, atol=1e-4)


def test_differences_are_marked_and_lengths_must_agree():
    assert differing(HERE, THERE).tolist() == [False, False, True, False, True, False, False, False]
    with pytest.raises(InputError, match="first text has 8 tokens and the second 7"):
        differing(HERE, THERE[:-1])


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((ANSWER, 90), "no token 90"),
        ((ANSWER, OTHER, 8), "no position 8"),
        ((ANSWER, OTHER, -1, "attention"), "cannot be patched"),
        ((ANSWER, OTHER, -1, "mid"), "cannot be patched"),
    ],
)
def test_what_is_not_there_is_refused(arguments, complaint):
    model = tiny(3)
    with pytest.raises(InputError, match=complaint):
        patch_grid(model, *_traces(model), *arguments)


def test_long_texts_are_refused(monkeypatch):
    monkeypatch.setattr(patching, "MOST_TOKENS", 7)
    model = tiny(3)
    with pytest.raises(InputError, match=r"8 tokens up to .* up to 7"):
        patch_grid(model, *_traces(model), ANSWER, OTHER)
    assert patch_grid(model, *_traces(model), ANSWER, OTHER, 6).raw.shape == (3, 7)
