"""A learner's own corrections: kept for them alone, replaced, limited; and the lesson that is made of them."""

import json
import math
from concurrent.futures import ThreadPoolExecutor

import pytest

from gptcore.errors import InputError
from gptcore.lab.corrections import MOST, Corrections, fits
from gptcore.lab.lesson import lesson
from gptcore.tasks import storyworld
from gptcore.tasks.examples import Example
from gptcore.tasks.files.datasets import read_examples, read_test_examples
from gptcore.tasks.task import Task
from gptcore.train.memories import COUNT

TWO = Task("classification", ("bad", "good"))
THREE = Task("entailment", ("a", "b", "c"))
SCORE = Task("similarity", None, 2.5, 1.5)
CHOICE = Task("multiple_choice")
HOSTILE = [
    "../../etc/passwd",
    "=1+1",
    '"',
    'a,b\n"c",d',
    "nan",
    "null",
    "-1",
    "<b>x</b>",
    "\u202e\x1b[31m",
    "é" * 9,
    "1",
]


def one(text: str, target="good") -> Example:
    return Example((text,), target)


@pytest.fixture
def mine(tmp_path) -> Corrections:
    return Corrections(tmp_path, "ann", "sentiment")


def test_a_set_is_kept_in_order_and_an_example_has_one_answer(mine, tmp_path):
    assert mine.examples() == ()
    for text in ("one", "two", "three"):
        mine.put(TWO, one(text))
    mine.put(TWO, one("two", "bad"))
    again = Corrections(tmp_path, "ann", "sentiment")
    assert again.examples() == (one("one"), one("two", "bad"), one("three"))
    again.remove(("one",))
    again.remove(("never there",))
    assert mine.examples() == (one("two", "bad"), one("three"))
    mine.restore(one("one"))
    assert [example.texts[0] for example in mine.examples()] == ["two", "three", "one"]


def test_nobody_else_has_it_and_another_model_has_its_own(mine, tmp_path):
    mine.put(TWO, one("mine"))
    for owner, model in (("ben", "sentiment"), ("ann", "run 1"), ("ann sentiment", ""), ("", "ann sentiment")):
        assert Corrections(tmp_path, owner, model).examples() == ()


def test_names_never_become_paths(tmp_path):
    for name in ("../../x", "/etc/passwd", "a\x00b", "x" * 5_000):
        Corrections(tmp_path / "runs", name, name).put(TWO, one("text"))
    assert [path.name for path in tmp_path.iterdir()] == ["runs"]
    assert {path.parent for path in tmp_path.rglob("*.json")} == {tmp_path / "runs" / "examples"}


def test_it_holds_so_many_and_one_of_them_may_still_change(mine):
    for index in range(MOST):
        mine.put(TWO, one(f"text {index}"))
    with pytest.raises(InputError, match=f"there are {MOST} corrections already"):
        mine.put(TWO, one("one more"))
    mine.put(TWO, one("text 3", "bad"))
    assert len(mine.examples()) == MOST and mine.examples()[3].target == "bad"


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_stays_as_it_is(mine, tmp_path, text):
    mine.put(TWO, one(text))
    assert mine.examples() == (one(text),)
    plan = lesson(tmp_path, tmp_path, TWO, mine.examples(), [], None)
    assert read_examples(plan.train_file, "classification", labels=TWO.labels).examples[0].target == "good"


@pytest.mark.parametrize(
    ("task", "texts", "target", "says"),
    [
        (TWO, ("x",), "fine", "none of the model's answers"),
        (TWO, ("x",), 1, "none of the model's answers"),
        (TWO, ("  ",), "good", "is empty"),
        (TWO, ("x", "y"), "good", "2 texts"),
        (TWO, ("x" * 20_001,), "good", "shorten it"),
        (TWO, ("a\x00b",), "good", "is no character"),
        (THREE, ("x",), "a", "1 texts"),
        (SCORE, ("x", "y"), math.nan, "a score is a number"),
        (SCORE, ("x", "y"), math.inf, "a score is a number"),
        (SCORE, ("x", "y"), 1e7, "a score is a number"),
        (SCORE, ("x", "y"), True, "a score is a number"),
        (SCORE, ("x", "y"), "3", "a score is a number"),
        (CHOICE, ("x", "y"), 0, "2 texts"),
        (CHOICE, ("x", "y", "z"), 2, "one of the 2 answers"),
        (CHOICE, ("x", "y", "z"), -1, "one of the 2 answers"),
        (CHOICE, ("x", "y", "z"), True, "one of the 2 answers"),
    ],
)
def test_what_a_model_cannot_learn_is_refused(mine, task, texts, target, says):
    with pytest.raises(InputError, match=says):
        mine.put(task, Example(texts, target))
    assert mine.examples() == () and not fits(task, Example(texts, target))


