"""Where numbers come from: every kind of cell beside float64, its terms, its parents, what a trace must have for it."""

import math

import numpy as np
import pytest

import gptcore
from gptcore.errors import InputError
from gptcore.model.capture import PARTS
from gptcore.provenance.cells import KINDS
from gptcore.provenance.needs import needs
from tests.core.float64_gpt import sampled
from tests.core.provenance_cases import EVERY, IDS, PER_KIND, PLAIN, case, random_cells

PARTS_OF_KIND = {kind: "logits" if kind == "logit" else kind for kind in KINDS}


def expected(cell, reference):
    """A cell in float64, and how large its like are."""
    kind, *at = cell
    if kind == "sampled":
        return sampled(reference["logit"][at[0]], *at[2:])[at[1]], 1.0
    if kind in ("mean", "std", "normalised"):
        array, at = reference[f"{kind}/{at[0]}"], at[1:]
    else:
        array = reference[kind]
    finite = array[np.isfinite(array)]
    return float(array[tuple(at)]), max(1.0, np.abs(finite).max())


def test_a_thousand_random_cells_agree_with_float64():
    compared = 0
    for number in EVERY:
        model, trace, reference = case(number)
        for cell in random_cells(number):
            found, (value, size) = gptcore.explain(model, trace, cell), expected(cell, reference)
            assert found.cell == cell
            assert found.value == value or abs(found.value - value) <= 1e-5 * size, (cell, found.value, value)
            compared += 1
    assert compared >= 2_000


@pytest.mark.parametrize("number", EVERY)
def test_a_value_is_the_number_of_the_traces_array(number):
    model, trace, _ = case(number)
    arrays = 0
    for cell in random_cells(number):
        kind, *at = cell
        array = {"masked_score": trace.masked_scores}.get(kind, getattr(trace, PARTS_OF_KIND[kind], None))
        if array is not None:
            assert gptcore.explain(model, trace, cell).value == float(array[tuple(at)]), cell
            arrays += 1
    assert arrays > 20 * PER_KIND - 10


# Of these the terms add up to what a formula puts below a line or under a root, or do not add up.
OTHER = {
    *("scores", "attention", "weighted_value", "mlp_act", "mean", "std", "normalised", "probability", "sampled"),
    *("surprisal", "surprisal_bits", "mean_surprisal", "perplexity", "position_embedding"),
}


@pytest.mark.parametrize("number", EVERY)
@pytest.mark.parametrize("most", [1, 4, 12, 10_000])
def test_the_terms_of_a_sum_and_its_rest_add_up_to_it(number, most):
    model, trace, _ = case(number)
    for cell in random_cells(number, 2):
        found = gptcore.explain(model, trace, cell, most)
        listed = [term.value for term in found.terms]
        if cell[0] not in OTHER and math.isfinite(found.value) and not was_put_there(found):
            size = max(1.0, *map(abs, listed), abs(found.rest))
            assert abs(sum(listed) + found.rest - found.value) <= 1e-5 * size, cell
        if found.n_rest:
            assert len(found.terms) <= max(2, most), cell
            assert most < 10_000
        else:
            assert found.rest == 0


def was_put_there(found) -> bool:
    return ":=" in found.formula


def test_long_sums_list_the_largest_first_and_always_the_bias():
    model, trace, _ = case(0)
    found = gptcore.explain(model, trace, ("q", 1, 1, 7, 3), 5)
    *products, bias = found.terms
    assert bias.cell == ("weight", "blocks.1.attn.qkv.bias", 8 + 3)
    assert (len(products), found.n_rest, len(found.parents)) == (4, 12, 33)
    every = trace.attn_in[1, 7].astype(float) * model.blocks[1].attn.qkv.weight[11].detach().numpy().astype(float)
    largest = sorted(every, key=abs, reverse=True)[:4]
    assert [term.value for term in products] == pytest.approx(largest)
    assert products[0].cell[0] == "product"


@pytest.mark.parametrize("number", PLAIN)
def test_the_powers_of_a_softmax_are_listed_with_its_own(number):
    model, trace, reference = case(number)
    for cell in (("attention", 1, 0, 8, 2), ("probability", 6, int(reference["logit"][6].argmin()))):
        found = gptcore.explain(model, trace, cell, 3)
        whole = sum(term.value for term in found.terms) + found.rest
        own = ("scores", *cell[1:]) if cell[0] == "attention" else ("logit", *cell[1:])
        (power,) = [term.value for term in found.terms if term.cell == own]
        assert power / whole == pytest.approx(found.value, rel=1e-5)
        assert found.n_rest == len(found.parents) - 3


def test_mean_and_standard_deviation_are_those_of_their_terms():
    model, trace, _ = case(1)
    for kind in ("mean", "std"):
        found = gptcore.explain(model, trace, (kind, "blocks.1.ln_2", 5), 4)
        average = (sum(term.value for term in found.terms) + found.rest) / 16
        assert found.value == pytest.approx(average if kind == "mean" else math.sqrt(average + 0.1))


