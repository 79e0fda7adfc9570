"""Two readings side by side: alignment, differences of surprisal and of attention, KL divergence, by properties."""

import itertools
import math
import time

import numpy as np
import pytest
import torch

from gptcore.errors import InputError
from gptcore.measures import TokenScores, kl_divergence, token_scores
from gptcore.trace.comparing import (
    align,
    both,
    counterpart,
    moved,
    pool_signed,
    stretches,
    surprise,
    surprise_by_stretch,
    weights_apart,
)
from gptcore.trace.trace import run_trace
from tests.core.conftest import tiny

RANDOM = np.random.default_rng(5)


def _edited(ids: list[int]) -> list[int]:
    """A few tokens changed, left out or put in, somewhere."""
    ids = list(ids)
    for _ in range(RANDOM.integers(0, 4)):
        at, n = RANDOM.integers(0, len(ids) + 1), RANDOM.integers(0, 3)
        ids[at : at + n] = RANDOM.integers(0, 6, RANDOM.integers(0, 3)).tolist()
    return ids


@pytest.mark.parametrize("case", range(60))
def test_every_token_of_both_texts_is_in_the_alignment_once_and_in_order(case):
    ids = RANDOM.integers(0, 6, RANDOM.integers(0, 14)).tolist()
    others = _edited(ids)
    pairs = align(ids, others)
    assert [i for i, _ in pairs if i is not None] == list(range(len(ids)))
    assert [j for _, j in pairs if j is not None] == list(range(len(others)))
    assert all(pair != (None, None) for pair in pairs)
    for i, j in pairs:  # read from the other side, the same tokens are common
        assert i is None or counterpart(pairs, i) == j


@pytest.mark.parametrize(
    ("ids", "others", "expected"),
    [
        ([1, 2, 3], [1, 2, 3], [(0, 0), (1, 1), (2, 2)]),
        ([1, 2, 3], [1, 9, 3], [(0, 0), (1, 1), (2, 2)]),
        ([1, 2, 3, 4], [1, 2, 3], [(0, 0), (1, 1), (2, 2), (3, None)]),
        ([1, 2, 3], [7, 8, 1, 2, 3], [(None, 0), (None, 1), (0, 2), (1, 3), (2, 4)]),
        ([1, 1], [1, 1, 1], [(0, 0), (1, 1), (None, 2)]),
        ([1, 2, 3], [1, 8, 9, 3], [(0, 0), (1, None), (None, 1), (None, 2), (2, 3)]),
        ([], [4], [(None, 0)]),
        ([], [], []),
    ],
)
def test_what_stands_for_what(ids, others, expected):
    assert align(ids, others) == expected


def test_long_texts_of_few_tokens_are_aligned_at_once():
    ids = RANDOM.integers(0, 3, 512).tolist()
    others = RANDOM.integers(0, 3, 512).tolist()
    begun = time.process_time()
    assert len(both(align(ids, others))) > 100
    assert time.process_time() - begun < 2


def _scores(n_tokens: int, seed: int) -> TokenScores:
    logits = np.random.default_rng(seed).normal(size=(n_tokens, 6)) * 3
    return token_scores(logits, np.random.default_rng(seed).integers(0, 6, n_tokens))


def test_a_surprise_is_each_texts_own_in_bits_and_the_difference_turns_round():
    now, beside = _scores(5, 1), _scores(6, 2)
    pairs = align([1, 2, 3, 4, 5], [1, 2, 9, 9, 4, 5])
    found = surprise(pairs, now, beside)
    turned = surprise([(j, i) for i, j in pairs], beside, now)
    np.testing.assert_array_equal(found.difference, -turned.difference)
    for (i, j), bits, other in zip(pairs, found.now, found.beside, strict=True):
        assert math.isnan(bits) if not i else bits == pytest.approx(-math.log2(now.probability[i - 1]))
        assert math.isnan(other) if not j else other == pytest.approx(-math.log2(beside.probability[j - 1]))
    assert np.nansum(found.now) == pytest.approx(-now.log_probability.sum() / math.log(2))
    largest = found.largest(2)
    rest = np.delete(np.abs(found.difference), largest)
    assert np.abs(found.difference[largest]).min() >= np.nanmax(rest)


def test_the_same_model_on_the_same_text_differs_nowhere():
    found = surprise(align([1, 2, 3], [1, 2, 3]), _scores(3, 1), _scores(3, 1))
    assert np.nan_to_num(found.difference).tolist() == [0, 0, 0]
    assert found.largest(5) == []


def test_one_token_alone_has_no_surprise():
    found = surprise(align([1], [1]), _scores(1, 1), _scores(1, 1))
    assert np.isnan(found.difference).all() and found.largest(5) == []


