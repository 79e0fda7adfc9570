"""Right and wrong in Tasks: a learner's own set, a lesson in the queue, and the same example before and after."""

import json
import shutil

import numpy as np
import pytest

from app.lab import text as lab
from app.shared import learner
from app.shared.theme import escape
from app.tasks import corrections_text as content
from gptcore.checkpoints.checkpoint import load
from gptcore.lab import lesson as lessons
from gptcore.lab.corrections import Corrections
from gptcore.lab.store import RunStore, State
from gptcore.lab.worker import work
from gptcore.tasks.examples import Example
from gptcore.tasks.predict import predict
from tests.ui.test_tasks import EXAMPLES, TASKS, bars, tasks_page, tuned

__all__ = ["tuned"]
KIND = "classification"
TEXT, TRUTH = EXAMPLES[KIND][0]


@pytest.fixture(autouse=True)
def small_lessons(monkeypatch):
    """Few texts are rehearsed: what a lesson costs is measured elsewhere."""
    monkeypatch.setattr(lessons, "_REHEARSED", 4)


def task_page(kind: str = KIND):
    return tasks_page().choose("segmented_control", "task", kind)


def everything():
    """All runs of all learners, oldest first."""
    return learner.STORE._select("1 ORDER BY number")


def the_set(model: str = f"my-{KIND}") -> tuple[Example, ...]:
    """The corrections of the one learner who made any."""
    owner = [run.owner for run in everything()]
    return Corrections(learner.STORE.home, owner[0], model).examples()


def work_off() -> None:
    assert work(home=learner.STORE.home, once=True)


def other_answer(page, kind: str = KIND) -> str:
    first = max(bars(page), key=bars(page).get)
    return next(label for label in TASKS[kind].labels if label != first)


def taught_page():
    """A page on which one wrong verdict was corrected and taught."""
    page = task_page().press(content.WRONG).press(content.TEACH)
    work_off()
    return page.run()


def labels(page) -> set[str]:
    return {button.label for button in page.at.button}


def test_a_wrong_verdict_is_corrected_with_one_press_taught_and_used(tuned):
    page = task_page()
    other = other_answer(page)
    assert content.HEADING.format(model=escape("my-classification")) not in page.words
    page.press(content.WRONG)
    assert content.KNOWN.format(answer=other) in page.words
    page.press(content.TEACH)
    (run,) = everything()
    assert (run.state, run.title) == (State.WAITING, "my-classification, taught")
    work_off()
    page.run()
    assert page.at.success[0].value == content.LEARNT_ONE
    shown = page.data("taught")["rows"]
    was, now = {row["text"]: row["raw"] for row in shown}, {row["text"]: row["probability"] for row in shown}
    assert was == pytest.approx(bars(page), abs=1e-4)
    assert now[other] > 0.5 > was[other]
    page.press(content.USE)
    assert bars(page) == pytest.approx(now, abs=1e-4)
    assert page.at.text_input(key="text_a").value == TEXT
    page.press(content.THROW_AWAY)
    assert bars(page) == pytest.approx(was, abs=1e-4)
    assert not page.at.success
    page.press(content.BRING_BACK)
    assert page.at.success


def test_the_cost_is_counted_on_examples_that_were_not_taught(tuned):
    page = taught_page()
    (run,) = everything()
    examples = [Example((text,), target) for text, target in EXAMPLES[KIND] if text != TEXT]
    before, after = (load(place) for place in (tuned / f"my-{KIND}", learner.STORE.folder(run.id)))
    right = [sum(predict(model, e.texts).answer == e.target for e in examples) for model in (before, after)]
    assert content.COST.format(where=content.ON_OFFERED, n=1, before=right[0], after=right[1]) in page.words


@pytest.mark.parametrize("kind", ["entailment", "multiple_choice"])
def test_of_several_answers_the_right_one_is_chosen(tuned, kind):
    page = task_page(kind)
    answers = list(bars(page))
    first = max(bars(page), key=bars(page).get)
    if kind == "multiple_choice":  # two answers: one press
        page.press(content.WRONG)
        assert content.KNOWN.format(answer=f"answer {2 - answers.index(first)}") in page.words
        return
    other = [answer for answer in answers if answer != first][-1]
    page.press(other)
    assert content.KNOWN.format(answer=other) in page.words


def test_a_score_gets_its_number_and_is_learnt(tuned):
    page = task_page("similarity")
    (score,) = bars(page).values()
    (box,) = (box for box in page.at.number_input if box.label == content.SCORE)
    assert box.value == pytest.approx(score, abs=0.005) or score == 0.0
    box.set_value(4.5)
    page.run().press(content.ADD)
    assert content.KNOWN.format(answer=escape("4.50")) in page.words
    page.press(content.TEACH)
    work_off()
    page.run()
    (row,) = page.data("taught")["rows"]
    assert row["probability"] == pytest.approx(4.5, abs=0.8)
    assert page.at.success


def test_right_verdicts_are_kept_and_a_set_can_be_changed(tuned):
    page = task_page().press(content.RIGHT)
    page.at.text_input(key="text_a").set_value("The crow sang.")
    page.run().press(content.WRONG).press(content.TEACH)
    first, second = the_set()
    assert [first.texts, second.texts] == [(TEXT,), ("The crow sang.",)]
    page.unfold("corrections")
    boxes = [box for box in page.at.selectbox if box.key.startswith("correction_")]
    assert [box.value for box in boxes] == [first.target, second.target]
    changed = next(label for label in TASKS[KIND].labels if label != first.target)
    page.choose("selectbox", boxes[0].key, changed)
    assert the_set()[0] == Example((TEXT,), changed)
    [remove, _] = [button for button in page.at.button if button.label == content.REMOVE]
    remove.click()
    page.run()
    assert the_set() == (second,)
    page.press(content.UNDO)
    assert the_set() == (second, Example((TEXT,), changed))
    page.press(content.TAKE_BACK)
    assert the_set() == (Example((TEXT,), changed),)
    assert content.WRONG in labels(page)


