"""The Exercise page in a browser, on a phone: it trains, four verdicts come out right, a file is taken home."""

from app.exercise import text
from gptcore.exercise.handout import solution
from gptcore.exercise.settings import ExerciseSettings
from tests.browser.explorer import Explorer

_DONE = 90_000
"""Milliseconds; a busy machine needs some."""


def test_it_trains_and_the_solution_is_taken_home(browser, server, tmp_path):
    learner = Explorer(browser, server.url, viewport=dict(width=390, height=844), color_scheme="dark")
    page = learner.page
    page.goto(f"{learner.url}exercise?ex_optimizer=adam")
    page.get_by_role("button", name=text.TRAIN, exact=True).click(timeout=_DONE)
    page.get_by_role("button", name=text.AGAIN, exact=True).wait_for(timeout=_DONE)
    page.locator(".st-key-ex_verdicts .number", has_text="✓").nth(3).wait_for(timeout=_DONE)
    assert "trained=1" in page.url
    with page.expect_download() as started:
        page.get_by_role("button", name=text.SOLUTION_FILE).click()
    started.value.save_as(tmp_path / "solution.py")
    assert (tmp_path / "solution.py").read_text() == solution(ExerciseSettings(optimizer="adam"))
    room = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert room == 0
    learner.close()
    assert [said for said in learner.complaints if "404" not in said] == [] and learner.requests_elsewhere == []
