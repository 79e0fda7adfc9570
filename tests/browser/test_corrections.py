"""A wrong verdict in a real browser: corrected, taught by a worker of its own, used, and still there after a reload.

The model is a learner's own of two layers' size, so that a lesson takes seconds.
"""

import re

import pytest

from tests.browser.finished import OWNER
from tests.browser.test_tasks import PIECES, Tasks


@pytest.fixture
def tasks(browser, lived_in):
    """The learner whose model it is."""
    learner = Tasks(browser, lived_in.url)
    learner.context.add_cookies([{"name": "gpt_explorer_learner", "value": OWNER, "url": lived_in.url}])
    yield learner
    learner.close()
    assert [complaint for complaint in learner.complaints if "404" not in complaint] == []


def test_a_mistake_is_corrected_taught_and_used(tasks):
    page = tasks.open_task("multiple_choice").page
    before = tasks.stamps()
    tasks.widget("task_model", "input").click()
    page.get_by_role("option", name=re.compile("choices")).first.click()
    tasks.wait_for(before, PIECES).settled()
    shown = tasks.verdict
    page.get_by_role("button", name="This is wrong").click()
    page.get_by_role("button", name="Teach it").click()
    page.locator(".st-key-taught [data-drawn]").wait_for()
    assert tasks.verdict == shown  # the model on the page is the one that it was
    taught = page.locator(".st-key-taught .line").all_inner_texts()
    before = tasks.stamps()
    page.get_by_role("button", name="Use the taught model").click()
    tasks.wait_for(before, ("verdict",))
    assert tasks.verdict == taught != shown
    page.reload()
    page.locator(".st-key-taught [data-drawn]").wait_for()
    before = tasks.settled().stamps()
    page.get_by_role("button", name="Throw it away").click()
    page.get_by_role("button", name="Bring the lesson back").wait_for()
    tasks.wait_for(before, ("verdict",))
    assert not page.locator(".st-key-taught").count()
