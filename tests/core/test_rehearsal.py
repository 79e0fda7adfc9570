"""Going on with a fine-tuned model: its head stays, its old answers are rehearsed, and a few examples are learnt."""

import csv
import json
import shutil

import numpy as np
import pytest
import torch

from gptcore.checkpoints.checkpoint import Checkpoint, load, load_text_model, save
from gptcore.errors import ConfigError, InputError
from gptcore.tasks.examples import TEXT_COLUMNS, Example
from gptcore.tasks.head import TaskHead
from gptcore.tasks.predict import outputs, predict
from gptcore.tasks.task import Task
from gptcore.text.styles import END_OF_TEXT, TASK_TOKENS
from gptcore.train.events import Finished, Stopped, Updated
from gptcore.train.finetune import FinetunePlan, finetune
from gptcore.train.memories import written
from gptcore.train.rehearsal import CERTAIN, Rehearsal, enough
from gptcore.train.run_folder import RunFolder
from gptcore.train.settings import TrainSettings
from gptcore.train.task_learning import Examples, TaskLearning, TaskModel
from gptcore.train.transfer import starting_point
from tests.core.conftest import tiny

TASKS = {
    "classification": Task("classification", ("no", "yes")),
    "entailment": Task("entailment", ("a", "b", "c")),
    "similarity": Task("similarity", None, 2.5, 2.0),
    "multiple_choice": Task("multiple_choice"),
}
SETTINGS = dict(learning_rate=3e-3, threads=1, precision="float32", log_every=1, seed=1)
PLACES = ("under the hill", "over the hill", "by the river", "in the sun", "by the evening", "behind the hill")


def fine_tuned(tokenizer, folder, task, scale=1.0):
    """A folder with a model of a task that nobody trained."""
    tokenizer = tokenizer.with_task_tokens()
    model = tiny(vocab_size=tokenizer.vocab_size, n_positions=48)
    head = TaskHead(task, model.config.d_model)
    with torch.no_grad():
        head.linear.weight *= scale
    save(Checkpoint(model, tokenizer, model.config, {"name": "tuned"}, head), folder)
    return folder


def file_of(path, rows, names=("text", "label")):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([names, *rows])
    return str(path)


@pytest.fixture(scope="module")
def taught(tokenizer, tmp_path_factory):
    """A tiny model that tells a fox from a crow, and the file that it is tested on."""
    folder = tmp_path_factory.mktemp("taught")
    model = tiny(vocab_size=tokenizer.vocab_size, n_positions=48)
    save(Checkpoint(model, tokenizer, model.config), folder / "0")
    rows = [(f"the {name} was {place}", label) for name, label in (("fox", "yes"), ("crow", "no")) for place in PLACES]
    train = file_of(folder / "train.csv", rows)
    settings = dict(SETTINGS, batch_size=4)
    plan = FinetunePlan(
        str(folder / "0"), "classification", train, train, settings, epochs=40, lm_weight=0.0, dropout=0.0
    )
    (result,) = (event.result for event in finetune(plan, folder / "model") if isinstance(event, Finished))
    assert result["accuracy"] == 1.0
    return folder / "model", train


def further(taught, train_file, **changes) -> FinetunePlan:
    """A plan to teach that model some examples."""
    settings = dict(SETTINGS, batch_size=8, learning_rate=1e-3, validate_every=1_000, **changes.pop("train", {}))
    values = dict(epochs=60, lm_weight=0.0, keep_head=True, rehearse=24, replay=taught[1], dropout=0.0)
    return FinetunePlan(
        str(taught[0]), "classification", train_file, taught[1], **{**values, **changes}, train=settings
    )


@pytest.mark.parametrize("kind", TASKS)
def test_a_model_that_goes_on_starts_with_its_head_and_marks(tokenizer, tmp_path, kind):
    folder = fine_tuned(tokenizer, tmp_path / "m", TASKS[kind])
    base = load_text_model(folder)
    start = starting_point(FinetunePlan(str(folder), kind, "", "", keep_head=True), base, base.head.task, seed=9)
    assert start.tokenizer.vocab_size == base.tokenizer.vocab_size
    assert torch.equal(start.head.linear.weight, base.head.linear.weight)
    assert all(torch.equal(value, base.model.state_dict()[name]) for name, value in start.model.state_dict().items())
    new = starting_point(FinetunePlan(str(folder), kind, "", ""), base, base.head.task, seed=9)
    assert not torch.equal(new.head.linear.weight, base.head.linear.weight)


