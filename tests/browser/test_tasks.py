"""The Tasks page in a real browser, with the fine-tuned models that ship: rows form, a verdict follows every edit."""

import pytest

from tests.browser.explorer import Explorer

PIECES = ("rows", "verdict")


class Tasks(Explorer):
    """The page in a window."""

    def open_task(self, task: str) -> "Tasks":
        """Opens it by its address and waits until rows and verdict are drawn."""
        self.page.goto(f"{self.url}tasks?task={task}")
        return self.wait_for({}, PIECES)

    @property
    def row(self) -> str:
        """The first row's text, without its marks."""
        chips = self.page.locator(".st-key-rows .chips").first.locator(".chip bdi").all_text_contents()
        return "".join(chip for chip in chips if not chip.startswith("[")).replace("·", " ").strip()

    @property
    def verdict(self) -> list[str]:
        """The numbers beside the bars."""
        return self.page.locator(".st-key-verdict .line").all_inner_texts()


@pytest.fixture
def tasks(browser, server):
    """A fresh learner."""
    learner = Tasks(browser, server.url)
    yield learner
    learner.close()
    assert [complaint for complaint in learner.complaints if "404" not in complaint] == []
    assert learner.requests_elsewhere == []


KINDS = {"classification": (1, 2), "entailment": (1, 3), "similarity": (2, 1), "multiple_choice": (2, 2)}
"""Rows and bars of each kind of task."""


def test_every_kind_of_task_has_a_model_that_judges(tasks):
    for task, (rows, bars) in KINDS.items():
        tasks.open_task(task)
        assert tasks.page.locator(".st-key-rows .chips").count() == rows, task
        assert len(tasks.verdict) == bars, task


def test_an_edit_moves_the_verdict_and_can_be_taken_back(tasks):
    tasks.open_task("entailment")
    before, shown = tasks.stamps(), tasks.verdict
    box = tasks.widget("text_b", "input")
    start = box.input_value()
    box.fill(start.replace("was", "was not") + " Everybody knew.")
    tasks.wait_for(before, PIECES)
    assert tasks.verdict != shown
    before = tasks.stamps()
    tasks.page.get_by_role("button", name="Back to the example").click()
    tasks.wait_for(before, PIECES)
    assert tasks.verdict == shown and box.input_value() == start


def test_both_orders_of_a_pair_give_the_same_sum(tasks):
    tasks.open_task("similarity")
    before, shown = tasks.stamps(), tasks.verdict
    tasks.page.get_by_role("button", name="Swap the texts").click()
    tasks.wait_for(before, PIECES)
    assert [bar.split("\n")[-1] for bar in tasks.verdict] == [bar.split("\n")[-1] for bar in shown]


def test_another_task_shows_the_texts_that_its_rows_are_made_of(tasks):
    tasks.open_task("entailment")
    for task in ("Classification", "Similarity", "Multiple choice"):
        before = tasks.stamps()
        tasks.page.get_by_role("radio", name=task).click()
        tasks.wait_for(before, PIECES).settled()
        assert tasks.row.startswith(tasks.widget("text_a", "input").input_value()), task


def test_what_was_written_is_there_again_after_another_task(tasks):
    tasks.open_task("entailment")
    before = tasks.stamps()
    tasks.widget("text_b", "input").fill("Leo was ill.")
    tasks.wait_for(before, PIECES)
    for task in ("Similarity", "Entailment"):
        before = tasks.stamps()
        tasks.page.get_by_role("radio", name=task).click()
        tasks.wait_for(before, PIECES)
    assert tasks.widget("text_b", "input").input_value() == "Leo was ill."
    assert tasks.row.endswith("Leo was ill.")


def test_a_text_with_line_ends_is_shown_with_them(tasks):
    tasks.page.goto(f"{tasks.url}tasks?task=Entailment&text_a=One%0Atwo&text_b=three")
    tasks.wait_for({}, PIECES)
    assert tasks.widget("text_a", "textarea").input_value() == "One\ntwo"
    assert tasks.widget("text_b", "input").input_value() == "three"
