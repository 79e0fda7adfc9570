"""Explore says when a text is not like what the model learnt from, and what it learnt from."""

import math
import shutil

import pytest

from gptcore.checkpoints import checkpoint as checkpoints
from gptcore.checkpoints.checkpoint import load, save
from gptcore.checkpoints.words import WORDS
from gptcore.familiar import Usual, Words, look_up
from gptcore.measures import Perplexity
from gptcore.text.known_words import count_words, write_words
from tests.ui.page import Page

KNOWN = "Once upon a time there lived a little fox in a dark wood."


@pytest.fixture
def reader(stand_in, tmp_path, monkeypatch):
    """A model of the learner's own, whose card and words say that it knows KNOWN, and finds all else surprising."""
    monkeypatch.setattr(checkpoints, "LOCAL", tmp_path)
    folder = tmp_path / "fox"
    shutil.copytree(stand_in / "models" / "books", folder)
    checkpoint = load(folder)
    words = count_words([KNOWN])
    measures = [Perplexity(-n * (math.log(5_000) + n % 3), n) for n in range(4, 34)]
    usual = Usual.measured(measures, [look_up([KNOWN], Words.of(words))] * 30)
    checkpoint.card.update(familiarity=usual.to_dict(), about="stories of *foxes*")
    save(checkpoint, folder)
    write_words(folder / WORDS, words)
    return folder


def notes(prompt, **query) -> str:
    return " ".join(caption.value for caption in Page(prompt=prompt, model="fox", **query).run().at.caption)


def test_a_text_of_words_that_it_never_read_is_said_to_be_strange(reader):
    said = notes("Esta tarde los zorros duermen bajo la luna llena del verano.")
    assert "Not what this model learnt from" in said and r"stories of \*foxes\*" in said
    assert "11 of its words (100 %) never came in it" in said


def test_a_text_of_its_own_kind_is_not(reader):
    assert "Not what" not in notes(KNOWN)


def test_nor_is_any_without_its_learning(reader):
    assert "Not what" not in notes("Esta tarde los zorros duermen bajo la luna llena.", untrained="true")


def test_of_a_long_text_what_the_model_sees_counts(reader):
    assert "Not what" not in notes("Esta tarde los zorros duermen. " * 20 + f"{KNOWN} " * 60)


def test_a_damaged_list_of_words_says_nothing_and_breaks_nothing(reader):
    (reader / WORDS).write_bytes(b"\xfd7zXZ\0 damaged")
    assert "Not what" not in notes("Esta tarde los zorros duermen bajo la luna llena.")


@pytest.mark.parametrize("text", ["", "a", "👍🏽", "123 456", "的"])
def test_tiny_texts_break_nothing(reader, text):
    notes(text)
