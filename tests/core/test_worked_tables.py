"""Worked examples of counts, rows, a bigram, LayerNorm, schedules and table 5 against exact arithmetic."""

import math
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from gptcore.config import ModelConfig
from gptcore.errors import InputError
from gptcore.worked import checks, given
from gptcore.worked.ablations import compare
from gptcore.worked.bigram import bigram
from gptcore.worked.layernorm import gelu_exact, gelu_tanh, layer_norm
from gptcore.worked.likelihood import likelihood
from gptcore.worked.parameters import counts
from gptcore.worked.rows import choice_rows, row
from gptcore.worked.schedule import fine_tuning, milestones, pretraining
from tests.core.exact import exact_softmax, fifty_digits, near, places, wrong  # noqa: F401 (a fixture)

# Parameters


def test_parameter_counts():
    found = counts(ModelConfig.preset("gpt1"), 3)
    block = 768 * 3 * 768 + 3 * 768 + 768 * 768 + 768 + 768 * 3072 + 3072 + 3072 * 768 + 768 + 2 * 2 * 768
    assert found.tokens == found.saved_by_tying == 40_478 * 768 == 31_087_104
    assert found.embeddings == (40_478 + 512) * 768 == 31_480_320
    assert found.model == 31_480_320 + 12 * block == 116_534_784
    assert found.head == found.special == 2_304
    assert counts(ModelConfig.preset("gpt1"), 4).head == 3_072
    assert places(100 * Decimal(3_072) / found.model, "0.0001") == "0.0026"
    rounded = counts(ModelConfig.preset("gpt1", vocab_size=given.ROUNDED_VOCABULARY), 3)
    assert (rounded.embeddings, rounded.saved_by_tying) == (31_113_216, 30_720_000)
    assert wrong(checks.parameters()) == {"vocabulary": "40,478"}


# Rows


def test_the_entailment_row_has_18_tokens():
    tokens = row([given.PREMISE, given.HYPOTHESIS], ["The premise", "The hypothesis"])
    assert len(tokens) == 1 + 8 + 1 + 7 + 1 == 18
    assert [tokens.index(token) for token in tokens if token.part is None] == [0, 9, 17]
    assert [token.role for token in tokens if token.part is None] == ["start", "delimiter", "extract"]
    assert wrong(checks.entailment()) == {"tokens": "18", "position of [Extract]": "17"}


def test_marie_curie_has_a_row_per_answer_with_one_delimiter():
    rows = choice_rows(given.DOCUMENT, given.QUESTION, given.ANSWERS["answer"])
    texts = [" ".join(token.text for token in tokens) for tokens in rows]
    for answer, text in zip(given.ANSWERS["answer"], texts, strict=True):
        assert text == f"[Start] {given.DOCUMENT} {given.QUESTION} [Delim] {answer} [Extract]"
    assert [len(tokens) for tokens in rows] == [1 + 6 + 5 + 1 + 1 + 1] * 3


@pytest.mark.parametrize("texts", [("", "b"), ("a", " \n "), ("a " * 201, "b")])
def test_rows_refuse_empty_and_endless_texts(texts):
    with pytest.raises(InputError, match=r"^(One|Two) "):
        row(texts, ["One", "Two"])


# Bigram


def exact_bigram(sentences: list[str], smoothing: int) -> dict[tuple[str, str], Fraction]:
    pairs = [pair for s in sentences for pair in zip(["[START]", *s.split()], [*s.split(), "[END]"], strict=True)]
    words = {word for pair in pairs for word in pair}
    return {
        (a, b): Fraction(pairs.count((a, b)) + smoothing, sum(x == a for x, _ in pairs) + smoothing * len(words))
        for a in words
        for b in words
    }


def test_bigram_with_smoothing():
    sentences = [sentence for sentence in given.BIGRAM_SENTENCES["sentence"] if sentence]
    exact = exact_bigram(sentences, 1)
    model = bigram([sentence.split() for sentence in sentences], 1)
    for (previous, following), probability in exact.items():
        assert near(model.probability(previous, following), probability)
    assert sum(exact["chai", word] for word in ("chai", "garam", "hai", "[START]", "[END]")) == Fraction(1, 2)
    path = ["[START]", *given.BIGRAM_PATH.split(), "[END]"]
    product = math.prod(exact[pair] for pair in pairwise(path))
    assert product == Fraction(1, 450)
    assert near(likelihood(model.sentence(given.BIGRAM_PATH.split())).probability, product)
    assert all(near(sum(line), Fraction(1)) for line in model.probabilities)


