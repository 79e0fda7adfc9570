"""Switching off in a browser: by clicks where things are drawn, by keys, by a link, and on a phone."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.explorer import HEADS, Explorer

PANEL = ("heads", "switched", "written")


@pytest.fixture
def explorer(browser, server):
    """A learner; complaints and requests elsewhere are none in the end."""
    learner = Explorer(browser, server.url)
    yield learner
    learner.close()
    assert learner.complaints == [] and learner.requests_elsewhere == []


def test_a_head_off_by_a_click_and_everything_back(explorer):
    page = explorer.open(HEADS, lens="attention").page
    whole = page.locator(".st-key-strip .summary").inner_text()
    before = explorer.stamps()
    page.locator(".st-key-switching label").first.click()
    explorer.wait_for(before, ("strip", "heads"))
    before = explorer.stamps()
    explorer.board.click(position=_head(explorer, 4, 1))
    explorer.wait_for(before, PANEL).wait_for_query(off="h4.1")
    panel = page.locator(".st-key-switched")
    expect(panel.locator(".list button")).to_have_text(["layer 4, head 1✕"])
    assert page.locator(".st-key-strip .summary").inner_text() != whole
    before = explorer.stamps()
    explorer.chips.nth(4).click()
    explorer.wait_for(before, ("strip", "switched")).wait_for_query(off="h4.1~t5")
    expect(explorer.chips.nth(4)).to_have_class(re.compile(r"\boff\b"))
    perplexity = panel.locator(".measure").last.inner_text()
    page.reload()
    explorer.wait_for({}, PANEL)
    assert panel.locator(".measure").last.inner_text() == perplexity
    before = explorer.stamps()
    page.get_by_role("button", name="Bring everything back").click()
    explorer.wait_for(before, ("strip", "heads"))
    panel.wait_for(state="detached")
    expect(page.locator(".st-key-strip .summary")).to_have_text(whole)
    assert "off" not in explorer.query


def test_by_keys_and_with_shift_where_clicks_do_something_else(explorer):
    page = explorer.open().page
    before = explorer.stamps()
    explorer.chips.nth(1).click(modifiers=["Shift"])
    explorer.wait_for(before, ("strip", "flow", "switched")).wait_for_query(off="t2")
    explorer.chips.nth(1).focus()
    page.keyboard.press("x")
    page.locator(".st-key-switched").wait_for(state="detached")
    picture = page.locator(".st-key-flow .picture")
    box = picture.bounding_box()
    before = explorer.stamps()
    picture.click(position={"x": box["width"] * 0.43, "y": 100}, modifiers=["Shift"])  # in the fourth block
    explorer.wait_for(before, ("flow", "switched"))
    assert explorer.query["off"][0] in "am"


def test_a_phone_has_room_for_it(browser, server):
    phone = Explorer(browser, server.url, viewport={"width": 390, "height": 844}, has_touch=True)
    try:
        phone.open(("strip", "flow", "switched"), off="h4.1~m3~t2")
        wide = phone.page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
        assert wide <= 390
        box = phone.page.locator(".st-key-switched .parts").bounding_box()
        assert 250 < box["width"] <= 390
        assert phone.complaints == []
    finally:
        phone.close()


def _head(explorer: Explorer, layer: int, head: int) -> dict[str, float]:
    """Where a small map is while whole layers' parts stand beside the heads."""
    size = (explorer.board.bounding_box()["width"] - 18 - 2 * 24) / explorer.n_heads
    return {"x": 18 + (head - 0.5) * size, "y": 18 + (layer - 0.5) * size}
