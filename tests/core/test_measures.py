"""Surprisal, rank, perplexity and bits per byte by their definitions; over windows, each token counted once."""

import math

import numpy as np
import pytest
import torch

from gptcore.config import ModelConfig
from gptcore.errors import InputError
from gptcore.evaluate.evaluation import evaluate_ids, windows
from gptcore.measures import RANK_BANDS, TokenScores, bits_per_byte, perplexity, token_scores
from gptcore.model.gpt import GPT


@pytest.fixture(scope="module")
def model() -> GPT:
    return GPT(ModelConfig(vocab_size=50, n_positions=12, n_layer=2, n_head=2, d_model=16, init_std=0.3)).eval()


def _ids(count: int, vocab_size: int = 50) -> np.ndarray:
    return np.random.default_rng(count).integers(0, vocab_size, count)


def _logits(model: GPT, ids: np.ndarray) -> np.ndarray:
    with torch.no_grad():
        return model(torch.from_numpy(ids)[None])[0].numpy()


def test_scores_follow_the_definition():
    generator = np.random.default_rng(2)
    logits, ids = generator.normal(scale=5, size=(9, 30)).astype(np.float32), _ids(9, 30)
    scores = token_scores(logits, ids)
    for i in range(8):
        exponentials = [math.exp(value) for value in logits[i]]
        p = exponentials[ids[i + 1]] / sum(exponentials)
        assert scores.probability[i] == pytest.approx(p, rel=1e-6)
        assert scores.surprisal[i] == pytest.approx(-math.log(p), rel=1e-6)
        assert scores.rank[i] == 1 + sum(value > logits[i, ids[i + 1]] for value in logits[i])


@pytest.mark.parametrize("vocab_size", [1, 7, 40_000])
def test_knowing_nothing_costs_the_logarithm_of_the_vocabulary(vocab_size):
    scores = token_scores(np.full((5, vocab_size), 3.7, dtype=np.float32), np.zeros(5, dtype=np.int64))
    np.testing.assert_allclose(scores.surprisal, math.log(vocab_size), atol=1e-9)
    assert perplexity(scores).value == pytest.approx(vocab_size)
    assert (scores.rank == 1).all()  # equals share the better rank


def test_large_logits_neither_overflow_nor_vanish():
    logits = np.array([[1e4, 0.0, -1e4], [0.0, 0.0, 0.0]], dtype=np.float32)
    with np.errstate(all="raise", under="ignore"):
        assert token_scores(logits, np.array([0, 0])).surprisal[0] == 0
        assert token_scores(logits, np.array([0, 2])).surprisal[0] == 2e4
        assert math.isfinite(perplexity(token_scores(logits, np.array([0, 2]))).value)


def test_the_future_does_not_count():
    logits, ids = np.random.default_rng(0).normal(size=(6, 10)), _ids(6, 10)
    scores = token_scores(logits, ids)
    other = logits.copy()
    other[-1] = 100  # predicts a token that is not there
    np.testing.assert_array_equal(token_scores(other, ids).surprisal, scores.surprisal)
    assert len(scores.rank) == 5


@pytest.mark.parametrize("length", [0, 1])
def test_a_text_too_short_to_predict_is_empty_not_an_error(length):
    scores = token_scores(np.zeros((length, 5), dtype=np.float32), _ids(length, 5))
    assert scores.surprisal.shape == scores.rank.shape == scores.band.shape == (0,)
    assert perplexity(scores).count == 0
    assert math.isnan(perplexity(scores).value) and math.isnan(perplexity(scores).mean_surprisal)


def test_bands_end_with_their_rank():
    rank = np.array([1, 10, 11, 100, 101, 1_000, 1_001])
    assert TokenScores(np.zeros(7), rank).band.tolist() == [0, 0, 1, 1, 2, 2, 3]
    assert RANK_BANDS == (10, 100, 1_000)


