"""Worked examples of probabilities and losses against exact arithmetic, written without gptcore's functions."""

import math
from decimal import Decimal
from fractions import Fraction

import pytest

from gptcore.errors import InputError
from gptcore.worked import checks, given
from gptcore.worked.likelihood import likelihood, renormalised, sums_to_one
from gptcore.worked.loss import combined
from gptcore.worked.scores import embed, softmax, times_columns, times_rows
from tests.core.exact import exact_softmax, fifty_digits, near, places, wrong  # noqa: F401 (a fixture)

# The cat sat


def test_cat_sat_is_log_of_24_hundredths_over_two_predictions():
    found = likelihood([0.40, 0.60])
    product = Fraction(40, 100) * Fraction(60, 100)
    total = (Decimal(product.numerator) / product.denominator).ln()
    assert near(found.total, total) and near(found.mean, total / 2)
    assert near(found.perplexity, 1 / (Decimal(24) / 100).sqrt())
    assert places((-total / 2).exp(), "0.01") == "2.04"
    assert places((-total / 3).exp(), "0.01") == "1.61"  # what dividing by three tokens would give
    assert wrong(checks.cat()) == {}


def test_each_column_of_cat_sat_is_a_distribution():
    for column in ("after The", "after The cat"):
        assert sum(Fraction(cell) for cell in given.CAT[column]) == 1
        assert sums_to_one([float(cell) for cell in given.CAT[column]])


def test_one_prediction_and_the_training_log():
    assert near(likelihood([0.3]).perplexity, Fraction(10, 3))
    assert places(Decimal("0.3").ln(), "0.001") == "-1.204"
    for mean, printed in zip(given.TRAINING_LOG["mean log P"], given.TRAINING_PERPLEXITIES, strict=True):
        assert places((-Decimal(mean)).exp(), "0.1") == printed
    assert Decimal("-2.891").exp() < 1  # what the exercise's own sign would make of its first line
    assert places(-Decimal("18.4").ln(), "0.001") == "-2.912"
    assert wrong(checks.training_log()) == {}


def test_impossible_and_certain_predictions():
    assert likelihood([0.0, 0.5]).total == -math.inf and likelihood([0.0]).perplexity == math.inf
    assert likelihood([0.0]).one_in == math.inf
    assert likelihood([1.0, 1.0]).perplexity == 1
    assert likelihood([1e-320] * 3).perplexity == math.inf
    with pytest.raises(InputError):
        likelihood([])


def test_renormalised_keeps_proportions():
    values = renormalised([0.2, 0.4, 0.1])
    assert near(sum(values), Fraction(1)) and near(values[1] / values[0], Fraction(2))
    with pytest.raises(InputError, match="all probabilities are 0"):
        renormalised([0.0, 0.0])


# I love cats


def exact_table(table: given.Table) -> list[list[Fraction]]:
    return [list(map(Fraction, cells)) for cells in zip(*(table[name] for name in given.DIMENSIONS), strict=True)]


def test_forward_pass_embeddings_and_scores():
    tokens, positions, block = map(exact_table, (given.TOKEN_TABLE, given.POSITION_TABLE, given.AFTER_BLOCK))
    start = [[a + b for a, b in zip(tokens[i], positions[t], strict=True)] for t, i in enumerate(given.SENTENCE)]
    assert start == [
        [Fraction(n, 10) for n in line] for line in ((2, 0, 5, 2), (9, 4, -3, 2), (1, 6, 4, -4))
    ]  # as printed
    ours = embed(given.SENTENCE, [list(map(float, r)) for r in tokens], [list(map(float, r)) for r in positions])
    assert all(near(a, b) for x, y in zip(ours, start, strict=True) for a, b in zip(x, y, strict=True))
    scores = [sum(a * b for a, b in zip(block[2], token, strict=True)) for token in tokens]
    assert scores == [Fraction(n, 100) for n in (-54, 43, 19, 19, 6)]
    found = times_rows([float(x) for x in block[2]], [list(map(float, token)) for token in tokens])
    assert all(near(a, b) for a, b in zip(found, scores, strict=True))


def test_the_printed_softmax_sums_to_0_944_and_has_one_wrong_divisor():
    printed = [Fraction(p) for p in ("0.098", "0.259", "0.204", "0.204", "0.179")]
    scores = ["-0.54", "0.43", "0.19", "0.19", "0.06"]
    assert sum(printed) == Fraction("0.944")
    right = exact_softmax(scores)
    assert [places(p, "0.001") for p in right] == ["0.104", "0.274", "0.216", "0.216", "0.190"]
    assert wrong(checks.forward()) == dict(
        zip((f"P({word})" for word in given.VOCABULARY), ("0.104", "0.274", "0.216", "0.216", "0.190"), strict=True)
    )
    powers = [Decimal(score).exp() for score in scores]
    half = Decimal("0.0005")
    divisors = [
        (e / (Decimal(str(float(p))) + half), e / (Decimal(str(float(p))) - half))
        for e, p in zip(powers, printed, strict=True)
    ]
    low, high = max(low for low, _ in divisors), min(high for _, high in divisors)
    assert (places(low, "0.001"), places(high, "0.001")) == ("5.924", "5.942")
    assert places(sum(powers), "0.001") == "5.600"
    twice = sum(powers) - powers[2] + powers[1]  # e^0.43 in place of one e^0.19
    assert low < twice < high and places(twice, "0.001") == "5.928"


