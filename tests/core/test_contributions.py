"""Direct contributions: they add up to the logit difference, and each is what its part's output becomes on its way."""

import numpy as np
import pytest
import torch

import gptcore
from gptcore.effects.contributions import PARTS, contributions
from gptcore.errors import InputError
from gptcore.model.gpt import GPT
from gptcore.trace.trace import run_trace
from tests.core.conftest import tiny
from tests.core.float64_gpt import forward

IDS = np.array([5, 9, 3, 5, 9, 7, 5, 2, 3])
SHAPES = {
    "GPT-1": {},
    "GPT-2": {"norm": "pre", "n_layer": 3},
    "untied": {"tied": False},
    "no positions": {"positions": "none"},
    "sinusoids": {"positions": "sinusoidal", "norm": "pre", "tied": False},
    "one head, one layer": {"n_head": 1, "n_layer": 1},
}
INTERVENTIONS = {
    "head": [gptcore.zero_head(1, 0)],
    "head's mean": [gptcore.zero_head(0, 1, np.linspace(-1, 1, 8))],
    "attention": [gptcore.zero_attention(0)],
    "attention's mean": [gptcore.zero_attention(1, np.linspace(-1, 1, 16))],
    "feed-forward": [gptcore.zero_mlp(1)],
    "positions and a token": [gptcore.zero_positions(), gptcore.hide_token(2)],
    "a state on the way": [gptcore.replace("hidden", 1, np.linspace(-2, 1, 16))],
    "a state elsewhere": [gptcore.replace("hidden", 1, np.linspace(-2, 1, 16), [2])],
    "the first state": [gptcore.replace("hidden", 0, np.linspace(-2, 1, 16))],
    "between the halves": [gptcore.replace("mid", 1, np.linspace(-2, 1, 16)), gptcore.zero_head(1, 0)],
    "the last state": [gptcore.replace("final", None, np.linspace(-2, 1, 16))],
    "what is read": [gptcore.replace("mlp_in", 0, 0.5), gptcore.replace("attn_in", 1, 0.25)],
}


def _shaken(seed: int, **shape) -> GPT:
    """With gains, biases and everything else away from where they start."""
    model = tiny(seed, **shape)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for weights in model.parameters():
            weights += 0.2 * torch.randn(weights.shape, generator=generator)
    return model


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("seed", range(3))
def test_they_add_up_to_the_logit_difference(shape, seed):
    model = _shaken(seed, **shape)
    exact = forward(model, IDS)["logit"]
    trace = run_trace(model, IDS, PARTS)
    for position in (0, 4, -1):
        for token, other in ((5, 9), (80, 2), (7, None)):
            wanted = exact[position, token] - (0 if other is None else exact[position, other])
            found = gptcore.contributions(model, trace, position, token, other)
            assert found.total == pytest.approx(wanted, rel=1e-4, abs=1e-5)
            assert found.position == position % len(IDS)


@pytest.mark.parametrize("interventions", INTERVENTIONS.values(), ids=INTERVENTIONS)
@pytest.mark.parametrize("norm", ["post", "pre"])
def test_they_add_up_under_interventions(interventions, norm):
    model = _shaken(4, norm=norm)
    trace = run_trace(model, IDS, (*PARTS, "logits"), interventions=interventions)
    for position in (2, -1):
        found = contributions(model, trace, position, 5, 9)
        wanted = float(trace.logits[position, 5]) - float(trace.logits[position, 9])
        assert found.total == pytest.approx(wanted, rel=1e-4, abs=1e-5)


def test_what_is_off_pushes_nothing():
    model = _shaken(4)
    off = [gptcore.zero_head(1, 0), gptcore.zero_attention(0), gptcore.zero_mlp(1), gptcore.zero_positions()]
    found = contributions(model, run_trace(model, IDS, PARTS, interventions=off), -1, 5, 9)
    assert found.heads[1, 0] == found.mlp[1] == found.position_embedding == found.attention_bias[0] == 0
    assert (found.heads[0] == 0).all() and found.heads[1, 1] != 0 and found.mlp[0] != 0
    state = [gptcore.replace("hidden", 1, np.linspace(-2, 1, 16))]
    found = contributions(model, run_trace(model, IDS, PARTS, interventions=state), -1, 5, 9)
    assert found.replaced != 0 and found.heads[1, 1] != 0
    assert found.token_embedding == found.heads[0, 0] == found.mlp[0] == found.norms[0, 1] == 0


