"""The cost of a step, with the cache and without: counted as torch counts it, and both ways lead to the same logits."""

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from gptcore.decode.cache_cost import cache_bytes, lengths_to_measure, measured, step_cost
from gptcore.errors import InputError
from gptcore.model.cache import KVCache
from gptcore.model.capture import Capture
from tests.core.conftest import tiny

VARIANTS = [{}, {"norm": "pre"}, {"tied": False}, {"positions": "none"}, {"n_layer": 3, "n_head": 4, "d_ff": 40}]


@pytest.mark.parametrize("changes", VARIANTS)
@pytest.mark.parametrize(("held", "new"), [(0, 1), (0, 9), (8, 1), (12, 5), (0, 24), (23, 1)])
def test_multiply_adds_are_half_the_operations_that_torch_counts(changes, held, new):
    model = tiny(**changes)
    ids, cache = torch.arange(held + new)[None], KVCache(model.config)
    if held:
        model.hidden_states(ids[:, :held], cache=cache)
    asked = Capture(("attention",), model.config.n_layer)  # in stages, whose products the counter knows
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        model.unembed(model.hidden_states(ids[:, held:], asked, cache)[0, -1:])
    cost = step_cost(model.config, held, new)
    assert 2 * cost.multiply_adds == counter.get_total_flops()
    assert cost.scores == asked.recorded["attention"].numel() and cost.rows == new


def test_the_cache_holds_what_is_said():
    config = tiny().config
    cache = KVCache(config)
    whole = cache._keys.nbytes + cache._values.nbytes
    assert cache_bytes(config, config.n_positions) == whole
    assert step_cost(config, 7, 1).bytes_held == cache_bytes(config, 8)
    assert step_cost(config, 0, 8, keeps=False).bytes_held == 0


def test_one_token_costs_the_same_both_ways():
    config = tiny().config
    assert step_cost(config, 0, 1).multiply_adds == step_cost(config, 0, 1, keeps=False).multiply_adds


@pytest.mark.parametrize("changes", VARIANTS)
@pytest.mark.parametrize("length", [1, 2, 17, 24])
def test_both_ways_give_the_same_logits(changes, length):
    pauses = []
    result = measured(tiny(3, **changes), list(range(length)), 3, lambda: pauses.append(1))
    assert result.length == length and len(pauses) == 3
    assert result.difference < 1e-4 and result.with_cache > 0 and result.without > 0


@pytest.mark.parametrize(("ids", "repeats"), [([], 3), ([1] * 25, 3), ([1], 0), ([1], 21)])
def test_what_cannot_be_measured_is_refused(ids, repeats):
    with pytest.raises(InputError):
        measured(tiny(), ids, repeats)


@pytest.mark.parametrize(("held", "new"), [(3, 0), (-1, 2), (20, 5)])
def test_a_step_that_is_none_is_refused(held, new):
    with pytest.raises(InputError):
        step_cost(tiny().config, held, new)


@pytest.mark.parametrize(("length", "lengths"), [(1, (1,)), (2, (1, 2)), (8, (1, 2, 4, 8)), (9, (1, 2, 4, 8, 9))])
def test_lengths_end_with_the_text(length, lengths):
    assert lengths_to_measure(length) == lengths