def test_all_choices_of_a_set_have_as_many_answers(mine):
    mine.put(CHOICE, Example(("c", "x", "y"), 1))
    with pytest.raises(InputError, match="the others have 2 answers"):
        mine.put(CHOICE, Example(("c", "x", "y", "z"), 1))


def test_two_tabs_at_once_lose_nothing(mine, tmp_path):
    def add(index: int) -> None:
        Corrections(tmp_path, "ann", "sentiment").put(TWO, one(f"text {index}"))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(20)))
    assert {example.texts[0] for example in mine.examples()} == {f"text {index}" for index in range(20)}


@pytest.mark.parametrize(
    "damage", ["", "{", "[]", '{"examples": 3}', '{"examples": [{"texts": "x", "target": "good"}]}']
)
def test_a_damaged_file_is_set_aside_and_not_lost(mine, tmp_path, damage):
    mine.put(TWO, one("x"))
    (path,) = (tmp_path / "examples").glob("corrections-*.json")
    path.write_text(damage)
    assert mine.examples() == ()
    assert [aside.read_text() for aside in path.parent.glob("*.broken")] == [damage]
    mine.put(TWO, one("y"))
    assert mine.examples() == (one("y"),)


def test_a_lesson_of_the_story_world_rehearses_and_tests_its_examples(tmp_path):
    known = next(iter(storyworld.examples("sentiment", 1, 1)))
    corrections = [one("x", "positive"), known]
    task = Task("classification", ("negative", "positive"))
    plan = lesson(tmp_path, tmp_path / "model", task, corrections, [], "sentiment")
    train = read_examples(plan.train_file, "classification", labels=task.labels)
    assert train.examples == tuple(corrections)
    replay = read_test_examples(plan.replay, train)
    assert len(replay.examples) == COUNT - 1 and known not in replay.examples  # what is corrected is not rehearsed
    assert len(read_test_examples(plan.test_file, train).examples) == 500
    assert plan.keep_head and plan.epochs * 1 == 60


def test_a_lesson_of_ones_own_run_takes_its_own_files(tmp_path):
    (tmp_path / "train.csv").write_text(
        "review,mark\n" + "".join(f"text {i},{'good' if i % 2 else 'bad'}\n" for i in range(600))
    )
    (tmp_path / "test.csv").write_text("review,mark\ngreat,good\nawful,bad\n")
    settings = dict(model="books", task="classification", train_file=str(tmp_path / "train.csv"))
    settings |= dict(test_file=str(tmp_path / "test.csv"), columns={"text": "review", "label": "mark"})
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "settings.json").write_text(json.dumps(settings))
    plan = lesson(tmp_path, tmp_path / "run", TWO, [one("awful", "good")], [one("other")], None)
    train = read_examples(plan.train_file, "classification", labels=TWO.labels)
    assert len(read_test_examples(plan.replay, train).examples) == COUNT
    assert read_test_examples(plan.test_file, train).examples == (one("great"),)  # the other one is corrected
    (tmp_path / "train.csv").unlink()
    plan = lesson(tmp_path, tmp_path / "run", TWO, [one("awful", "good")], [one("other")], None)
    assert plan.replay is None
    assert read_test_examples(plan.test_file, train).examples == (one("other"),)


@pytest.mark.parametrize("task", [THREE, SCORE, CHOICE], ids=lambda task: task.kind)
def test_every_kind_is_read_as_it_was_written(tmp_path, task):
    texts = ("x", "2", "1") if task is CHOICE else ("x", "y")
    example = Example(texts, {"entailment": "c", "similarity": 0.5, "multiple_choice": 1}[task.kind])
    plan = lesson(tmp_path, tmp_path, task, [example], [], None)
    found = read_examples(plan.train_file, task.kind, labels=task.labels, labels_from=plan.labels_from)
    assert found.examples == (example,) and found.is_regression == task.is_regression


def test_there_must_be_something_to_learn(tmp_path):
    with pytest.raises(InputError, match="nothing to teach"):
        lesson(tmp_path, tmp_path, TWO, [], [], None)
