"""Models of counts: proper distributions, equal to a slow count by dictionary and to fractions, and in order."""

import math
from collections import Counter
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from gptcore.errors import InputError
from gptcore.model.ngram import SMOOTHINGS, Bigram, train_bigram, train_unigram

V = 20


@pytest.fixture(scope="module")
def ids() -> np.ndarray:
    """A walk in which each token is mostly followed by one of three; ids 17 to 19 never occur."""
    generator = np.random.default_rng(4)
    token, walk = 0, []
    for _ in range(4_000):
        token = int(
            (token * 3 + generator.choice([1, 2, 5])) % 17 if generator.random() < 0.9 else generator.integers(17)
        )
        walk.append(token)
    return np.array(walk, dtype=np.uint16)


def _row(bigram: Bigram, context: int) -> np.ndarray:
    """(V,) probabilities after one token."""
    return bigram.probability(np.full(V, context), np.arange(V))


def _slow_kneser_ney(ids: list[int], vocab_size: int) -> np.ndarray:
    """(V, V): the formula, with dictionaries and loops."""
    pairs = Counter(pairwise(ids))
    n1, n2 = (sum(count == n for count in pairs.values()) for n in (1, 2))
    d = n1 / (n1 + 2 * n2)
    continuation = [1 + sum(w == token for _, w in pairs) for token in range(vocab_size)]
    p = np.zeros((vocab_size, vocab_size))
    for c in range(vocab_size):
        total = sum(count for (before, _), count in pairs.items() if before == c)
        types = sum(before == c for before, _ in pairs)
        for w in range(vocab_size):
            base = continuation[w] / sum(continuation)
            p[c, w] = max(pairs[c, w] - d, 0) / total + d * types / total * base if total else base
    return p


@pytest.mark.parametrize("length", [40, 300, 4_000])
def test_the_bigram_is_the_slow_one(ids, length):
    bigram, slow = train_bigram(ids[:length], V), _slow_kneser_ney(ids[:length].tolist(), V)
    np.testing.assert_allclose([_row(bigram, context) for context in range(V)], slow, atol=1e-12)
    text = ids[1_000:1_200].astype(np.int64)
    assert bigram.nats(text) == pytest.approx(-np.log(slow[text[:-1], text[1:]]).sum())


@pytest.mark.parametrize("text", [[0, 1], [5, 5, 5, 5], [0, 1, 0, 1, 0, 1], [0, 1, 2, 3, 4, 5], [19, 0]], ids=str)
def test_every_context_sums_to_one_and_nothing_is_impossible(text):
    bigram = train_bigram(np.array(text), V)
    assert 0 < bigram.discount <= 1
    for context in range(V):
        row = _row(bigram, context)
        assert row.min() > 0 and row.sum() == pytest.approx(1, abs=1e-12)


def test_a_context_never_seen_falls_back_to_the_continuation(ids):
    bigram = train_bigram(ids, V)
    np.testing.assert_allclose(_row(bigram, 18), bigram.continuation)


def test_continuation_counts_company_not_frequency():
    """ "Francisco" is frequent but follows one word only; what follows many is the better guess after a new one."""
    text = [0, 1] * 50 + [2, 3, 4, 3, 5, 3, 6, 3]
    continuation = train_bigram(np.array(text), V).continuation
    assert continuation[3] > continuation[1]


def test_structure_pays(ids):
    train, held_out = ids[:3_000], ids[3_000:]
    one, two = train_unigram(train, V).nats(held_out), train_bigram(train, V).nats(held_out)
    assert two < 0.9 * one < 0.9 * (len(held_out) - 1) * math.log(V)


def test_a_bigram_of_noise_is_about_a_unigram():
    noise = np.random.default_rng(1).integers(0, V, 60_000)
    train, held_out = noise[:50_000], noise[50_000:]
    one, two = train_unigram(train, V).nats(held_out), train_bigram(train, V).nats(held_out)
    assert one == pytest.approx((len(held_out) - 1) * math.log(V), rel=2e-3)
    assert two == pytest.approx(one, rel=2e-2)


