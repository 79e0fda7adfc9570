"""Interventions from outside: against transformers with other weights, and against float64 with other states."""

import numpy as np
import pytest
import torch

from gptcore import (
    hide_token,
    lift_mask,
    load,
    replace,
    run_trace,
    zero_attention,
    zero_head,
    zero_mlp,
    zero_positions,
)
from gptcore.model.gpt import GPT
from gptcore.model.intervention import REPLACEABLE
from tests.core import float64_gpt
from tests.core.conftest import tiny
from tests.core.hf_folders import IDS, KINDS, SHAPE, written
from tests.core.interventions import SHAPES, T, some_ids, some_of_all, some_replacement

# Against transformers: the weights that a part adds with are 0, or its bias what it says on average.


def _pieces(kind: str, model):
    """(blocks, position table) of one of theirs."""
    inner = model.transformer
    return inner.h, (inner.positions_embed if kind == "openai-gpt" else inner.wpe)


D, D_HEAD = SHAPE["n_embd"], SHAPE["n_embd"] // SHAPE["n_head"]
MEAN, HEAD_MEAN = np.linspace(-1, 1, D), np.linspace(-1, 1, D_HEAD)


def _without_head(blocks, _, mean=None):
    proj, rows = blocks[1].attn.c_proj, slice(D_HEAD, 2 * D_HEAD)
    if mean is not None:
        proj.bias += torch.tensor(mean, dtype=torch.float32) @ proj.weight[rows]
    proj.weight[rows] = 0


def _without(name):
    def change(blocks, _, mean=None):
        proj = getattr(blocks[0], name).c_proj
        proj.weight.zero_()
        proj.bias.copy_(torch.zeros(D) if mean is None else torch.tensor(mean))

    return change


def _without_positions(_, table, mean=None):
    table.weight.copy_(torch.zeros(D) if mean is None else torch.tensor(mean))


AS_WEIGHTS = {
    "head": (lambda mean: zero_head(1, 1, mean), _without_head, HEAD_MEAN),
    "attention": (lambda mean: zero_attention(0, mean), _without("attn"), MEAN),
    "feed-forward network": (lambda mean: zero_mlp(0, mean), _without("mlp"), MEAN),
    "positions": (lambda mean: zero_positions(mean), _without_positions, MEAN),
}


@pytest.fixture(scope="module", params=KINDS)
def folder(request, tmp_path_factory):
    return request.param, written(tmp_path_factory.mktemp("theirs"), request.param)


def _theirs(folder):
    kind, path = folder
    return KINDS[kind][1].from_pretrained(path, dtype=torch.float32, attn_implementation="eager").eval()


@pytest.mark.parametrize("by_mean", [False, True], ids=["zero", "mean"])
@pytest.mark.parametrize("what", AS_WEIGHTS)
@torch.no_grad()
def test_off_is_transformers_without_these_weights(folder, what, by_mean):
    make, change, mean = AS_WEIGHTS[what]
    mean = mean if by_mean else None
    theirs, ours = _theirs(folder), load(folder[1]).model
    whole = theirs(IDS).logits
    change(*_pieces(folder[0], theirs), mean)
    expected = theirs(IDS).logits
    assert (whole - expected).abs().max() > 1e-2
    torch.testing.assert_close(ours(IDS, interventions=[make(mean)]), expected, atol=1e-4, rtol=0)
    torch.testing.assert_close(ours(IDS), whole, atol=1e-4, rtol=0)


@pytest.mark.parametrize("hidden", [[0], [7], [3, 4, 11]], ids=str)
@torch.no_grad()
def test_a_hidden_token_is_one_that_transformers_masks(folder, hidden):
    theirs, ours = _theirs(folder), load(folder[1]).model
    mask = torch.ones_like(IDS)
    mask[0, hidden] = 0
    found = ours(IDS, interventions=[hide_token(position) for position in hidden])
    others = [t for t in range(IDS.shape[1]) if t not in hidden]  # theirs masks a padded token from itself, too
    places = torch.arange(IDS.shape[1])[None]  # theirs would count positions from the first token that is not masked
    expected = theirs(IDS, attention_mask=mask, position_ids=places).logits
    torch.testing.assert_close(found[:, others], expected[:, others], atol=1e-4, rtol=0)
    assert (found - ours(IDS)).abs().max() > 1e-2


# Against an independent forward pass in float64, with the states replaced.


@pytest.mark.parametrize("part", REPLACEABLE)
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_a_replaced_part_is_that_of_float64(shape, part):
    model, ids = tiny(**shape), some_ids()
    for seed in range(6):
        one = some_replacement(model, part, np.random.default_rng(seed))
        _same_as_float64(model, ids, [one])


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_several_at_once_are_those_of_float64(shape, seed):
    model = tiny(**shape)
    _same_as_float64(model, some_ids(), some_of_all(model, seed))


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_without_the_mask_every_token_sees_all_alone_and_with_other_changes(shape):
    model, ids = tiny(**shape), some_ids()
    for others in ([], [hide_token(3), hide_token(0)], some_of_all(model, 3)):
        _same_as_float64(model, ids, [lift_mask(), *others])
    built_without = GPT(model.config.with_changes(mask="none")).eval()
    built_without.load_state_dict(model.state_dict())
    with torch.no_grad():
        text = torch.from_numpy(ids)[None]
        torch.testing.assert_close(model(text, interventions=[lift_mask()]), built_without(text), atol=1e-5, rtol=0)
    changed = ids.copy()
    changed[-1] += 1
    states = [run_trace(model, text, interventions=[lift_mask()]).part("hidden")[-1] for text in (ids, changed)]
    assert (np.abs(states[0] - states[1]).max(-1) > 1e-5).all(), "the first token knows of the last"


def _same_as_float64(model, ids, interventions):
    expected = float64_gpt.forward(model, ids, interventions)
    trace = run_trace(model, ids, interventions=interventions)
    for part in ("hidden", "attention", "head_out", "mlp_act", "final"):
        np.testing.assert_allclose(trace.part(part), expected[part], atol=1e-4, err_msg=part)
    np.testing.assert_allclose(trace.logits, expected["logit"], atol=1e-4)
    np.testing.assert_array_equal(trace.seen, np.isfinite(expected["masked_score"][0, 0]))
    with torch.no_grad():  # nothing recorded: torch's own kernel
        at_once = model(torch.from_numpy(ids)[None], interventions=interventions)[0]
    np.testing.assert_allclose(at_once, expected["logit"], atol=1e-4)


def test_a_later_one_of_two_at_the_same_place_counts():
    model, ids = tiny(), some_ids()
    both = run_trace(model, ids, interventions=[zero_mlp(0), replace("mlp_out", 0, 0.5, positions=[2])])
    assert (both.mlp_out[0, 2] == 0.5).all() and not both.mlp_out[0, [0, 1, *range(3, T)]].any()
