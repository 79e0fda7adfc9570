"""The arithmetic of a pass that did something otherwise: what was put there says so, and who is hidden has no share."""

import math

import numpy as np
import pytest

import gptcore
from gptcore import hide_token, lift_mask, replace, zero_attention, zero_head, zero_mlp, zero_positions
from tests.core.provenance_cases import IDS, case


def told(interventions, cell, number=0):
    model = case(number)[0]
    trace = gptcore.run_trace(model, IDS, interventions=interventions)
    return gptcore.explain(model, trace, cell), trace, model


@pytest.mark.parametrize(
    ("one", "cell", "value", "words"),
    [
        (zero_head(1, 0), ("head_out", 1, 0, 4, 3), 0, "Switched off: it is 0"),
        (zero_attention(0), ("attn_out", 0, 4, 3), 0, "Switched off: it is 0"),
        (zero_mlp(1), ("mlp_out", 1, 4, 3), 0, "Switched off: it is 0"),
        (zero_positions(), ("position_embedding", 4, 3), 0, "Switched off: it is 0"),
        (zero_mlp(1, np.full(16, 0.5)), ("mlp_out", 1, 4, 3), 0.5, "on average"),
        (zero_head(1, 1, np.full(8, 0.5)), ("head_out", 1, 1, 4, 3), 0.5, "on average"),
        (replace("hidden", 0, 0.25), ("hidden", 0, 4, 3), 0.25, "Taken from elsewhere"),
        (replace("hidden", 2, 0.25, positions=[4]), ("hidden", 2, 4, 3), 0.25, "Taken from elsewhere"),
        (replace("q", 1, np.full((2, 9, 8), 0.25)), ("q", 1, 1, 4, 3), 0.25, "Taken from elsewhere"),
        (replace("final", None, 0.25), ("final", 4, 3), 0.25, "Taken from elsewhere"),
    ],
)
@pytest.mark.parametrize("number", [0, 5])
def test_a_number_that_was_put_there_says_so_and_leads_nowhere(one, cell, value, words, number):
    found, trace, _ = told([one], cell, number)
    assert found.value == value
    assert (found.terms, found.parents, found.sources, found.n_rest) == ((), (), (), 0)
    assert ":=" in found.formula and words in found.note
    assert found.name and found.numbers.startswith("= ")
    kept = gptcore.run_trace(case(number)[0], IDS, interventions=[one], layers=[1])
    if cell[0] != "attn_out":
        assert gptcore.explain(case(number)[0], kept, cell).value == value, "a trace of some layers"
    assert trace.interventions == (one,)


def test_beside_it_all_is_computed():
    ones = [zero_head(1, 0), replace("mid", 0, 1.0, positions=[3]), replace("v", 0, 1.0, positions=[2], head=1)]
    for cell in (("head_out", 1, 1, 4, 3), ("head_out", 0, 0, 4, 3), ("mid", 0, 4, 3), ("v", 0, 1, 3, 3)):
        assert told(ones, cell)[0].parents, cell
    for cell in (("v", 0, 0, 2, 3), ("k", 0, 1, 2, 3), ("mid", 1, 3, 3)):
        assert told(ones, cell)[0].parents, cell


def test_the_last_of_two_tells_why():
    ones = [zero_mlp(0), replace("mlp_out", 0, 2.0, positions=[1])]
    assert "elsewhere" in told(ones, ("mlp_out", 0, 1, 3))[0].note
    assert "Switched off" in told(ones, ("mlp_out", 0, 2, 3))[0].note
    assert "Switched off" in told(ones[::-1], ("mlp_out", 0, 1, 3))[0].note


def test_what_reads_a_number_that_was_put_there_has_it_as_a_term():
    found, trace, model = told([zero_attention(1)], ("attn_sum", 1, 4, 3))
    assert [term.value for term in found.terms] == [trace.hidden[1, 4, 3], 0]
    assert ":=" in gptcore.explain(model, trace, found.terms[1].cell).formula


@pytest.mark.parametrize("most", [2, 12])
def test_a_hidden_token_has_no_share(most):
    ones = [hide_token(2), hide_token(0)]
    model = case(0)[0]
    trace = gptcore.run_trace(model, IDS, interventions=ones)
    masked = gptcore.explain(model, trace, ("masked_score", 1, 0, 6, 2))
    assert masked.value == -math.inf and "hidden" in masked.note
    none = gptcore.explain(model, trace, ("attention", 1, 0, 6, 2), most)
    assert none.value == 0 and "hidden" in none.note and none.parents == (("masked_score", 1, 0, 6, 2),)
    some = gptcore.explain(model, trace, ("attention", 1, 0, 6, 4), most)
    assert [cell[-1] for cell in some.parents] == [1, 3, 4, 5, 6] and "hidden" in some.note
    whole = sum(term.value for term in some.terms) + some.rest
    (power,) = [term.value for term in some.terms if term.cell == ("scores", 1, 0, 6, 4)]
    assert power / whole == pytest.approx(some.value, rel=1e-5)
    own = gptcore.explain(model, trace, ("attention", 1, 0, 2, 2), most)
    assert own.value > 0 and ("scores", 1, 0, 2, 2) in own.parents, "it still sees itself"
    later = gptcore.explain(model, trace, ("attention", 1, 0, 3, 6))
    assert "after" in later.note


def test_without_the_mask_sums_run_over_all_tokens():
    ones, weight = [lift_mask(), hide_token(6)], ("attention", 1, 0, 3, 5)
    found, trace, model = told(ones, weight)
    powers = {term.cell: term.value for term in found.terms}
    share = powers["scores", 1, 0, 3, 5] / (sum(powers.values()) + found.rest)
    assert share == pytest.approx(trace.attention[1, 0, 3, 5], rel=1e-4) and ("scores", 1, 0, 3, 6) not in powers
    assert "hidden" in gptcore.explain(model, trace, ("attention", 1, 0, 3, 6)).note
    gathered = gptcore.explain(model, trace, ("head_out", 1, 0, 0, 2), len(IDS))
    assert sum(term.value for term in gathered.terms) == pytest.approx(float(trace.head_out[1, 0, 0, 2]), abs=1e-5)
    assert len(gathered.terms) > 1, "the first token gathers from later ones"


def test_what_is_replaced_is_not_drawn_as_what_is_handed_on():
    plain, _, _ = told([], ("q", 1, 0, 4, 3))
    other, _, _ = told([replace("attn_in", 1, 0.5)], ("q", 1, 0, 4, 3))
    assert ("hidden", 1, 4, None) in plain.sources and ("hidden", 1, 4, None) not in other.sources
    assert ("attn_in", 1, 4, None) in other.sources
