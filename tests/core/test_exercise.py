"""The final exercise: its world, its training, what was measured of it, and the smaller exercise."""

import json
import math
from collections import Counter

import numpy as np
import pytest
import torch

from gptcore.__main__ import main
from gptcore.errors import ConfigError, InputError
from gptcore.exercise import handout, world
from gptcore.exercise.learning import Epoch, epochs, untrained
from gptcore.exercise.looking import look
from gptcore.exercise.measured import MEASURED, VARIANTS, measure
from gptcore.exercise.settings import ExerciseSettings
from gptcore.worked import given
from gptcore.worked.bigram import END, START, bigram, sample

SMALL = ExerciseSettings(d_model=4, pretrain_epochs=3, finetune_epochs=2)


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    """Ten tokens: a second thread only burns time."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


# ---- the world ------------------------------------------------------------------------------------------------------


def test_the_floor_is_the_entropy_of_what_cannot_be_known():
    def entropy(p: float) -> float:
        return -p * math.log(p) - (1 - p) * math.log(1 - p)

    # of 14 predictions: after "the" 5, after "the cat" 3, after "the film was" 2; the others are certain
    expected = (5 * entropy(3 / 5) + 3 * entropy(2 / 3) + 2 * entropy(1 / 2)) / 14
    assert pytest.approx(expected) == world.FLOOR
    assert f"{world.FLOOR:.3f}, {math.exp(world.FLOOR):.2f}" == "0.476, 1.61"
    assert pytest.approx(2 * math.log(2) / 5) == world.LABELLED_FLOOR
    assert world.floor([(1, 2)]) == 0
    with pytest.raises(InputError, match="nothing is predicted"):
        world.floor([(1,)])


def test_shares_are_those_of_the_sentences():
    shares = dict(zip(world.VOCABULARY, world.shares_after(world.PROMPT), strict=True))
    assert {word: share for word, share in shares.items() if share} == {"great": 0.5, "terrible": 0.5}
    assert sum(world.shares_after("the cat sat sat")) == 0
    with pytest.raises(InputError, match="not one of the ten tokens"):
        world.ids_of("the dog sat")


# ---- training -------------------------------------------------------------------------------------------------------


def test_a_training_repeats_and_a_seed_changes_it():
    first, again = (list(epochs(untrained(SMALL), SMALL)) for _ in range(2))
    assert first == again
    assert [(epoch.phase, epoch.number) for epoch in first] == [
        *(("pretrain", i) for i in range(3)),
        *(("finetune", i) for i in range(2)),
    ]
    other = SMALL.with_changes(seed=1)
    assert list(epochs(untrained(other), other)) != first
    given_one = untrained(SMALL, np.random.default_rng(1)).state_dict()
    assert all(torch.equal(given_one[name], value) for name, value in untrained(other).state_dict().items())


def test_adam_comes_near_the_floor_and_never_below_and_learns_the_verdicts():
    settings = ExerciseSettings(optimizer="adam")
    model = untrained(settings)
    log: list[Epoch] = list(epochs(model, settings))
    losses = [epoch.lm_loss for epoch in log if epoch.phase == "pretrain"]
    assert losses[0] > 2 and world.FLOOR < min(losses) < world.FLOOR + 0.05
    seen = look(model)
    assert seen.is_right.all() and seen.of_right_label.min() > 0.99
    assert seen.next_words.sum() == pytest.approx(1) and seen.next_words[[6, 7]].sum() > 0.7
    for weights in seen.attention:
        assert weights.shape == (2, 6, 6) and (np.triu(weights, 1) == 0).all()
        np.testing.assert_allclose(weights.sum(axis=-1), 1, atol=1e-6)


@pytest.mark.parametrize(
    ("name", "value"),
    [("d_model", 1_000), ("n_head", 3), ("pretrain_epochs", -1), ("finetune_rate", 0), ("optimizer", "rms")],
)
def test_settings_are_limited(name, value):
    with pytest.raises(ConfigError, match=name):
        ExerciseSettings(**{name: value})


# ---- what was measured ----------------------------------------------------------------------------------------------


def test_what_ships_is_what_a_training_gives_and_says_what_the_page_says():
    kept, again = json.loads(MEASURED.read_text()), measure([0])
    assert kept["seeds"][0] == 0 and set(kept["variants"]) == set(VARIANTS)
    for name, variant in again["variants"].items():
        stored = kept["variants"][name]
        assert stored["settings"] == variant["settings"]
        for epoch, (value,) in variant["pretrain"].items():
            assert stored["pretrain"][epoch][0] == pytest.approx(value, abs=2e-3)
        for epoch, values in variant["finetune"].items():
            assert stored["finetune"][epoch]["task"][0] == pytest.approx(values["task"][0], abs=0.01)
    printed = float(given.TRAINING_LOG["mean log P"][1])
    assert all(min(variant["pretrain"]["10"]) > printed for variant in kept["variants"].values())
    last = float(given.FINETUNING_LOG["classification"][-1])
    assert max(kept["variants"]["sgd"]["finetune"]["25"]["task"]) < last
    adam = kept["variants"]["adam"]["finetune"]["25"]
    assert min(adam["task"]) > last and adam["right"] == [1, 1, 1]
    assert max(kept["variants"]["sgd"]["finetune"]["0"]["lm"]) < float(given.FINETUNING_LOG["language model"][0])
    for name in ("sgd", "adam"):
        following = kept["variants"][name]["next"]
        assert max(following["sat"]) < float(given.EXPECTED_NEXT["P"][2])


def test_the_command_trains_and_writes_files_and_refuses_what_it_cannot(tmp_path, capsys):
    assert main(["exercise", "--pretrain-epochs", "2", "--finetune-epochs", "1", "--d-model", "4", "--json"]) == 0
    values = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert len(values["epochs"]) == 3 and sum(values["next"].values()) == pytest.approx(1)
    assert main(["exercise", "--seed", "7", "--files", str(tmp_path / "made")]) == 0
    settings = ExerciseSettings(seed=7)
    assert (tmp_path / "made" / "exercise.py").read_text() == handout.exercise(settings)
    assert (tmp_path / "made" / "solution.py").read_text() == handout.solution(settings)
    for bad in (
        ["--pretrain-rate", "1"],
        ["--d-model", "9"],
        ["--pretrain-rate", "nan"],
        ["--n-head", "0"],
        ["--measure", ""],
    ):
        assert main(["exercise", *bad]) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["made"]


# ---- the smaller exercise -------------------------------------------------------------------------------------------


def test_sentences_are_drawn_by_the_bigrams_own_shares():
    sentences = [sentence.split() for sentence in given.BIGRAM_SENTENCES["sentence"]]
    model = bigram(sentences, 1.0)
    assert sample(model, np.random.default_rng(5)) == sample(model, np.random.default_rng(5))
    generator, firsts = np.random.default_rng(0), Counter()
    for _ in range(2_000):
        draws = sample(model, generator)
        firsts[draws[0].word] += 1
        assert [draw.previous for draw in draws] == [START, *(draw.word for draw in draws[:-1])]
        for draw in draws:
            assert draw.low <= draw.uniform <= draw.low + draw.probability + 1e-12
            assert draw.probability == model.probability(draw.previous, draw.word)
    assert firsts["chai"] / 2_000 == pytest.approx(model.probability(START, "chai"), abs=0.04)
    certain = bigram([["chai"]], 0.0)
    assert [draw.word for draw in sample(certain, generator)] == ["chai", END]