def test_a_correction_after_a_lesson_is_said_to_be_missing(tuned):
    page = taught_page()
    assert content.STALE not in page.words
    page.at.text_input(key="text_a").set_value("The crow sang.")
    page.run().press(content.RIGHT)
    assert content.STALE in page.words


def test_a_taught_model_is_corrected_as_the_one_that_it_came_from(tuned):
    page = taught_page()
    told = content.TAUGHT.format(n=1, rehearsed=400)
    assert told not in page.words
    page.press(content.USE)
    assert told in page.words and content.USED in page.words
    assert content.KNOWN.format(answer=max(bars(page), key=bars(page).get)) in page.words
    page.at.text_input(key="text_a").set_value("The crow sang.")
    page.run().press(content.RIGHT).press(content.TEACH)
    assert len(the_set()) == 2
    assert [run.plan["model"] for run in everything()] == [str(tuned / f"my-{KIND}")] * 2


def test_nobody_else_sees_a_set(tuned):
    task_page().press(content.WRONG)
    page = task_page()
    assert content.HEADING.format(model=escape(f"my-{KIND}")) not in page.words
    assert {content.WRONG, content.RIGHT} <= labels(page) and content.TEACH not in labels(page)


def test_a_lesson_can_be_stopped_resumed_and_thrown_away(tuned):
    page = task_page().press(content.WRONG).press(content.TEACH)
    page.press("Stop")
    assert everything()[0].state == State.STOPPED
    page.press("Resume")
    work_off()
    assert page.run().at.success
    page.press(content.THROW_AWAY)
    assert everything()[0].deleted is not None and content.TEACH in labels(page)


def test_a_full_queue_is_said_and_nothing_is_lost(tuned):
    page = task_page().press(content.WRONG).press(content.TEACH)
    owner = everything()[0].owner
    for _ in range(19):
        learner.STORE.add("pretrain", "t", {}, owner)
    learner.STORE.stop(everything()[0].id, owner)
    learner.STORE.add("pretrain", "t", {}, owner)
    page.run().press(content.TEACH)
    assert "20 of your runs are waiting or running" in page.at.toast[0].value.replace("\\", "")
    assert len(the_set()) == 1


def test_a_model_that_is_gone_leaves_the_page_and_its_corrections(tuned):
    page = taught_page().press(content.USE)
    shutil.rmtree(tuned / f"my-{KIND}")
    page.run()
    assert bars(page)
    (run,) = everything()
    assert the_set() and learner.STORE.get(run.id).state == State.FINISHED


def test_a_worker_that_fails_is_quoted(tuned):
    page = task_page().press(content.WRONG).press(content.TEACH)
    shutil.rmtree(tuned / f"my-{KIND}")
    work_off()
    (run,) = everything()
    assert run.state == State.FAILED and "there is no model" in run.message
    page.run()


def test_a_damaged_result_leaves_the_page(tuned):
    page = taught_page()
    (run,) = everything()
    folder = learner.STORE.folder(run.id)
    for damage in ("{", "[]", '{"result": {"measure": "accuracy", "accuracy": 1, "seconds": 1}}'):
        (folder / "card.json").write_text(damage)
        page.run()
        assert content.LESSON_GONE in [error.value for error in page.at.error]
        assert {content.THROW_AWAY, content.TEACH} <= labels(page) and bars(page)


def test_what_was_not_learnt_is_said(tuned):
    page = task_page().press(content.WRONG)
    page.press(content.TEACH)
    (run,) = everything()
    weak = {**run.plan, "train": {**run.plan["train"], "learning_rate": 1e-9}}
    learner.STORE._update("plan = ?", "id = ?", json.dumps(weak), run.id)
    work_off()
    page.run()
    assert page.at.warning[0].value == content.LEARNT_SOME.format(k=0, n=1)
    np.testing.assert_allclose(
        [row["raw"] for row in page.data("taught")["rows"]],
        [row["probability"] for row in page.data("taught")["rows"]],
        atol=1e-3,
    )


def test_the_lab_shows_a_lesson_and_sends_its_settings_back_to_tasks(tuned):
    page = taught_page()
    page.at.switch_page("lab/page.py")
    page.run().choose("segmented_control", "lab", "runs")
    assert list(page.at.dataframe[0].value["run"]) == [f"my-{KIND}, taught"]
    page.press("Duplicate and change")
    assert page.at.toast[0].value == escape(lab.TAUGHT)
    page.press("Show in full")
    assert page.at.segmented_control(key="lab").value == "finetune"


def test_where_nothing_can_be_kept_the_verdict_is_there_all_the_same(tuned, tmp_path, monkeypatch):
    (tmp_path / "a file").write_text("")
    monkeypatch.setattr(learner, "STORE", RunStore(tmp_path / "a file" / "runs"))
    page = task_page()
    assert bars(page) and page.data("rows")["rows"]
    if content.WRONG in labels(page):
        page.press(content.WRONG)
        assert "cannot be used" in page.at.toast[0].value.replace("\\", "")
    assert content.TEACH not in labels(page)
