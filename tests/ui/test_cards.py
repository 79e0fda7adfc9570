"""A model's card is somebody else's text: what does not fit is not shown, and what is shown is plain."""

import json

import pytest

from app.explore import text as content
from app.explore.lenses import anatomy_text as anatomy
from app.tasks.everyday import EVERYDAY
from app.tasks.examples import offers
from gptcore.tasks.task import Task
from tests.ui.page import Page

TASK = Task("entailment", ("contradiction", "entailment", "neutral"))
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
    first = offers("entailment", TASK, {"examples": entries}, is_run=False)[0]
    assert first.example.texts == EVERYDAY["entailment"][0][0].texts


def test_examples_on_a_card_come_first():
    found = offers("entailment", TASK, {"examples": [{"texts": ["a", "b"], "target": "neutral"}]}, is_run=False)
    assert [(offer.example.texts, offer.example.target) for offer in found if not offer.from_course] == [
        (("a", "b"), "neutral")
    ]


@pytest.mark.parametrize("kind", EVERYDAY)
@pytest.mark.parametrize(
    "target", ["x", float("nan"), float("inf"), -1, 7, True, 10**400], ids=lambda value: str(value)[:9]
)
def test_an_answer_that_the_model_cannot_give_is_no_expected_answer(kind, target):
    task = Task(kind, ("glad", "sad") if kind in ("classification", "entailment") else None)
    texts = ["a", "b", "c"] if kind == "multiple_choice" else ["a", "b"][: 1 if kind == "classification" else 2]
    shown = offers(kind, task, {"examples": [{"texts": texts, "target": target}]}, is_run=False)[0].example
    is_score = kind == "similarity" and type(target) is int and target < 10
    assert shown.texts == tuple(texts) and shown.target == (target if is_score else "")
