"""From logits to a token: each stage by its definition, the limits, the ties, and a draw that follows the odds."""

import numpy as np
import pytest
import torch

from gptcore.decode.sampling import Distribution, check_sampling_settings, distribution, draw
from gptcore.errors import ConfigError, InputError

SETTINGS = [
    (temperature, top_k, top_p)
    for temperature in (0, 1e-310, 0.01, 0.7, 1.0, 3.0, 100)
    for top_k in (None, 1, 7, 10_000)
    for top_p in (None, 1e-9, 0.5, 0.95, 1.0)
]


@pytest.fixture
def logits() -> np.ndarray:
    return np.random.default_rng(5).normal(scale=8, size=400).astype(np.float32)


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_each_stage_narrows_the_one_before(logits, settings):
    _, top_k, top_p = settings
    stages = distribution(logits, *settings)
    for probabilities in (stages.raw, stages.scaled, stages.final):
        assert abs(probabilities.sum() - 1) < 1e-12 and (probabilities >= 0).all()
    assert stages.kept_by_top_k.sum() == (min(top_k, len(logits)) if top_k else len(logits))
    assert not (stages.kept & ~stages.kept_by_top_k).any()
    assert stages.n_kept == stages.kept.sum() >= 1
    assert not stages.final[~stages.kept].any()
    if not stages.kept.all():  # what is kept is likelier than what is cut, even where both round to probability 0
        assert logits[stages.kept].min() > logits[~stages.kept].max()
    left = stages.scaled[stages.kept_by_top_k].sum()
    if top_p is not None and top_p < 1:  # smallest set that reaches p: it does, and without its last it would not
        inside = np.sort(stages.scaled[stages.kept])
        assert inside.sum() / left >= top_p - 1e-9
        assert stages.n_kept == 1 or inside[1:].sum() / left < top_p
    np.testing.assert_allclose(
        stages.final[stages.kept], stages.scaled[stages.kept] / stages.scaled[stages.kept].sum(), atol=1e-15
    )


def test_temperature_divides_the_logits(logits):
    for temperature in (0.3, 1.0, 2.5):
        expected = torch.from_numpy(logits).double().div(temperature).softmax(0).numpy()
        np.testing.assert_allclose(distribution(logits, temperature).scaled, expected, atol=1e-14)
    np.testing.assert_allclose(distribution(logits).final, distribution(logits).raw, rtol=1e-14)


def test_temperature_zero_is_the_limit(logits):
    at_zero = distribution(logits, 0)
    assert at_zero.final[logits.argmax()] == 1.0
    for tiny in (5e-324, 1e-310, 1e-6):
        np.testing.assert_array_equal(distribution(logits, tiny).final, at_zero.final)
    np.testing.assert_array_equal(distribution(logits, 0, 9).kept, distribution(logits, 1.0, 9).kept)


@pytest.mark.parametrize("k", [1, 3, 50, 99, 100, 200])
def test_top_k_keeps_what_a_whole_sort_keeps(k):
    logits = np.random.default_rng(1).normal(size=100).round(1)  # many are equal
    logits[:5] = -np.inf
    wanted = np.argsort(-logits, kind="stable")[:k]
    wanted = wanted[logits[wanted] > -np.inf]  # what is banned is not kept, however many may be
    np.testing.assert_array_equal(np.flatnonzero(distribution(logits, top_k=k).kept), np.sort(wanted))


def test_equals_go_to_the_lower_id():
    flat = np.zeros(6, dtype=np.float32)
    assert np.flatnonzero(distribution(flat, top_k=4).kept).tolist() == [0, 1, 2, 3]
    assert np.flatnonzero(distribution(flat, top_p=0.5).kept).tolist() == [0, 1, 2]
    assert distribution(flat, 0).final.tolist() == [1, 0, 0, 0, 0, 0]
    many = np.random.default_rng(0).integers(0, 3, 3_000).astype(np.float32)
    by_logit_then_id = np.lexsort((np.arange(len(many)), -many))
    assert set(np.flatnonzero(distribution(many, top_k=500).kept)) == set(by_logit_then_id[:500])


def test_top_p_counts_its_share_of_what_top_k_left():
    logits = np.log(np.array([0.4, 0.3, 0.2, 0.1]))
    assert distribution(logits, top_p=0.69).n_kept == 2
    assert distribution(logits, top_p=0.71).n_kept == 3
    assert distribution(logits, top_k=2, top_p=0.55).n_kept == 1  # 0.4 of 0.7 is 0.57
    np.testing.assert_allclose(distribution(logits, top_k=2).final, [4 / 7, 3 / 7, 0, 0])