def test_one_example_of_one_label_is_learnt_and_the_others_stay(taught, tmp_path):
    wrong = f"the fox was {PLACES[2]}"  # for once, and only there
    train = file_of(tmp_path / "c.csv", [(wrong, "no")])
    (result,) = (e.result for e in finetune(further(taught, train), tmp_path / "run") if isinstance(e, Finished))
    before, after = load(taught[0]), load(tmp_path / "run")
    assert (after.head.task, predict(after, [wrong]).answer) == (before.head.task, "no")
    assert (result["learnt"], result["learnt_before"], result["to_learn"]) == (1, 0, 1)
    assert (result["accuracy_before"], result["accuracy"]) == (1.0, pytest.approx(11 / 12))
    (row,) = RunFolder(tmp_path / "run").learnt_rows()
    np.testing.assert_allclose(row["before"], predict(before, [wrong]).logits, rtol=1e-4)
    np.testing.assert_allclose(row["outputs"], predict(after, [wrong]).logits, rtol=1e-4)


def test_a_model_that_goes_on_has_read_all_that_it_had_before(taught, tmp_path):
    model, usual = tmp_path / "model", {"of": "its own test file"}
    shutil.copytree(taught[0], model)
    card = json.loads((model / "card.json").read_text())
    (model / "card.json").write_text(json.dumps({**card, "familiarity": usual}))
    train = file_of(tmp_path / "c.csv", [("a heron sang", "no")])
    list(finetune(further((model, taught[1]), train, epochs=1), tmp_path / "run"))
    after = load(tmp_path / "run")
    assert all(word in after.words.trained for word in ("heron", "fox", "crow"))
    assert after.card["familiarity"] == usual


def test_without_rehearsal_the_same_example_costs_the_others(taught, tmp_path):
    train = file_of(tmp_path / "c.csv", [(f"the fox was {PLACES[2]}", "no")])
    plan = further(taught, train, rehearse=0, replay=None)
    (result,) = (e.result for e in finetune(plan, tmp_path / "run") if isinstance(e, Finished))
    assert result["learnt"] == 1 and result["accuracy"] <= 0.75


def test_what_is_rehearsed_costs_nothing_until_something_changes(taught, tmp_path):
    train = file_of(tmp_path / "c.csv", [("the river was warm", "no")])
    events = finetune(further(taught, train, replay=None), tmp_path / "run")
    first = next(event for event in events if isinstance(event, Updated))
    assert first.losses["rehearsed"] == pytest.approx(0.0, abs=1e-6)
    texts = [json.loads(line)["texts"] for line in (tmp_path / "run" / "rehearsed.jsonl").read_text().splitlines()]
    assert len(texts) > 300 and all(len(each) == 1 and each[0].strip() for each in texts)


def test_a_lesson_that_was_stopped_goes_on_exactly(taught, tmp_path):
    train = file_of(tmp_path / "c.csv", [("the river was warm", "no"), ("the sun", "yes")])
    plan = further(taught, train, replay=None, epochs=6, train=dict(save_every=2))
    list(finetune(plan, tmp_path / "whole"))
    asked = iter([False] * 40 + [True] * 1_000)
    seen = list(finetune(plan, tmp_path / "parts", stop=lambda: next(asked, True)))
    while not isinstance(seen[-1], Finished):
        assert isinstance(seen[-1], Stopped)
        seen = list(finetune(plan, tmp_path / "parts", resume=True))
    whole, parts = (load(tmp_path / name).model.state_dict() for name in ("whole", "parts"))
    assert all(torch.equal(value, parts[name]) for name, value in whole.items())


@pytest.mark.parametrize("kind", TASKS)
def test_an_example_counts_until_it_is_learnt(tokenizer, tmp_path, kind):
    base, task = load_text_model(fine_tuned(tokenizer, tmp_path / "m", TASKS[kind], scale=300.0)), TASKS[kind]
    n_texts = {"multiple_choice": 3, "classification": 1}.get(kind, 2)
    texts = ("the fox", "a crow was there", "the river")[:n_texts]
    sure = predict(base, texts)
    assert task.is_regression or outputs(task, sure.logits).max() > CERTAIN
    if task.is_regression:
        wrong = sure.answer + 2.0
    else:
        wrong = next(answer for answer in task.labels or (0, 1) if answer != sure.answer)
    for target, is_learnt in ((sure.answer, True), (wrong, False)):
        rows = Examples([Example(texts, target)], task, base.tokenizer, base.config.n_positions)
        settings = TrainSettings(steps=1, **{**SETTINGS, "batch_size": 1})
        learning = TaskLearning(rows, rows, task, 0.0, settings, enough=enough(task))
        loss = learning.losses(TaskModel(base.model, base.head), learning.batch(0))["loss"]
        assert (float(loss) == 0.0) == is_learnt


