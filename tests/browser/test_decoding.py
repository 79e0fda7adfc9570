"""The Decoding page in a browser: texts grow, a token says what it was drawn from, a link brings all of it back."""

import re
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from app.decoding import strategies_text as content
from tests.browser.explorer import Explorer

PIECES = ("written", "chosen_from")
PROSE = ".st-key-written .prose > span:last-child"
TRIES, STANDS_STILL = 3, 60
"""Loads of the page, and seconds after which one that has not written its texts counts as standing still."""
SETTINGS = {"n_tokens": "6", "seed": "3", "k": "5", "start": "The fox said to the crow"}


@pytest.fixture(params=[dict(width=1280, height=900), dict(width=390, height=844)], ids=["wide", "phone"])
def learner(request, browser, server):
    dark = "dark" if request.param["width"] == 390 else "light"
    explorer = Explorer(browser, server.url, viewport=request.param, color_scheme=dark)
    explorer.url += "decoding"
    yield explorer
    explorer.close()
    # At a page's own address Streamlit first looks for its server below it, which the console tells.
    assert [said for said in explorer.complaints if "404" not in said] == [] and explorer.requests_elsewhere == []


def _texts(explorer) -> list[str]:
    """What each strategy has written, once all are done."""
    written = expect(explorer.page.locator(PROSE))
    for _ in range(TRIES):
        explorer.page.locator(".st-key-chosen_from .bar").first.wait_for()
        try:
            written.to_have_text([re.compile(r"\S")] * 6, timeout=1_000 * STANDS_STILL)
        except AssertionError:
            # An open fault: on a busy machine the browser may keep an older picture for good. A reload draws the last.
            explorer.page.reload()
        else:
            break
    written.to_have_text([re.compile(r"\S")] * 6)
    explorer.page.get_by_role("button", name=content.STOP, exact=True).wait_for(state="detached")
    return explorer.page.locator(PROSE).all_inner_texts()


def test_texts_are_written_a_token_is_looked_at_and_a_link_restores_all(learner, browser, server):
    learner.page.goto(f"{learner.url}?{urlencode(SETTINGS)}")
    texts = _texts(learner)
    before = learner.stamps()
    tokens = learner.page.locator(".st-key-written section").nth(3).locator(".token")
    tokens.nth(2).click()
    learner.wait_for(before, PIECES).wait_for_query(look_at="top_p.3")
    assert "token 3" in learner.widget("chosen_from", "h3").inner_text()
    assert re.search(r"0\.\d{4}", learner.widget("chosen_from", ".subtitle").inner_text())
    before = learner.stamps()
    tokens.nth(2).press("ArrowUp")  # the same place in the text above
    learner.wait_for(before, PIECES).wait_for_query(look_at="top_k.3")
    chosen = learner.widget("chosen_from", ".bars").inner_text()
    room = learner.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert room == 0
    other = Explorer(browser, server.url)
    other.page.goto(learner.page.url)
    assert _texts(other) == texts
    assert other.widget("chosen_from", ".bars").inner_text() == chosen
    other.close()