@pytest.mark.parametrize("case", range(40))
def test_stretches_share_out_both_cuts_of_a_text(case):
    length = int(RANDOM.integers(1, 20))

    def cut() -> list[tuple[int, int]]:
        edges = sorted({0, length, *RANDOM.integers(0, length + 1, 5).tolist()})
        return list(itertools.pairwise(edges))

    ours, theirs = cut(), cut()
    found = stretches(ours, theirs)
    for side, tokens in enumerate((ours, theirs)):
        assert [at for one in found for at in range(*one[side])] == list(range(len(tokens)))
    for (a, b), (c, d) in found:  # over the same characters
        assert (ours[a][0], ours[b - 1][1]) == (theirs[c][0], theirs[d - 1][1])
    ends = {end for _, end in ours} & {end for _, end in theirs}
    assert len(found) == len(ends)  # none could be shorter
    one, other = surprise_by_stretch(found, _scores(len(ours), 3), _scores(len(theirs), 4))
    assert one.sum() == pytest.approx(_scores(len(ours), 3).surprisal.sum() / math.log(2))
    assert other.sum() == pytest.approx(_scores(len(theirs), 4).surprisal.sum() / math.log(2))


def test_the_bytes_of_one_character_stay_together():
    assert stretches([(0, 1), (0, 1), (1, 2)], [(0, 1), (1, 2)]) == [((0, 2), (0, 1)), ((2, 3), (1, 2))]


def test_a_text_that_one_cut_leaves_unfinished_loses_no_token():
    assert stretches([(0, 2), (2, 3), (3, 5)], [(0, 2)]) == [((0, 3), (0, 1))]
    assert stretches([], [(0, 1)]) == []


def test_attention_of_the_same_tokens_is_compared_and_of_others_left_out():
    ids, others = np.array([1, 2, 3, 4]), np.array([1, 2, 8, 9, 4])
    one = run_trace(tiny(1), ids, ("attention",)).part("attention")
    other = run_trace(tiny(2), others, ("attention",)).part("attention")
    pairs = align(ids.tolist(), others.tolist())
    apart = weights_apart(one, other, pairs)
    assert apart.shape == (2, 2, 3, 3)
    assert apart[1, 0, 2, 1] == one[1, 0, 3, 1] - other[1, 0, 4, 1]
    np.testing.assert_array_equal(weights_apart(one, one, align(ids.tolist(), ids.tolist())), np.zeros_like(one))


def test_what_moved_is_a_share_of_attention():
    ids = np.array([1, 2, 3, 4, 5])
    one, other = (run_trace(tiny(seed), ids, ("attention",)).part("attention") for seed in (1, 2))
    apart = weights_apart(one, other, align(ids.tolist(), ids.tolist()))
    np.testing.assert_allclose(apart.sum(-1), 0, atol=1e-6)  # rows of both sum to 1
    share = moved(apart)
    assert share.shape == (2, 2) and (share > 0).all() and (share < 1).all()
    everything = np.eye(3)[[0, 0, 0]] - np.eye(3)
    assert moved(everything) == pytest.approx(2 / 3)  # two of three look elsewhere with all they have
    assert moved(np.zeros((2, 0, 0))).tolist() == [0, 0]


def test_pooling_keeps_what_is_farthest_from_zero():
    square = np.tril(RANDOM.normal(size=(37, 37)))
    pooled = pool_signed(square, 8)
    assert pooled.shape == (8, 8) and np.triu(pooled, 1).max() == 0
    assert np.abs(pooled).max() == np.abs(square).max()
    assert set(pooled[np.tril_indices(8)]) <= set(square.ravel())
    assert pool_signed(square, 40) is square


def test_kl_follows_its_definition_and_is_none_for_equals():
    p, q = RANDOM.dirichlet(np.ones(30), 2)
    assert kl_divergence(p, q) == pytest.approx(sum(a * math.log2(a / b) for a, b in zip(p, q, strict=True)))
    reference = torch.nn.functional.kl_div(torch.from_numpy(q).log(), torch.from_numpy(p), reduction="sum")
    assert kl_divergence(p, q) == pytest.approx(float(reference) / math.log(2))
    assert kl_divergence(p, p) == 0
    assert kl_divergence(q, p) != pytest.approx(kl_divergence(p, q))
    for _ in range(50):
        one, other = RANDOM.dirichlet(np.full(5, 0.3), 2)
        assert kl_divergence(one, other) >= 0


def test_kl_of_what_is_ruled_out():
    half, sure = np.array([0.5, 0.5, 0.0]), np.array([1.0, 0.0, 0.0])
    assert kl_divergence(sure, half) == 1  # a bit; 0 log 0 adds nothing
    assert kl_divergence(half, sure) == math.inf
    with pytest.raises(InputError, match="3 and 2 tokens"):
        kl_divergence(half, half[:2])