def test_the_given_block_output_has_mean_0_but_not_variance_1():
    variances = []
    for line in exact_table(given.AFTER_BLOCK):
        assert sum(line) == 0
        variances.append(sum(x * x for x in line) / 4)
    assert variances == [Fraction("0.665"), Fraction("0.81"), Fraction("0.485")]


# chai bahut garam


def test_chai_every_digit():
    state = [Fraction(given.CHAI_STATE[n][0]) for n in ("1", "2", "3")]
    rows = [[Fraction(given.CHAI[n][i]) for n in ("1", "2", "3")] for i in range(5)]
    logits = [sum(a * b for a, b in zip(state, line, strict=True)) for line in rows]
    assert logits == [Fraction(n, 100) for n in (38, -12, 116, 54, -18)]
    right = exact_softmax([str(float(logit)) for logit in logits])
    assert [places(p, "0.001") for p in right] == ["0.181", "0.110", "0.394", "0.212", "0.103"]
    assert places(-right[2].ln(), "0.00001") == "0.93068"
    assert places(-Decimal("0.394").ln(), "0.001") == "0.931"  # rounding early does not explain 0.932 either
    assert wrong(checks.chai()) == {"loss": "0.931"}
    found = softmax([float(logit) for logit in logits])
    assert found.order[:2] == (2, 3) and near(found.loss(2), -right[2].ln())
    assert near(found.perplexity(2), 1 / right[2])


# The heads


@pytest.mark.parametrize(
    ("name", "logits", "loss"), [("course", ("0.52", "-0.315"), "0.360"), ("mathematics", ("0.69", "0.3"), "0.517")]
)
def test_heads(name, logits, loss):
    table = given.HEADS[name]
    exact = [
        sum(Fraction(a) * Fraction(b) for a, b in zip(table["h"], table[label], strict=True)) for label in given.CLASSES
    ]
    assert exact == [Fraction(logit) for logit in logits]
    right = exact_softmax(list(logits))
    assert places(-right[0].ln(), "0.001") == loss
    weights = list(zip(*(map(float, table[label]) for label in given.CLASSES), strict=True))
    found = softmax(times_columns(list(map(float, table["h"])), weights))
    assert near(found.loss(0), -right[0].ln()) and found.loss(0) > 0


def test_which_head_slips():
    assert wrong(checks.head("course")) == {"log P(positive)": "-0.360"}
    assert places(Decimal("0.697").ln(), "0.001") == "-0.361"  # the logarithm of a rounded probability
    assert wrong(checks.head("mathematics")) == {}


# L3


def test_l3_in_both_conventions():
    tokens = [Decimal(p) for p in given.OBJECTIVES["course"]["P"]]
    task, language = Decimal("0.85").ln(), sum(p.ln() for p in tokens)
    total = task + Decimal("0.5") * language / 5
    assert places(total, "0.00001") == "-1.67137" and places(language, "0.001") == "-15.088"
    assert places(task + Decimal("0.5") * language, "0.001") == "-7.707"
    assert Decimal("-0.163") + Decimal("0.5") * Decimal("-3.018") == Decimal("-1.672")  # the text's rounded parts
    assert wrong(checks.objective()) == {"L1, sum": "-15.088", "L3": "-1.671"}
    found = combined(0.85, [float(p) for p in tokens], 0.5)
    assert near(found.with_mean, total) and near(found.with_sum, task + language / 2)
    assert near(found.language_share, language / 10 / total)


def test_the_code_text_has_the_same_rule_with_the_other_sign():
    exact = -Decimal("0.72").ln() + Decimal("0.5") * Decimal("1.5")
    assert places(exact, "0.0001") == "1.0785"
    found = combined(0.72, [float(given.OBJECTIVES["code"]["P"][0])], 0.5)
    assert -found.with_mean == pytest.approx(float(exact), abs=2e-6)


def test_a_mean_of_minus_12_3_is_worse_than_an_even_guess_and_as_a_sum_it_is_too_good():
    assert Decimal("-0.45") + Decimal("0.5") * Decimal("-12.3") == Decimal("-6.6")
    assert places((Decimal("12.3") / 25).exp(), "0.01") == "1.64"
    assert places(Decimal("12.3").exp(), "1") == "219696" and Decimal("12.3").exp() > 5 * 40_478
    assert places(Decimal("-0.45") - Decimal("0.5") * Decimal("12.3") / 25, "0.001") == "-0.696"
    assert -Decimal(40_478).ln() > Decimal("-12.3")
    assert places(Decimal("-0.45").exp(), "0.001") == "0.638"


def test_no_weight_and_impossible_tokens():
    assert combined(0.5, [0.0, 0.5], 0).with_mean == combined(0.5, [1.0], 3).with_mean == math.log(0.5)
    assert combined(0.5, [0.0], 0.5).with_mean == -math.inf
    assert math.isnan(combined(0.5, [0.0], 0.5).language_share) and math.isnan(combined(1, [1], 1).language_share)
