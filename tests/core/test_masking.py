"""Which tokens are hidden from a masked model, and the rule that fills gaps by their neighbours."""

import numpy as np
import pytest

from gptcore.evaluate.gaps import neighbours_nats
from gptcore.model.ngram import train_bigram
from gptcore.text.masking import masked


def test_what_is_chosen_and_what_stands_there():
    draw = np.random.default_rng(1)
    ids = draw.integers(10, 1_000, (400, 100))
    may = draw.random(ids.shape) < 0.8
    hidden = masked(ids, may, 3, np.arange(10, 1_000), np.random.default_rng(2))
    assert not (hidden.chosen & ~may).any()
    assert (hidden.chosen.sum(axis=1) == np.rint(0.15 * may.sum(axis=1))).all()
    assert (hidden.ids == ids)[~hidden.chosen].all(), "only what is chosen changes"
    read, real = hidden.ids[hidden.chosen], ids[hidden.chosen]
    assert abs((read == 3).mean() - 0.8) < 0.02
    assert abs((read == real).mean() - 0.1) < 0.02
    others = read[(read != 3) & (read != real)]
    assert abs(len(others) / len(read) - 0.1) < 0.02
    assert others.min() >= 10 and len(set(others.tolist())) > 300, "drawn from the whole vocabulary"


def test_a_row_without_text_has_nothing_to_guess_and_a_short_one_has_one_token():
    may = np.array([[False] * 4, [True, False, False, False]])
    hidden = masked(np.full((2, 4), 7), may, 3, np.array([8]), np.random.default_rng(0))
    assert hidden.chosen.sum(axis=1).tolist() == [0, 1]


def test_neighbours_are_bayes_rule_on_the_bigram():
    ids = np.array([0, 1, 2, 0, 1, 3, 0, 1, 2, 2, 4, 1, 2])
    bigram = train_bigram(ids, 5)
    left, right, tokens = np.array([0, 1, 3]), np.array([2, 0, 1]), np.array([1, 2, 0])
    found = neighbours_nats(bigram, left, right, tokens)
    for i in range(3):
        before = [float(bigram.probability(left[i : i + 1], np.array([w]))[0]) for w in range(5)]
        after = [float(bigram.probability(np.array([w]), right[i : i + 1])[0]) for w in range(5)]
        joint = [one * other for one, other in zip(before, after, strict=True)]
        assert found[i] == pytest.approx(-np.log(joint[tokens[i]] / sum(joint)))
