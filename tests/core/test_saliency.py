"""What a prediction hangs on: gradients against finite differences, hidden tokens against passes of their own."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch

from gptcore.effects.saliency import agreement, gradient_times_input, leave_one_out
from gptcore.errors import InputError
from gptcore.model.intervention import hide_token, replace, zero_attention, zero_head
from gptcore.trace.trace import run_trace
from tests.core.conftest import tiny

IDS = np.array([5, 9, 3, 5, 9, 7, 5, 2, 3, 8, 1])
SHAPES = [{}, {"norm": "pre"}, {"tied": False}, {"positions": "none"}, {"positions": "sinusoidal"}]
BASES = [(), (zero_head(0, 1),), (hide_token(2), zero_attention(1))]


@pytest.fixture(params=SHAPES, ids=str)
def model(request):
    return tiny(**request.param).requires_grad_(False)


def _log_probability(model, position, token, interventions=()):
    logits = run_trace(model, IDS, ("logits",), interventions=interventions).logits
    return torch.from_numpy(logits[position].copy()).double().log_softmax(-1)[token].item()


@pytest.mark.parametrize("base", BASES, ids=len)
def test_the_gradient_is_that_of_finite_differences(model, base):
    position, token, step = 7, 4, 1e-3
    found = gradient_times_input(model, IDS, position, token, base)
    assert found.shape == (position + 1,) and found.dtype == np.float32
    double = tiny(**model.config.to_dict()).double()
    with torch.no_grad():
        embedding = double.token_embedding(torch.tensor(IDS)[None])
    for i in range(position + 1):
        ends = []
        for sign in (1, -1):
            moved = embedding.clone()
            moved[0, i] *= 1 + sign * step
            ends.append(_from_embeddings(double, moved, position, token, base))
        assert found[i] == pytest.approx((ends[0] - ends[1]) / (2 * step), abs=2e-3), i


@torch.no_grad()
def _from_embeddings(model, embedding, position, token, base):
    h = embedding
    if model.position_embedding is not None:
        h = h + model.position_embedding.weight[: h.shape[1]]
    read = model.resume(h, 0, base)
    return torch.nn.functional.linear(read[0, position], model.output_table).log_softmax(-1)[token].item()


def test_nothing_is_left_on_a_model_and_training_weights_get_no_gradient():
    model = tiny()  # its weights do ask for gradients
    before = {name: weights.clone() for name, weights in model.state_dict().items()}
    gradient_times_input(model, IDS, 10, 3)
    assert all(weights.grad is None for weights in model.parameters())
    assert all((before[name] == weights).all() for name, weights in model.state_dict().items())
    assert not torch.is_inference_mode_enabled() and torch.is_grad_enabled()
    with torch.no_grad():  # as a page may have it
        gradient_times_input(model, IDS, 10, 3)
        assert not torch.is_grad_enabled()


def test_thirty_threads_do_not_mix():
    model = tiny().requires_grad_(False)
    work = [(position, token) for position in range(1, 11) for token in (3, 40, 77)]
    alone = [gradient_times_input(model, IDS, *one) for one in work]
    with ThreadPoolExecutor(30) as pool:
        together = list(pool.map(lambda one: gradient_times_input(model, IDS, *one), work * 4))
    for index, found in enumerate(together):
        np.testing.assert_allclose(found, alone[index % len(work)], atol=1e-6)
    assert all(weights.grad is None and not weights.requires_grad for weights in model.parameters())


@pytest.mark.parametrize("base", BASES, ids=len)
def test_leaving_one_out_equals_a_pass_for_each(model, base):
    position, token = 9, 4
    found = leave_one_out(model, IDS, position, token, base)
    hidden = {2} if len(base) == 2 else set()
    assert {i for i, value in enumerate(found) if np.isnan(value)} == {position, *hidden}
    whole = _log_probability(model, position, token, base)
    for i in set(range(position)) - hidden:
        alone = _log_probability(model, position, token, (*base, hide_token(i)))
        assert found[i] == pytest.approx(whole - alone, abs=1e-4), i


def test_a_replacement_at_some_tokens_goes_along_with_hidden_ones():
    model = tiny()
    base = [replace("hidden", 1, np.linspace(-1, 1, 32).reshape(2, 16), [3, 6])]
    found = leave_one_out(model, IDS, 9, 4, base)
    whole = _log_probability(model, 9, 4, base)
    for i in range(9):
        assert found[i] == pytest.approx(whole - _log_probability(model, 9, 4, [*base, hide_token(i)]), abs=1e-4)


def test_a_long_text_is_tried_from_some_token_on():
    model, paused = tiny(), []
    whole = leave_one_out(model, IDS, 10, 4)
    part = leave_one_out(model, IDS, 10, 4, first=6, pause=lambda: paused.append(1))
    assert np.isnan(part[:6]).all()
    np.testing.assert_allclose(part[6:10], whole[6:10], atol=1e-6)
    assert len(paused) == 1
    assert np.isnan(leave_one_out(model, IDS, 0, 4)).all()


@pytest.mark.parametrize("position, token", [(11, 0), (-1, 0), (True, 0), (0, 90), (0, -1), (0, 1.5)])
def test_what_does_not_exist_is_refused(position, token):
    for measure in (gradient_times_input, leave_one_out):
        with pytest.raises(InputError):
            measure(tiny(), IDS, position, token)


def test_agreement_compares_sizes_and_counts_signs():
    one = np.array([0.1, -0.9, 0.5, np.nan, 0.0])
    same = agreement(one, np.array([0.2, 1.8, 1.0, 5.0, 0.0]))
    assert same.correlation == pytest.approx(1) and same.count == 4 and same.opposed == 1
    reverse = agreement(np.array([1.0, 2.0, 3.0]), np.array([3.0, 2.0, 1.0]))
    assert reverse.correlation == pytest.approx(-1)
    assert reverse.token in (0, 2) and sorted(reverse.ranks) == [1, 3]
    apart = agreement(np.array([0.9, 0.5, 0.4, 0.1]), np.array([0.0, 0.5, 0.4, 0.1]))
    assert apart.token == 0 and apart.ranks == (1, 4)
    assert np.isnan(agreement(one[:2], one[:2]).correlation)
    assert np.isnan(agreement(np.ones(5), np.arange(5.0)).correlation)
    assert agreement(np.full(3, np.nan), one[:3]).token is None
