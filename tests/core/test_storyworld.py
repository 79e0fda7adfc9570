"""The story world keeps its promises: repeatable, splits apart, and no label that can be read off."""

import re
from collections import Counter

import pytest

from gptcore.__main__ import main
from gptcore.tasks import baselines, storyworld
from gptcore.tasks.files.datasets import read_examples, require_trainable
from gptcore.tasks.storyworld.card import shared_stretches
from gptcore.tasks.storyworld.facts import matters
from gptcore.tasks.storyworld.phrases import data, words

LABELS = {
    "sentiment": {"positive", "negative"},
    "entailment": {"entailment", "neutral", "contradiction"},
    "endings": {0, 1},
    "acceptability": {"acceptable", "unacceptable"},
}


@pytest.fixture(scope="module")
def learnt():
    return {task: list(storyworld.examples(task, 1_500, 5)) for task in storyworld.TASKS}


@pytest.fixture(scope="module")
def unseen():
    return {task: list(storyworld.examples(task, 600, 6, "test")) for task in storyworld.TASKS}


def test_the_same_seed_tells_the_same_and_another_does_not():
    assert list(storyworld.stories(20, 3)) == list(storyworld.stories(20, 3))
    assert list(storyworld.stories(20, 3))[7] == storyworld.tell(3, "train", 7).text
    assert not set(storyworld.stories(200, 3)) & set(storyworld.stories(200, 4))
    for task in storyworld.TASKS:
        assert list(storyworld.examples(task, 9, 3)) == list(storyworld.examples(task, 12, 3))[:9]


def test_stories_have_4_to_8_sentences_that_look_like_sentences():
    for text in storyworld.stories(500, 1):
        assert 4 <= len(re.findall(r'[.!?]"?(?= |$)', text)) <= 8
        assert not re.search(r"[{}~_]| ,|\.\.|  ", text), text
        assert not re.search(r"\b[Aa] [aeio]", text), text
        assert text[0].isupper() or text[0] == '"'
        assert all(part[0].isupper() or part[0] == '"' for part in re.split(r"(?<=\.) ", text)), text


def test_the_world_has_many_words():
    found = {word for text in storyworld.stories(4_000, 2) for word in re.findall(r"[a-z']+", text.lower())}
    assert len(found) > 1_500


def test_no_plot_and_few_stretches_are_in_both_splits():
    train, test = ([storyworld.tell(9, split, i) for i in range(3_000)] for split in ("train", "test"))
    assert not {story.plot for story in train} & {story.plot for story in test}
    assert shared_stretches((s.text for s in train), (s.text for s in test[:300])) < 0.05
    assert shared_stretches((s.text for s in train), (s.text for s in train[:100])) == 1


@pytest.mark.parametrize("task", LABELS)
def test_labels_are_balanced_and_equally_long(learnt, task):
    counts = Counter(example.target for example in learnt[task])
    assert set(counts) == LABELS[task]
    if task != "endings":  # where chance decides which comes first
        assert max(counts.values()) - min(counts.values()) <= 1
    lengths = {
        label: sum(len(" ".join(e.texts).split()) for e in learnt[task] if e.target == label) / counts[label]
        for label in counts
    }
    assert max(lengths.values()) < 1.05 * min(lengths.values())


def test_entailment_cannot_be_had_from_words(learnt, unseen):
    train, test = learnt["entailment"], unseen["entailment"]
    chance = baselines.majority(train, test)
    assert baselines.bag_of_words(train, test) < chance + 0.1
    assert baselines.bag_of_words(train, test, baselines.last_text) < chance + 0.07
    assert baselines.overlap_accuracy(train, test) < chance + 0.07


def test_sentiment_cannot_be_had_from_words_or_from_the_end(learnt, unseen):
    train, test = learnt["sentiment"], unseen["sentiment"]
    assert baselines.bag_of_words(train, test) < 0.6
    assert baselines.bag_of_words(train, test, baselines.last_sentence) < 0.6


def test_endings_and_acceptability_cannot_either(learnt, unseen):
    assert baselines.better_ending(learnt["endings"], unseen["endings"]) < 0.6
    assert baselines.bag_of_words(learnt["acceptability"], unseen["acceptability"]) < 0.6


def test_similarity_is_not_the_overlap_of_words(learnt):
    assert baselines.overlap_correlation(learnt["similarity"]) < 0.55
    assert {e.target for e in learnt["similarity"]} == {0.0, 2.5, 5.0}


def test_the_baselines_find_what_can_be_found():
    def easy(count, offset):
        rows = [(f"the {'good' if i % 2 else 'bad'} day number {i % 7}", i % 2) for i in range(offset, offset + count)]
        return [storyworld.labelled.Example((text,), str(label)) for text, label in rows]

    assert baselines.bag_of_words(easy(60, 0), easy(20, 60)) == 1
    assert baselines.majority(easy(60, 0), easy(20, 60)) == 0.5


def test_every_fact_has_both_sides_with_several_ways_to_say_each():
    for name, matter in data("facts").items():
        for sign in "+-":
            for part in ("events", "states"):
                assert len(matter[sign][part]) >= 4, (name, sign, part)
    assert len(matters("person")) + len(matters("thing")) + len(matters("pair")) == len(data("facts"))


def test_every_list_has_different_words():
    for gap in data("words"):
        assert len(set(words(gap))) == len(words(gap)), gap


def test_the_command_writes_files_that_can_be_learnt_from(tmp_path, capsys):
    out = tmp_path / "world"
    assert main(["storyworld", "--out", str(out), "--stories", "20", "--examples", "24", "--seed", "4"]) == 0
    assert (out / "stories.txt").read_text().count("<|endoftext|>") == 19
    kinds = {
        "sentiment": "classification",
        "acceptability": "classification",
        "entailment": "entailment",
        "similarity": "similarity",
        "endings": "multiple_choice",
    }
    for task, kind in kinds.items():
        found = require_trainable(read_examples(out / f"{task}.csv", kind))
        assert list(found.examples) == list(storyworld.examples(task, 24, 4))
    assert main(["storyworld", "--out", str(out)]) == 2
    assert "is not empty" in capsys.readouterr().err
