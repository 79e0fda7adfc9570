"""A model's card is somebody else's text: what does not fit is not shown, and what is shown is plain."""

import json

import pytest

from app.explore import text as content
from app.explore.lenses import anatomy_text as anatomy
from app.tasks.input import examples_of
from app.tasks.text import EXAMPLES
from tests.ui.page import Page

GOOD = {
    "data": {"corpus": "![x](http://evil.example/x.png)", "train_tokens": 5},
    "measured_on": {"text": ":red[x]", "tokens": 7},
    "measures": {"model": {"perplexity": 2.0}},
}


@pytest.fixture
def anatomy_of(stand_in):
    """Opens the Anatomy lens with this on the model's card; the card is put back in the end."""
    path = stand_in / "models" / "books" / "card.json"
    card = json.loads(path.read_text())

    def opened(**more) -> Page:
        path.write_text(json.dumps({**card, **more}))
        return Page(lens=content.LENSES["anatomy"]).run()

    yield opened
    path.write_text(json.dumps(card))


def test_a_card_is_quoted_as_plain_text(anatomy_of):
    words = anatomy_of(**GOOD).words
    assert anatomy.CARD_TITLE in words and "on 5 tokens" in words
    assert "![x]" not in words and ":red[" not in words


@pytest.mark.parametrize(
    "wrong",
    [
        {"data": None},
        {"data": "x"},
        {"measured_on": []},
        {"measured_on": {"text": "x", "tokens": "many"}},
        {"measures": 5},
        {"measures": [1]},
        {"measures": {"model": 3}},
    ],
    ids=str,
)
def test_a_card_that_does_not_say_how_good_its_model_is_is_left_out(anatomy_of, wrong):
    assert anatomy.CARD_TITLE not in anatomy_of(**{**GOOD, **wrong}).words


@pytest.mark.parametrize(
    "entries",
    [
        None,
        5,
        "x",
        [],
        [5],
        [{}],
        [{"texts": "ab", "target": "x"}],
        [{"texts": ["a"], "target": "x"}],
        [{"texts": ["a", "b", "c"], "target": "x"}],
        [{"texts": ["a", "b"]}],
        [{"texts": ["a", "b"], "target": [1]}],
    ],
    ids=str,
)
def test_examples_that_do_not_fit_the_task_are_left_out(entries):
    (ours,) = examples_of("entailment", {"examples": entries})
    assert ours.texts == EXAMPLES["entailment"][0]


def test_examples_on_a_card_come_first():
    found = examples_of("entailment", {"examples": [{"texts": ["a", "b"], "target": "x"}]})
    assert [(example.texts, example.target) for example in found] == [(("a", "b"), "x")]
