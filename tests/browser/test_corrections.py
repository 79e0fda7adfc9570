"""A wrong verdict in a real browser: corrected, taught by a worker of its own, used, and still there after a reload."""

from tests.browser.test_tasks import tasks

__all__ = ["tasks"]
LESSON = 180_000
"""Milliseconds that a lesson may take on a busy machine."""


def test_a_mistake_is_corrected_taught_and_used(tasks):
    page = tasks.open_task("classification").page
    shown = tasks.verdict
    page.get_by_role("button", name="This is wrong").click()
    page.get_by_role("button", name="Teach it").click()
    page.locator(".st-key-taught [data-drawn]").wait_for(timeout=LESSON)
    assert tasks.verdict == shown  # the model on the page is the one that it was
    taught = page.locator(".st-key-taught .line").all_inner_texts()
    before = tasks.stamps()
    page.get_by_role("button", name="Use the taught model").click()
    tasks.wait_for(before, ("verdict",))
    assert tasks.verdict == taught != shown
    page.reload()
    page.locator(".st-key-taught [data-drawn]").wait_for(timeout=20_000)
    before = tasks.stamps()
    page.get_by_role("button", name="Throw it away").click()
    page.get_by_role("button", name="Bring the lesson back").wait_for()
    tasks.wait_for(before, ("verdict",))
    assert not page.locator(".st-key-taught").count()
