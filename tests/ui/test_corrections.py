"""Right and wrong in Tasks: a learner's own set, a lesson in the queue, and the same example before and after."""

import pytest

from app.shared import learner
from app.tasks import corrections_text as content
from gptcore.lab.store import State
from gptcore.lab.worker import work
from tests.ui.test_tasks import EXAMPLES, TASKS, bars, tasks_page, tuned

__all__ = ["tuned"]


def task_page(kind: str):
    return tasks_page().choose("segmented_control", "task", kind)


def labels(page) -> list[str]:
    return [button.label for button in page.at.button]


def worker() -> None:
    assert work(home=learner.STORE.home, once=True)


def test_a_wrong_verdict_is_corrected_with_one_press_taught_and_used(tuned):
    page = task_page("classification")
    first = max(bars(page), key=bars(page).get)
    assert content.HEADING.format(model="my-classification") not in page.words
    page.press(content.WRONG)
    (other,) = set(TASKS["classification"].labels) - {first}
    assert content.KNOWN.format(answer=other) in page.words
    page.press(content.TEACH)
    (run,) = learner.STORE.waiting_for("cpu")
    assert (run.state, run.title) == (State.WAITING, "my-classification, taught")
    worker()
    page.run()
    assert "It learnt all 1" in page.at.success[0].value
    shown = page.data("taught")["rows"]
    was, now = {row["text"]: row["raw"] for row in shown}, {row["text"]: row["probability"] for row in shown}
    assert was == pytest.approx(bars(page), abs=1e-4)
    assert now[other] > 0.5 > was[other]
    page.press(content.USE)
    assert bars(page) == pytest.approx(now, abs=1e-4)
    assert page.at.text_input(key="text_a").value == EXAMPLES["classification"][0][0]
    page.press(content.THROW_AWAY)
    assert bars(page) == pytest.approx(was, abs=1e-4)
    assert not page.at.success
    page.press(content.UNDO)
    assert page.at.success