@pytest.mark.parametrize("n", range(1, 10))
def test_top_p_is_reached_though_a_sum_falls_short_by_rounding(n):
    assert distribution(np.zeros(10), top_p=n / 10).n_kept == n  # in floats, eight tenths add up to less than 0.8


def test_numpy_and_torch_logits_agree_and_stay_as_they_were(logits):
    before = logits.copy()
    tensor = torch.from_numpy(logits.copy()).requires_grad_()
    a, b = distribution(logits, 0.8, 20, 0.9), distribution(tensor, 0.8, 20, 0.9)
    np.testing.assert_array_equal(a.final, b.final)
    np.testing.assert_array_equal(logits, before)


def test_impossible_tokens_are_never_drawn():
    logits = np.array([-np.inf, 0.0, -np.inf, 1.0, -np.inf])
    generator = torch.Generator().manual_seed(0)
    assert {draw(distribution(logits), generator).id for _ in range(300)} == {1, 3}


@pytest.mark.parametrize(("uniform", "expected"), [(0.0, 1), (1 - 2**-53, 3)])
def test_the_ends_of_the_random_number_draw_possible_tokens(monkeypatch, uniform, expected):
    monkeypatch.setattr(torch, "rand", lambda *_, **__: torch.tensor(uniform, dtype=torch.float64))
    stages = distribution(np.array([-np.inf, 0.0, -np.inf, 1.0, -np.inf]))
    assert draw(stages, torch.Generator()).id == expected


def test_draws_follow_the_probabilities():
    stages = distribution(np.random.default_rng(0).normal(size=12), 0.9, 8, 0.95)
    generator, n = torch.Generator().manual_seed(1), 20_000
    counts = np.bincount([draw(stages, generator).id for _ in range(n)], minlength=12)
    assert not counts[~stages.kept].any()
    expected = n * stages.final[stages.kept]
    chi_square = ((counts[stages.kept] - expected) ** 2 / expected).sum()
    assert chi_square < 35  # at most 7 degrees of freedom: 1 in 100,000 fair samplers would fail


def test_a_draw_is_explained_by_its_number(logits):
    stages = distribution(logits, 2.0, 50)
    drawn = draw(stages, torch.Generator().manual_seed(3))
    below = stages.final[: drawn.id].sum()
    assert below <= drawn.uniform < below + drawn.probability + 1e-12
    assert drawn.probability == stages.final[drawn.id]
    assert drawn == draw(stages, torch.Generator().manual_seed(3))
    assert drawn.uniform != draw(stages, torch.Generator().manual_seed(4)).uniform


@pytest.mark.parametrize("settings", [(0,), (0, 5), (1.0, 1), (1.0, None, 1e-9), (1e-310,)], ids=str)
def test_a_certain_draw_uses_no_randomness(logits, settings):
    generator = torch.Generator().manual_seed(0)
    before = generator.get_state()
    drawn = draw(distribution(logits, *settings), generator)
    assert (drawn.id, drawn.uniform, drawn.probability) == (logits.argmax(), None, 1.0)
    assert torch.equal(generator.get_state(), before)
    assert draw(distribution(logits)).id == logits.argmax()


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ((-1, None, None), "temperature"),
        ((float("nan"), None, None), "temperature"),
        ((float("inf"), None, None), "temperature"),
        (("1", None, None), "temperature"),
        ((True, None, None), "temperature"),
        ((1.0, 0, None), "top_k"),
        ((1.0, -3, None), "top_k"),
        ((1.0, 2.0, None), "top_k"),
        ((1.0, True, None), "top_k"),
        ((1.0, None, 0), "top_p"),
        ((1.0, None, 1.5), "top_p"),
        ((1.0, None, float("nan")), "top_p"),
    ],
)
def test_a_setting_out_of_range_is_named_with_its_value(settings, named):
    with pytest.raises(InputError, match=named) as error:
        check_sampling_settings(*settings)
    assert repr(next(value for value in settings if value not in (None, 1.0) or value is True)) in str(error.value)
    with pytest.raises(InputError, match=named):
        distribution(np.zeros(4), *settings)


def test_all_problems_are_told_at_once():
    with pytest.raises(ConfigError) as error:
        check_sampling_settings(-1, 0, 1.5)
    assert len(error.value.problems) == 3


def test_records_cannot_be_reassigned():
    stages = distribution(np.zeros(3))
    assert isinstance(stages, Distribution)
    with pytest.raises(AttributeError):
        stages.final = stages.raw