def test_the_snippet_with_its_seed_writes_chai_alone():
    model = bigram([sentence.split() for sentence in given.BIGRAM_SENTENCES["sentence"]], 1)
    random, written = np.random.RandomState(42), ["[START]"]
    while written[-1] != "[END]":
        index = model.vocabulary.index(written[-1])
        written.append(model.vocabulary[random.choice(len(model.vocabulary), p=model.probabilities[index])])
    assert written == ["[START]", "chai", "[END]"]


def test_bigram_without_smoothing_and_its_limits():
    model = bigram([["a", "b"]], 0)
    assert model.sentence(["a", "b"]) == (1, 1, 1) and model.probability("[END]", "a") == 0
    with pytest.raises(InputError, match="none of the sentences"):
        model.sentence(["c"])
    with pytest.raises(InputError, match="All sentences are empty"):
        bigram([[]], 1)
    with pytest.raises(InputError, match="11 different words"):
        bigram([[str(i) for i in range(11)]], 1)


# LayerNorm, GELU


def test_layer_norm_exactly():
    vector = [Fraction(x) for x in given.NORM["x"]]
    found = layer_norm([float(x) for x in vector], [1, 1, 2, 1], [0, 0, 0, 3], given.NORM_EPS)
    mean = sum(vector) / 4
    variance = sum((x - mean) ** 2 for x in vector) / 4
    assert (mean, variance) == (0, Fraction("0.485"))
    scale = (Decimal("0.485") + Decimal("0.00001")).sqrt()
    for ours, x, gain, bias in zip(
        found.output, ("-0.2", "0.9", "-1.0", "0.3"), (1, 1, 2, 1), (0, 0, 0, 3), strict=True
    ):
        assert near(ours, Decimal(x) / scale * gain + bias)
    assert layer_norm([2, 2], [1, 1], [0, 0], 1e-5).output == (0, 0)


def test_gelu_forms_differ_by_less_than_a_thousandth():
    xs = [i / 100 for i in range(-600, 601)]
    assert 1e-4 < max(abs(gelu_exact(x) - gelu_tanh(x)) for x in xs) < 1e-3
    assert gelu_tanh(0) == gelu_exact(0) == 0
    assert all(near(gelu_tanh(x) - gelu_tanh(-x), Fraction(x)) for x in xs)


# Learning rates


def test_schedules():
    plan = pretraining(2.5e-4, 2000, 100_000)
    assert near(plan.rate(1000), Fraction("0.00025") / 2) and near(plan.rate(2000), Fraction("0.00025"))
    assert near(plan.rate(2000 + 98_000 // 2 + 1), Fraction("0.00025") / 2)  # half of the cosine
    assert near(plan.rate(100_000), Fraction(0), 1e-9)
    assert milestones(plan) == (1, 1000, 2000, 26_500, 51_000, 75_500, 100_000)
    short = fine_tuning(2490, 32, 3, 6.25e-5, 0.002)
    assert (short.steps, short.warmup) == (234, 0) and short.rate(1) == 6.25e-5
    assert Fraction("0.00025") / Fraction("0.0000625") == 4 and 64 * 512 == 32_768
    with pytest.raises(InputError, match="make the run longer"):
        pretraining(1e-3, 10, 10)


# Table 5


def test_table_5():
    columns = {name: [Fraction(x) for x in given.ABLATIONS[name]] for name in given.PRINTED_MEANS}
    means = {name: sum(column) / 8 for name, column in columns.items()}
    assert means == {
        "full": Fraction("74.65"),
        "no pre-training": Fraction("59.925"),
        "no LM loss": Fraction("75.025"),
        "LSTM": Fraction("69.1625"),
    }
    found = compare([float(x) for x in columns["full"]], [float(x) for x in columns["no LM loss"]])
    assert near(found.difference, Fraction("-0.375"))
    gains = dict(
        zip(given.TASKS, (a - b for a, b in zip(columns["full"], columns["no LM loss"], strict=True)), strict=True)
    )
    assert [task for task, gain in gains.items() if gain > 0] == ["QQP", "MNLI", "QNLI", "RTE"]
    assert gains["RTE"] == Fraction("1.6") == max(gains.values()) and gains["MNLI"] == Fraction("0.7")
    assert (gains["QQP"], gains["QNLI"]) == (Fraction("0.5"), Fraction("1.2"))
    assert [round(100 * Decimal(x) / Decimal("74.7"), 1) for x in ("14.8", "5.6")] == [Decimal("19.8"), Decimal("7.5")]
    assert wrong(checks.ablations()) == {"average, LSTM": "69.2"}
    assert means["LSTM"] - Fraction("0.05") < Fraction("69.15")  # rounding of its eight scores may explain 69.1