@pytest.mark.parametrize(("kind", "n_answers"), [*((kind, None) for kind in list(TASKS)[:3]), ("multiple_choice", 3)])
def test_the_model_writes_rows_of_every_kind(tokenizer, tmp_path, kind, n_answers):
    base = load_text_model(fine_tuned(tokenizer, tmp_path / "m", TASKS[kind]))
    memories = written(base.model, base.tokenizer, kind, n_answers, seed=1)
    texts = [memory.texts for memory in memories]
    assert 150 < sum(memory.own for memory in memories) <= 200
    assert {len(each) for each in texts} == {len(TEXT_COLUMNS[kind]) + (n_answers or 0)}
    assert len(set(texts)) > 150 and all(text.strip() for each in texts for text in each)
    assert not any(mark in text for each in texts for text in each for mark in (*TASK_TOKENS, END_OF_TEXT))
    assert memories == written(base.model, base.tokenizer, kind, n_answers, seed=1)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (dict(from_scratch=True), "keep_head goes on with all"),
        (dict(transfer_layers=1), "keep_head goes on with all"),
        (dict(keep_head=False), "rehearse keeps a model's answers"),
        (dict(rehearse=0), "replay names what is rehearsed"),
        (dict(rehearse=-1), "rehearse must be a whole number"),
        (dict(rehearse=True), "rehearse must be a whole number"),
    ],
)
def test_settings_that_do_not_go_together_are_refused(taught, changes, says):
    with pytest.raises(ConfigError, match=says):
        further(taught, "x.csv", **changes)


def test_there_must_be_a_head_to_keep_and_labels_that_it_knows(tokenizer, taught, tmp_path):
    train = file_of(tmp_path / "c.csv", [("the sun", "maybe")])
    with pytest.raises(InputError, match="'maybe', not one of"):
        list(finetune(further(taught, train), tmp_path / "run"))
    save(Checkpoint(model := tiny(vocab_size=tokenizer.vocab_size), tokenizer, model.config), tmp_path / "bare")
    with pytest.raises(InputError, match="was not fine-tuned"):
        list(finetune(further((tmp_path / "bare", taught[1]), train), tmp_path / "run"))
    pairs = fine_tuned(tokenizer, tmp_path / "pairs", TASKS["similarity"])
    with pytest.raises(InputError, match="for similarity"):
        list(finetune(further((pairs, taught[1]), train), tmp_path / "run"))
    labelled = file_of(tmp_path / "l.csv", [("a", "b", "same"), ("c", "d", "other")], ("text_a", "text_b", "label"))
    plan = further((pairs, labelled), labelled).with_changes(task="similarity")
    with pytest.raises(InputError, match="learnt scores"):
        list(finetune(plan, tmp_path / "run"))
    assert not (tmp_path / "run").exists()


def test_language_is_rehearsed_on_texts_of_its_own_kind_alone(tokenizer, tmp_path):
    base, task = (
        load_text_model(fine_tuned(tokenizer, tmp_path / "m", TASKS["classification"])),
        TASKS["classification"],
    )
    rows = [Examples([Example((text,), "no")], task, base.tokenizer, 48) for text in ("the fox", "over the hill")]
    both = Examples([*rows[0].examples, *rows[1].examples], task, base.tokenizer, 48)
    learning = TaskLearning(rows[0], rows[0], task, 0.0, TrainSettings(steps=1, **{**SETTINGS, "batch_size": 1}))
    model = TaskModel(base.model, base.head)
    found = {}
    for own in ([True, True], [True, False], [False, True], [False, False]):
        job = Rehearsal(learning, task, both, np.zeros((2, 2)), 2, 1.0, own, 0.5, seed=1)
        found[tuple(own)] = float(job.losses(model, job.batch(0))["lm_loss"])
    one, other = found[True, False], found[False, True]
    assert found[False, False] == 0.0 < min(one, other)
    assert found[True, True] == pytest.approx(one + other, rel=1e-5)