@pytest.mark.parametrize("norm", ["post", "pre"])
def test_each_is_what_its_output_becomes_on_its_way_to_the_logits(norm):
    """Forward here, where the function walks back: an output alone, through each LayerNorm held fixed."""
    model = _shaken(5, norm=norm)
    trace, exact = run_trace(model, IDS, PARTS), forward(model, IDS)
    w = {name: value.detach().numpy().astype(np.float64) for name, value in model.named_parameters()}
    found = contributions(model, trace, 6, 5, 9)

    def fixed(vector, name):
        scaled = (vector - vector.mean()) / exact[f"std/{name}"][6]
        return scaled * w[f"{name}.weight"]

    def arrives(vector, norms):
        for name in norms:
            vector = fixed(vector, name)
        return vector @ (w["token_embedding.weight"][5] - w["token_embedding.weight"][9])

    names = [f"blocks.{layer}.ln_{half}" for layer in range(2) for half in (1, 2)] if norm == "post" else ["final_norm"]
    for layer in range(2):
        after = names[2 * layer :] if norm == "post" else names
        for head in range(2):
            columns = w[f"blocks.{layer}.attn.proj.weight"][:, 8 * head : 8 * head + 8]
            said = arrives(columns @ exact["head_out"][layer, head, 6], after)
            assert found.heads[layer, head] == pytest.approx(said, rel=1e-4, abs=1e-5)
        bias = arrives(w[f"blocks.{layer}.attn.proj.bias"], after)
        assert found.attention_bias[layer] == pytest.approx(bias, rel=1e-4, abs=1e-5)
        after = after[1:] if norm == "post" else after
        assert found.mlp[layer] == pytest.approx(arrives(exact["mlp_out"][layer, 6], after), rel=1e-4, abs=1e-5)
        if norm == "post":
            second = arrives(w[f"blocks.{layer}.ln_2.bias"], after[1:])
            assert found.norms[layer, 1] == pytest.approx(second, rel=1e-4, abs=1e-5)
    assert found.token_embedding == pytest.approx(arrives(exact["token_embedding"][6], names), rel=1e-4, abs=1e-5)
    assert found.position_embedding == pytest.approx(arrives(exact["position_embedding"][6], names), rel=1e-4, abs=1e-5)


def test_the_other_way_round_has_the_other_sign():
    model = _shaken(1)
    trace = run_trace(model, IDS, PARTS)
    one, other = contributions(model, trace, 3, 5, 9), contributions(model, trace, 3, 9, 5)
    np.testing.assert_allclose(one.heads, -other.heads, atol=1e-9)
    assert contributions(model, trace, 3, 5, 5).total == 0


@pytest.mark.parametrize(
    ("position", "token", "other", "complaint"),
    [(9, 1, 2, "no position 9"), (-10, 1, 2, "no position"), (0, 90, 2, "no token 90"), (0, 1, -1, "no token -1")],
)
def test_what_is_not_there_is_refused(position, token, other, complaint):
    model = tiny()
    with pytest.raises(InputError, match=complaint):
        contributions(model, run_trace(model, IDS, PARTS), position, token, other)


def test_a_trace_of_less_is_refused():
    model = tiny()
    with pytest.raises(InputError, match="all layers"):
        contributions(model, run_trace(model, IDS, PARTS, layers=[1]), 0, 1, 2)
    with pytest.raises(InputError, match="head_out"):
        contributions(model, run_trace(model, IDS, [part for part in PARTS if part != "head_out"]), 0, 1, 2)


def test_every_part_has_a_name_and_the_strongest_come_first():
    model = _shaken(2, norm="post")
    found = contributions(model, run_trace(model, IDS, PARTS), -1, 5, 9)
    assert len(found.by_name) == 4 + 2 * (2 + 2 + 1 + 1)
    assert found.by_name["head", 1, 0] == found.heads[1, 0]
    strongest = found.strongest(5)
    sizes = [abs(value) for _, value in strongest]
    assert sizes == sorted(map(abs, found.by_name.values()), reverse=True)[:5]
    assert ("final_norm",) not in dict(found.strongest(99))  # a post-norm model has none
    of_groups = found.heads.sum() + found.mlp.sum() + found.biases + found.token_embedding + found.position_embedding
    assert found.total == pytest.approx(of_groups)