def test_the_unigram_adds_one_to_each_count():
    unigram = train_unigram(np.array([0, 0, 0, 1]), 3)
    np.testing.assert_allclose(np.exp(unigram.log_probability), [4 / 7, 2 / 7, 1 / 7])
    assert unigram.nats(np.array([2, 0, 1])) == pytest.approx(-math.log(4 / 7) - math.log(2 / 7))


def test_the_first_token_is_not_counted(ids):
    for model in (train_unigram(ids, V), train_bigram(ids, V)):
        assert model.nats(ids[:1]) == 0
        parts = model.nats(ids[:500]) + model.nats(ids[499:1_000])
        assert parts == pytest.approx(model.nats(ids[:1_000]))


def test_a_large_vocabulary_does_not_overflow_pair_codes():
    vocab_size = 60_000
    ids = np.array([59_999, 59_998] * 3, dtype=np.uint16)
    bigram = train_bigram(ids, vocab_size)
    likely, unlikely = bigram.probability(np.full(2, 59_999), np.array([59_998, 59_999]))
    assert likely > 0.5 > unlikely > 0


@pytest.mark.parametrize("count", [0, 1])
def test_a_text_without_neighbours_is_refused(count):
    with pytest.raises(InputError, match=f"not {count};"):
        train_bigram(np.zeros(count, dtype=np.int64), V)


# "a b a c a b b" as ids 0 1 0 2 0 1 1: pairs ab 2, ba 1, ac 1, ca 1, bb 1; after a 3, after b 2, after c 1.
COUNTED = np.array([0, 1, 0, 2, 0, 1, 1])


def test_laplace_is_the_fractions_counted_by_hand():
    bigram = train_bigram(COUNTED, 4, "laplace", added=1.0)
    wanted = [[1, 3, 2, 1], [2, 2, 1, 1], [2, 1, 1, 1], [1, 1, 1, 1]]
    by_hand = [[Fraction(n, sum(row)) for n in row] for row in wanted]
    np.testing.assert_allclose(bigram.rows(np.arange(4)), np.array(by_hand, dtype=float), rtol=1e-15)
    half = train_bigram(COUNTED, 4, "laplace", added=0.5)
    assert half.probability(np.array([0]), np.array([1]))[0] == pytest.approx(float(Fraction(5, 10)), rel=1e-15)


def test_kneser_ney_is_the_fractions_counted_by_hand():
    """d = 4 / (4 + 2 * 1) = 2/3; b was after a and b, a after b and c, c after a; each with one more of 5 + 4."""
    d, base = Fraction(2, 3), [Fraction(3, 9), Fraction(3, 9), Fraction(2, 9), Fraction(1, 9)]
    counts = [[0, 2, 1, 0], [1, 1, 0, 0], [1, 0, 0, 0]]
    by_hand = [
        [max(n - d, 0) / sum(row) + d * sum(map(bool, row)) / sum(row) * base[w] for w, n in enumerate(row)]
        for row in counts
    ]
    rows = train_bigram(COUNTED, 4).rows(np.arange(4))
    np.testing.assert_allclose(rows, np.array([*by_hand, base], dtype=float), rtol=1e-14)


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
def test_rows_are_the_probabilities_of_each_pair(ids, smoothing):
    bigram = train_bigram(ids[:500], V, smoothing, 0.1)
    rows = bigram.rows(np.array([3, 19, 3, 0]))
    for row, context in zip(rows, (3, 19, 3, 0), strict=True):
        np.testing.assert_allclose(row, _row(bigram, context), rtol=1e-12)
        assert row.sum() == pytest.approx(1, abs=1e-12) and row.min() > 0


@pytest.mark.parametrize(
    ("ids", "changes", "message"),
    [
        ([0, 4], {}, "outside the vocabulary"),
        ([0, 1], {"smoothing": "none"}, "smoothing must be one of"),
        ([0, 1], {"smoothing": "laplace", "added": 0.0}, "added must be"),
        ([0, 1], {"smoothing": "laplace", "added": math.nan}, "added must be"),
    ],
)
def test_what_cannot_be_counted_or_smoothed_is_refused(ids, changes, message):
    with pytest.raises(InputError, match=message):
        train_bigram(np.array(ids), 4, **changes)
