"""Which model a kind of task starts with."""

import json

import pytest

from gptcore.checkpoints import checkpoint as places
from gptcore.checkpoints.checkpoint import Checkpoint, save
from gptcore.checkpoints.defaults import default_model, ranked
from gptcore.tasks.head import TaskHead
from gptcore.tasks.task import Task
from tests.core.conftest import tiny


@pytest.fixture
def shelf(tokenizer, tmp_path, monkeypatch):
    """Puts models for classification, and one that was not fine-tuned, where those lie that ship."""
    monkeypatch.setattr(places, "SHIPPED", tmp_path)
    monkeypatch.setattr(places, "LOCAL", tmp_path / "none")

    def put(*names):
        model = tiny(vocab_size=tokenizer.vocab_size)
        for name in names:
            head = None if name == "books" else TaskHead(Task("classification", ("a", "b")), model.config.d_model)
            save(Checkpoint(model, tokenizer, model.config, head=head), tmp_path / name)
        return tmp_path

    return put


def test_plain_english_comes_first_then_the_story_world_then_any_other(shelf):
    shelf("acceptability", "books")
    assert default_model("classification") == "acceptability"
    shelf("story-sentiment")
    assert default_model("classification") == "story-sentiment"
    folder = shelf("sentiment")
    assert default_model("classification") == "sentiment"
    (folder / "sentiment" / "task.json").write_text("{}")
    assert default_model("classification") == "story-sentiment"


def test_what_counting_words_equals_comes_after_all_others(shelf):
    folder = shelf("sentiment", "story-sentiment")
    card = {
        "result": {"measure": "accuracy", "accuracy": 0.8},
        "data": {"test": {"examples": 900}},
        "peers": {"bag_of_words": 0.79},
    }
    (folder / "sentiment" / "card.json").write_text(json.dumps(card))
    assert ranked("classification") == ["story-sentiment", "sentiment"]
    (folder / "sentiment" / "card.json").write_text(json.dumps({**card, "peers": {"bag_of_words": 0.7}}))
    assert ranked("classification") == ["sentiment", "story-sentiment"]
    (folder / "sentiment" / "card.json").write_text("[]")
    assert ranked("classification") == ["sentiment", "story-sentiment"]


def test_without_a_model_for_it_there_is_none(shelf):
    shelf("books", "sentiment")
    assert default_model("entailment") is None
