"""What holds for any numbers in the worked examples, and how a learner's cells are read."""

import math
from fractions import Fraction

import pytest

from gptcore.errors import InputError
from gptcore.worked import checks
from gptcore.worked.cells import read_all, read_count, read_number, read_probability
from gptcore.worked.scores import dot, softmax
from tests.core.exact import exact_softmax, fifty_digits, near, places, wrong  # noqa: F401 (a fixture)

# Properties


@pytest.mark.parametrize("logits", [[0.0], [1, 2, 3], [-5, 0, 5], [1000, 999, -1000], [3e6, 0], [0.1] * 7])
def test_softmax_sums_to_one_and_ignores_a_shift(logits):
    found = softmax(logits)
    assert near(math.fsum(found.probabilities), Fraction(1))
    assert all(near(e / found.total, Fraction(p)) for e, p in zip(found.exponentials, found.probabilities, strict=True))
    moved = softmax([z + 7 for z in logits])
    assert moved.probabilities == pytest.approx(found.probabilities, rel=1e-9)
    assert all(math.isfinite(log) for log in found.log_probabilities)
    assert found.probabilities[found.order[0]] == max(found.probabilities)


def test_softmax_and_dot_refuse_what_makes_no_sense():
    with pytest.raises(InputError):
        softmax([])
    with pytest.raises(InputError, match="of 2 numbers"):
        dot([1, 2], [1])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.4", 0.4),
        (" .5 ", 0.5),
        ("0,4", 0.4),
        ("−2", -2),
        ("1/3", 1 / 3),
        ("40 %", 0.4),
        ("0.2 %", 0.002),
        ("2.5e-4", 2.5e-4),
        ("+1.", 1),
        ("-1/4", -0.25),
        ("0,125", 0.125),
    ],
)
def test_cells_are_read(text, value):
    assert read_number(text, "x") == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(
    "text",
    ["abc", "", None, "  ", "nan", "inf", "1e999", "1/0", "0.4.1", "1 2", "--1", "5000", "٣", "1e5", "%", "/", "0x10"],
)
def test_cells_that_are_no_number_say_so(text):
    with pytest.raises(InputError, match=r"^The cell "):
        read_number(text, "The cell")


def test_probabilities_and_counts_have_their_own_words():
    with pytest.raises(InputError, match="never negative"):
        read_probability("-0.2", "P(cat)")
    with pytest.raises(InputError, match="at most 1"):
        read_probability("1.2", "P(cat)")
    assert read_count("40,478", "x", 10**6) == 40_478
    for text in ("1.5", "0", "-3", "2,000,000"):
        with pytest.raises(InputError):
            read_count(text, "x", 10**6)


def test_many_bad_cells_are_told_at_once():
    with pytest.raises(InputError) as told:
        read_all(read_number, ["1", "a", "b", "c", "d"], list("vwxyz"))
    assert [line.split()[0] for line in str(told.value).splitlines()] == ["w", "x", "y", "And"]


def test_a_half_rounds_up_as_on_paper():
    assert checks.Check("q", "74.7", 74.65).agrees and checks.Check("q", "-0.5", -0.45).agrees
    assert not checks.Check("q", "0.932", 0.93068).agrees
    assert checks.Check("q", "40,000", 40_478.0).rounded == "40,478"
