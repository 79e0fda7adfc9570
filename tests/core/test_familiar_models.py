"""Words and what is usual, from a training over its folder and `publish` to a learner's example."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
import torch

from gptcore.checkpoints.checkpoint import load, load_text_model, save
from gptcore.checkpoints.words import WORDS, WORDS_BEFORE
from gptcore.errors import InputError
from gptcore.familiar import Usual
from gptcore.tasks.examples import Example
from gptcore.tasks.familiarity import familiarity
from gptcore.tasks.head import TaskHead
from gptcore.tasks.task import Task
from gptcore.text.known_words import count_words, read_words
from gptcore.train.familiarity import passages, words_of_ids
from gptcore.train.finetune import FinetunePlan, finetune
from gptcore.train.pretrain import PretrainPlan, pretrain
from gptcore.train.publish import publish
from gptcore.train.task_learning import Examples, TaskLearning, TaskModel
from tests.core.conftest import TEXT, fox_or_crow, labelled

SHAPE = dict(vocab_size=300, n_positions=48, n_layer=2, n_head=2, d_model=16, dropout=0.0)
QUICK = dict(batch_size=4, learning_rate=3e-3, threads=1, precision="float32", seed=1)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    path = tmp_path_factory.mktemp("corpus") / "fox.txt"
    path.write_text("<|endoftext|>\n".join([TEXT] * 40) + "<|endoftext|>\nThe zebra was kept back.", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def reader(corpus, tmp_path_factory):
    """A pre-training run of a few updates, validated on another text."""
    folder = tmp_path_factory.mktemp("runs") / "reader"
    valid = folder.parent / "valid.txt"
    valid.write_text(
        "\n".join(f"The fox {a} the {b}." for a in ("saw", "met", "had") for b in ("crow", "hill", "owl") * 4)
    )
    plan = PretrainPlan(str(corpus), SHAPE, {**QUICK, "steps": 4, "warmup": 1}, valid=str(valid))
    list(pretrain(plan, folder))
    return folder


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    rows = fox_or_crow("was warm", "had a pancake", "went", "found the river")
    return labelled(folder / "train.csv", rows), labelled(folder / "test.csv", rows[1:])


def finetuned(model, files, folder, **changes):
    plan = FinetunePlan(str(model), "classification", *files, train=QUICK, epochs=1, **changes)
    list(finetune(plan, folder))
    return folder


@pytest.fixture(scope="module")
def judge(reader, files, tmp_path_factory):
    return finetuned(reader, files, tmp_path_factory.mktemp("runs") / "judge")


def test_pre_training_writes_the_words_of_its_text_alone(reader, corpus):
    assert read_words(reader / WORDS) == count_words([corpus.read_text(encoding="utf-8").replace("<|endoftext|>", "")])
    words = load(reader).words
    assert "owl" not in words.trained and "zebra" in words.trained and words.before is None


def test_words_that_are_kept_back_at_the_end_of_the_corpus_do_not_count(corpus, tmp_path):
    list(pretrain(PretrainPlan(str(corpus), SHAPE, {**QUICK, "steps": 1}), tmp_path / "run"))
    words = load(tmp_path / "run").words
    assert "zebra" not in words.trained and "fox" in words.trained


def test_words_of_ids_are_those_of_the_text_however_it_is_cut(reader, monkeypatch):
    tokenizer = load(reader).tokenizer
    monkeypatch.setattr("gptcore.train.familiarity._CHUNK_TOKENS", 7)
    found = words_of_ids(np.array(tokenizer.encode(TEXT).ids), tokenizer)
    assert found == count_words([TEXT])


def test_a_resumed_run_keeps_its_words(reader, tmp_path):
    shutil.copytree(reader, tmp_path / "run")
    (tmp_path / "run" / "resume.safetensors").touch()
    before = (tmp_path / "run" / WORDS).stat()
    settings = json.loads((reader / "settings.json").read_text())
    card = json.loads((reader / "card.json").read_text())
    (tmp_path / "run" / "card.json").write_text(json.dumps({k: v for k, v in card.items() if k != "result"}))
    list(pretrain(PretrainPlan.from_dict(settings), tmp_path / "run", resume=True))
    assert (tmp_path / "run" / WORDS).stat().st_mtime_ns == before.st_mtime_ns


def test_a_language_model_tells_what_is_usual_in_its_validation_text(reader):
    known = Usual.from_card(load(reader).card)
    assert known.texts == 36
    assert known.share_unseen["50"] <= 1 / 5 < known.share_unseen["90"] + 0.01  # saw, met and owl are new


def test_fine_tuning_knows_its_own_words_and_those_of_its_reader(judge, reader):
    words = load(judge).words
    assert "pancake" in words.trained and "friend" not in words.trained
    assert "friend" in words.before and "pancake" not in words.before
    assert words.before == load(reader).words.trained


def test_what_is_usual_is_measured_on_the_test_examples(judge, files):
    checkpoint = load_text_model(judge)
    known = Usual.from_card(checkpoint.card)
    rows = json_rows(judge)
    found = [familiarity(checkpoint, row["texts"]) for row in rows]
    assert known.texts == len(rows) == 31
    assert known.perplexity["50"] == pytest.approx(np.median([f.perplexity for f in found]), rel=1e-3)
    assert sum(f.is_strange for f in found) <= 2
    assert np.mean([np.log(f.perplexity) for f in found]) == pytest.approx(
        checkpoint.card["result"]["lm_loss"], rel=1e-3
    )


def json_rows(folder):
    return [json.loads(line) for line in (folder / "results.jsonl").read_text().splitlines()]


def test_a_learners_text_shows_the_words_that_were_never_seen(judge):
    (unseen,) = familiarity(load_text_model(judge), ("The friend ate: a Pancake, zebra?",)).unseen
    assert [(u.start, u.end, u.in_pretraining) for u in unseen] == [(4, 10, True), (11, 14, False), (27, 32, True)]


@pytest.mark.parametrize("kind", ["entailment", "similarity", "multiple_choice"])
def test_each_kind_of_task_is_measured_over_all_its_rows(judge, kind):
    task = Task(kind) if kind == "multiple_choice" else Task(kind, ("yes", "no"))
    checkpoint = load_text_model(judge)
    checkpoint = replace(checkpoint, head=TaskHead(task, checkpoint.config.d_model))
    texts = ("the fox had a friend", "the crow", "a hill")[: 3 if kind == "multiple_choice" else 2]
    examples = Examples([Example(texts, 0 if task.labels is None else "yes")], task, checkpoint.tokenizer, 48)
    settings = FinetunePlan(str(judge), kind, "", "", train=QUICK).settings(1)
    learning = TaskLearning(examples, examples, task, 0.5, settings)
    with torch.no_grad():
        batch = examples.batch([0], torch.device("cpu"))
        loss = learning.losses(TaskModel(checkpoint.model, checkpoint.head), batch)["lm_loss"]
    found = familiarity(checkpoint, texts)
    assert np.log(found.perplexity) == pytest.approx(float(loss), rel=1e-5)
    assert len(found.unseen) == len(texts)


def test_a_model_that_does_not_tell_has_no_familiarity(judge, tmp_path):
    shutil.copytree(judge, tmp_path / "judge")
    (tmp_path / "judge" / WORDS).write_bytes(b"damaged")
    assert familiarity(load_text_model(tmp_path / "judge"), ("the fox",)) is None
    shutil.copy(judge / WORDS, tmp_path / "judge" / WORDS)
    assert familiarity(load_text_model(tmp_path / "judge"), ("the fox",)) is not None
    (tmp_path / "judge" / "card.json").write_text('{"familiarity": {"texts": "many"}}')
    assert familiarity(load_text_model(tmp_path / "judge"), ("the fox",)) is None


def test_a_model_that_was_not_fine_tuned_has_no_rows_to_measure(reader):
    with pytest.raises(InputError, match="no head"):
        familiarity(load_text_model(reader), ("the fox",))


@pytest.mark.parametrize("text", ["a", "!", "1984", "👍🏽", "x" * 3_000, "zażółć gęślą jaźń"])
def test_odd_texts_are_measured_like_any_other(judge, text):
    found = familiarity(load_text_model(judge), (text,))
    assert found.perplexity > 0 and 0 <= found.share_unseen <= 1


def test_a_copy_of_a_model_has_its_words(judge, tmp_path):
    save(load(judge), tmp_path / "copy")
    assert load(tmp_path / "copy").words == load(judge).words
    save(load(tmp_path / "copy"), tmp_path / "copy")
    assert load(tmp_path / "copy").words == load(judge).words


@pytest.mark.parametrize("bits", [16, 8])
def test_publish_keeps_words_and_what_is_usual(judge, tmp_path, bits):
    publish(judge, tmp_path / "judge", bits=bits)
    assert familiarity(load_text_model(tmp_path / "judge"), ("the fox",)) is not None
    assert load(tmp_path / "judge").words == load(judge).words


@pytest.mark.parametrize("kind", ["reader", "judge"])
def test_publish_tells_it_of_a_run_from_before_words_were_kept(kind, request, corpus, tmp_path):
    folder = request.getfixturevalue(kind)
    shutil.copytree(folder, tmp_path / "old")
    (tmp_path / "old" / WORDS).unlink()
    card = json.loads((tmp_path / "old" / "card.json").read_text())
    card.pop("familiarity")
    (tmp_path / "old" / "card.json").write_text(json.dumps(card))
    valid = folder.parent / "valid.txt" if kind == "reader" else None
    publish(tmp_path / "old", tmp_path / "new", valid)
    assert load(tmp_path / "new").words == load(folder).words
    ours, before = (Usual.from_card(load(place).card) for place in (tmp_path / "new", folder))
    assert ours.perplexity["50"] == pytest.approx(before.perplexity["50"], rel=1e-3)


def test_publish_measures_again_once_the_readers_words_are_known(reader, files, tmp_path, monkeypatch):
    monkeypatch.setattr("gptcore.checkpoints.checkpoint.LOCAL", tmp_path / "models")
    shutil.copytree(reader, tmp_path / "models" / "reader")
    (tmp_path / "models" / "reader" / WORDS).unlink()
    judge = finetuned("reader", files, tmp_path / "judge")
    assert not Usual.from_card(load(judge).card).has_before
    shutil.copy(reader / WORDS, tmp_path / "models" / "reader" / WORDS)
    publish(judge, tmp_path / "models" / "judge")
    assert Usual.from_card(load("judge").card).has_before and load("judge").words.before is not None


def test_publish_of_an_old_run_whose_files_are_gone_says_nothing_of_words(judge, tmp_path):
    shutil.copytree(judge, tmp_path / "old")
    (tmp_path / "old" / WORDS).unlink()
    settings = json.loads((tmp_path / "old" / "settings.json").read_text())
    (tmp_path / "old" / "settings.json").write_text(json.dumps({**settings, "train_file": "gone.csv"}))
    publish(tmp_path / "old", tmp_path / "new")
    assert load(tmp_path / "new").words is None


def test_words_before_are_found_by_the_parents_name(reader, files, tmp_path, monkeypatch):
    monkeypatch.setattr("gptcore.checkpoints.checkpoint.LOCAL", tmp_path / "models")
    shutil.copytree(reader, tmp_path / "models" / "reader")
    judge = finetuned("reader", files, tmp_path / "judge")
    assert not (judge / WORDS_BEFORE).exists()
    assert load(judge).words.before == load(reader).words.trained
    shutil.rmtree(tmp_path / "models" / "reader")
    assert load(judge).words.before is None


def test_a_second_fine_tuning_knows_the_words_of_both_and_of_the_reader(judge, reader, tmp_path):
    more = [("a zebra went", "fox"), ("a zebra sat", "crow")]
    files = labelled(tmp_path / "more.csv", more), labelled(tmp_path / "test.csv", more)
    words = load(finetuned(judge, files, tmp_path / "again")).words
    assert "zebra" in words.trained and "pancake" in words.trained
    assert words.before == load(reader).words.trained


def test_parents_in_a_circle_end(judge, tmp_path, monkeypatch):
    monkeypatch.setattr("gptcore.checkpoints.checkpoint.LOCAL", tmp_path)
    for name, parent in (("one", "other"), ("other", "one")):
        shutil.copytree(judge, tmp_path / name)
        (tmp_path / name / WORDS_BEFORE).unlink()
        (tmp_path / name / "card.json").write_text(json.dumps({"parent": parent}))
    assert load("one").words.before is None


@pytest.mark.parametrize("parent", [None, 3, ["books"], "../../etc", ""])
def test_a_parent_is_a_name_and_never_a_path(judge, tmp_path, parent):
    shutil.copytree(judge, tmp_path / "judge")
    (tmp_path / "judge" / WORDS_BEFORE).unlink()
    (tmp_path / "judge" / "card.json").write_text(json.dumps({"parent": parent}))
    assert load(tmp_path / "judge").words.before is None


def test_passages_are_lines_and_long_ones_are_cut_at_sentences():
    assert list(passages("One.\n\n  Two. Three. \n")) == ["One.", "Two. Three."]
    long = " ".join(f"This is sentence number {i}." for i in range(40))
    cut = list(passages(long))
    assert " ".join(cut) == long and len(cut) > 2 and all(len(part) <= 400 and part.endswith(".") for part in cut)
    assert list(passages("")) == [] and list(passages("x" * 900)) == ["x" * 900]