def test_perplexity_shows_its_arithmetic():
    result = perplexity(TokenScores(np.log([0.5, 0.25, 0.125]), np.ones(3)))
    assert result.log_probability_sum == pytest.approx(-6 * math.log(2))
    assert (result.count, result.mean_surprisal) == (3, pytest.approx(2 * math.log(2)))
    assert result.value == pytest.approx(4)


def test_bits_per_byte():
    assert bits_per_byte(8 * math.log(2), 4) == pytest.approx(2)
    assert math.isnan(bits_per_byte(1.0, 0))


@pytest.mark.parametrize("n_positions", [1, 2, 3, 8, 9])
def test_windows_count_each_token_once_with_half_a_context_before_it(n_positions):
    for n_tokens in range(2, 5 * n_positions + 3):
        counted: list[int] = []
        for start, stop, count in windows(n_tokens, n_positions):
            assert 2 <= stop - start <= n_positions + 1 and start + count < stop
            first = stop - count
            assert start == 0 or first - start >= n_positions - max(1, n_positions // 2) >= n_positions // 2
            counted += range(first, stop)
        assert counted == list(range(1, n_tokens))


@pytest.mark.parametrize("length", [2, 3, 12, 13])
def test_a_text_that_fits_is_measured_as_one_pass_does(model, length):
    ids = _ids(length)
    direct = perplexity(token_scores(_logits(model, ids[:12]), ids[:12]))
    if length == 13:  # the last id is a target only
        last = torch.from_numpy(_logits(model, ids[:12])[-1]).double().log_softmax(0)[ids[12]]
        direct = perplexity(TokenScores(np.array([direct.log_probability_sum, float(last)]), np.ones(2)))
    result = evaluate_ids(model, ids, n_bytes=30)
    assert result.perplexity.count == length - 1
    assert result.perplexity.log_probability_sum == pytest.approx(direct.log_probability_sum, rel=1e-5)
    assert result.bits_per_byte == pytest.approx(-direct.log_probability_sum / math.log(2) / 30, rel=1e-5)


@pytest.mark.parametrize("length", [14, 18, 19, 67])
def test_a_long_text_is_measured_window_by_window(model, length):
    ids, total = _ids(length), 0.0
    for start, stop, count in windows(length, 12):
        scores = token_scores(_logits(model, ids[start : min(stop, start + 12)]), ids[start : start + 12])
        log_p = scores.log_probability
        if stop - start == 13:
            row = torch.from_numpy(_logits(model, ids[start : stop - 1])[-1]).double().log_softmax(0)
            log_p = np.append(log_p, float(row[ids[stop - 1]]))
        total += log_p[len(log_p) - count :].sum()
    for batch_size in (1, 3, 16):
        result = evaluate_ids(model, ids, 1, batch_size)
        assert result.perplexity.count == length - 1
        assert result.perplexity.log_probability_sum == pytest.approx(total, rel=1e-5)


def test_a_model_that_knows_nothing_stands_at_the_logarithm_of_the_vocabulary():
    model = GPT(ModelConfig(vocab_size=50, n_positions=4, n_layer=1, n_head=1, d_model=8)).eval()
    with torch.no_grad():
        model.token_embedding.weight.zero_()  # the output layer too: all logits are 0
    assert evaluate_ids(model, _ids(23), 1).perplexity.value == pytest.approx(50, rel=1e-5)


def test_token_files_are_read_as_they_lie(model, tmp_path):
    ids = _ids(40).astype(np.uint16)
    ids.tofile(tmp_path / "ids.bin")
    mapped = np.memmap(tmp_path / "ids.bin", dtype=np.uint16, mode="r")
    assert evaluate_ids(model, mapped, 9) == evaluate_ids(model, ids.astype(np.int64), 9)


def test_one_token_cannot_be_measured(model):
    with pytest.raises(InputError, match="two tokens"):
        evaluate_ids(model, np.array([3]), 1)
