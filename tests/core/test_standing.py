"""How good a model is by its own card, which anybody may write."""

import pytest

from gptcore.checkpoints.standing import standing

CARD = {
    "task": {"kind": "classification", "labels": ["negative", "positive"]},
    "data": {"train": {"file": "train.csv", "examples": 9_000}, "test": {"examples": 900}},
    "confusion": [[400, 60], [90, 350]],
    "result": {"measure": "accuracy", "accuracy": 0.833},
    "sources": [{"name": "film reviews", "licence": "CC BY"}],
    "peers": {"bag_of_words": 0.79},
}


def test_a_complete_card_tells_what_the_model_learnt_and_what_needs_no_reading():
    found = standing(CARD)
    assert (found.value, found.tested_on, found.learnt_from, found.sources) == (0.833, 900, 9_000, ("film reviews",))
    assert (found.commonest, found.majority, found.bag_of_words) == ("negative", 460 / 900, 0.79)


@pytest.mark.parametrize(
    ("value", "bag", "beats"), [(0.833, 0.79, True), (0.833, 0.82, False), (0.7, 0.8, False), (0.8, None, None)]
)
def test_only_outside_of_the_margin_is_better_clearly(value, bag, beats):
    card = {**CARD, "result": {"measure": "accuracy", "accuracy": value}, "peers": {"bag_of_words": bag}}
    assert standing(card).beats_bag_of_words is beats


def test_a_correlation_has_no_majority():
    found = standing({**CARD, "result": {"measure": "pearson", "pearson": 0.7}, "peers": {"bag_of_words": 0.5}})
    assert found.majority is None and found.beats_bag_of_words


def test_the_file_stands_where_no_source_is_named():
    assert standing({**CARD, "sources": None}).sources == ("train.csv",)


@pytest.mark.parametrize("wrong", [None, 5, "x", [], {}, [5], {"test": 5}, {"measure": "x"}, {"accuracy": "y"}, True])
@pytest.mark.parametrize("part", CARD)
def test_any_value_on_a_card_is_survived(part, wrong):
    found = standing({**CARD, part: wrong})
    assert found is None or 0 <= found.value <= 1


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -3, 2, 10**400, "0.8", True, None])
def test_a_result_that_is_none_gives_no_standing(value):
    assert standing({**CARD, "result": {"measure": "accuracy", "accuracy": value}}) is None