@pytest.mark.parametrize("number", EVERY)
def test_all_that_a_number_comes_from_can_be_explained_down_to_weights(number):
    model, trace, _ = case(number)
    draw = np.random.default_rng(number)
    ends = set()
    for cell in random_cells(number, 2):
        for _ in range(200):
            found = gptcore.explain(model, trace, cell)
            parents = set(found.parents)
            for term in found.terms:
                if term.cell is not None:
                    factors = term.cell[1:] if term.cell[0] == "product" else (term.cell,)
                    assert parents.issuperset(factors), (cell, term)
                    is_computed_on = "max" in term.label or "²" in term.label
                    if not is_computed_on and math.isfinite(term.value):
                        value = gptcore.explain(model, trace, term.cell).value
                        assert value == pytest.approx(term.value, rel=1e-5, abs=1e-5), (cell, term)
            if not parents:
                break
            cell = found.parents[draw.integers(len(found.parents))]
        else:
            pytest.fail(f"{cell} leads nowhere")
        ends.add("put there" if was_put_there(found) else cell[0])
    assert ends <= {"weight", "position_embedding"} | (set() if number in PLAIN else {"put there"})
    assert "weight" in ends


def matches(pattern, cell):
    return len(pattern) == len(cell) and all(want in (None, have) for want, have in zip(pattern, cell, strict=True))


@pytest.mark.parametrize("number", [0, 5, 8, 13])
def test_parents_lie_in_the_sources(number):
    model, trace, _ = case(number)
    for cell in random_cells(number, 1):
        found = gptcore.explain(model, trace, cell)
        for parent in found.parents:
            assert any(matches(source, parent) for source in found.sources), (cell, parent)


@pytest.mark.parametrize("number", [0, 2, 5, 6, 9, 12])
def test_a_trace_of_what_is_needed_is_enough(number):
    model, whole, _ = case(number)
    for cell in random_cells(number, 1):
        parts, layer = needs(model.config, cell)
        assert set(parts) < set(PARTS)
        assert len(parts) <= 3
        trace = gptcore.run_trace(
            model, IDS, parts, None if layer is None else [layer], interventions=whole.interventions
        )
        assert gptcore.explain(model, trace, cell).value == pytest.approx(
            gptcore.explain(model, whole, cell).value, rel=1e-4, abs=1e-5
        )


def test_what_a_product_needs_is_what_both_factors_need():
    config = case(0)[0].config
    assert needs(config, ("product", ("q", 1, 0, 3, 2), ("k", 1, 0, 2, 2))) == (("q", "attn_in", "k"), 1)
    assert needs(config, ("product", ("final", 3, 2), ("weight", "token_embedding.weight", 3, 2))) == (("final",), None)
    assert needs(config, ("product", ("q", 1, 0, 3, 2), ("k", 0, 0, 2, 2)))[1] is None


def test_a_part_that_was_not_recorded_is_asked_for():
    model, _, _ = case(0)
    with pytest.raises(InputError, match="has no scores"):
        gptcore.explain(model, gptcore.run_trace(model, IDS, ["attention"]), ("attention", 0, 0, 3, 2))
    with pytest.raises(InputError, match="no layer 0"):
        gptcore.explain(model, gptcore.run_trace(model, IDS, PARTS, [1]), ("attention", 0, 0, 3, 2))


def test_one_token_alone_has_no_perplexity():
    model, _, _ = case(0)
    trace = gptcore.run_trace(model, IDS[:1])
    for kind in ("mean_surprisal", "perplexity"):
        with pytest.raises(InputError, match="one token"):
            gptcore.explain(model, trace, (kind,))
    assert gptcore.explain(model, trace, ("attention", 0, 0, 0, 0)).value == 1


def test_what_is_masked_or_cut_says_why():
    model, trace, reference = case(0)
    masked = gptcore.explain(model, trace, ("attention", 0, 0, 3, 5))
    assert (masked.value, masked.parents) == (0, (("masked_score", 0, 0, 3, 5),))
    assert "after" in masked.note
    assert gptcore.explain(model, trace, masked.parents[0]).value == -math.inf
    order = np.argsort(-reference["logit"][3])
    assert "Top-k 5" in gptcore.explain(model, trace, ("sampled", 3, int(order[6]), 1.0, 5, 1)).note
    assert "Top-p 0.1" in gptcore.explain(model, trace, ("sampled", 3, int(order[-1]), 1.0, 0, 0.1)).note
    greedy = [gptcore.explain(model, trace, ("sampled", 3, int(order[i]), 0, 0, 1)).value for i in (0, 1)]
    assert greedy == [1, 0]


def test_a_weight_tells_what_it_joins():
    model, trace, _ = case(0)
    found = gptcore.explain(model, trace, ("weight", "blocks.1.attn.qkv.weight", 16 + 8 + 3, 10))
    assert (found.terms, found.parents) == ((), ())
    assert found.note.startswith("blocks.1.attn.qkv.weight[27, 10]: from number 11")
    assert "number 4 of the key of head 2 in layer 2" in found.note
    assert "reads the same table" in gptcore.explain(model, trace, ("weight", "token_embedding.weight", 3, 1)).note
    for number in PLAIN:
        model, trace, _ = case(number)
        for name, value in model.state_dict().items():
            index = tuple(size - 1 for size in value.shape)
            found = gptcore.explain(model, trace, ("weight", name, *index))
            assert found.value == float(value[index])
            assert len(found.note) > len(name) + 20
