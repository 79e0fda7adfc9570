"""Which tokens are set against each other where nobody has named them."""

import numpy as np

from gptcore.effects.rivals import two_answers, two_rivals


def test_two_texts_answers_are_what_each_makes_likeliest():
    assert two_answers(np.array([0.0, 3, 2, 1]), np.array([0.0, 1, 2, 3])) == (1, 3)


def test_where_that_is_the_same_token_what_each_favours_most_is_taken():
    first, second = np.array([5.0, 3, 1, 0]), np.array([5.0, 1, 3, 0])
    assert two_answers(first, second) == (1, 2)
    assert two_answers(first + 7, second) == (1, 2)  # logits are the same but for a constant
    rare = np.full(40, -9.0)  # a token that both make most unlikely is no answer, however much it differs
    assert two_answers(np.r_[first, rare, -50], np.r_[second, rare, -90]) == (1, 2)


def test_equal_texts_have_their_two_likeliest():
    logits = np.array([0.0, 3, 2, 1])
    assert two_answers(logits, logits) == (1, 2)


def test_rivals():
    logits = np.array([0.0, 3, 2, 1])
    assert two_rivals(logits) == (1, 2)
    assert two_rivals(logits, own=3) == (3, 1)
    assert two_rivals(logits, own=1) == (1, 2)
    assert two_rivals(logits[:1]) == (0, 0)
