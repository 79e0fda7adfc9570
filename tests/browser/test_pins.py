"""Pins in a real browser: made, compared, renamed, deleted; they outlive a reload, a link, and a change of page."""

import pytest
from playwright.sync_api import expect

from tests.browser.explorer import Explorer

STRIP = ("strip",)


@pytest.fixture
def copy(browser, server):
    """Another learner, for the copy of a link."""
    other = Explorer(browser, server.url)
    yield other
    other.close()
    assert other.complaints == []


def _pills(explorer: Explorer):
    return explorer.page.locator(".st-key-compare button")


def _pin(explorer: Explorer, count: int) -> None:
    explorer.widget("pin", "button").click()
    expect(_pills(explorer)).to_have_count(count)


def _numbers(explorer: Explorer) -> tuple[str, str]:
    """What the line under the strip says of both, and what is drawn."""
    line = explorer.page.get_by_text("here a perplexity of").inner_text()
    return line, explorer.stamps()["surprises"]


def _go(explorer: Explorer, page: str) -> None:
    explorer.page.locator("[data-testid=stPageLink] a", has_text=page).click()


def test_a_journey_with_two_pins(explorer, copy):
    explorer.open(STRIP, lens="Tokens", prompt="The keys on the wall")
    _pin(explorer, 1)
    expect(explorer.page.get_by_text("is what you see")).to_be_visible()
    explorer.type(" were")  # only here: the pin keeps its text
    explorer.page.locator(".st-key-surprises canvas").wait_for()
    _pin(explorer, 2)
    explorer.widget("untrained", "label").click()
    explorer.page.locator(".st-key-surprises canvas").wait_for()
    expect(explorer.page.get_by_text("here a perplexity of")).to_be_visible()
    explorer.settled()
    seen, address = _numbers(explorer), explorer.page.url

    explorer.page.reload()
    explorer.wait_for({}, ("strip", "surprises"))
    assert (_numbers(explorer), explorer.page.url) == (seen, address)
    copy.page.goto(address)
    copy.wait_for({}, ("strip", "surprises"))
    assert _numbers(copy) == seen and _pills(copy).count() == 2

    # Another page, whose address knows nothing of pins, and back: they are there, and in the address.
    _go(explorer, "Lab")
    explorer.page.wait_for_url("**/lab**")
    _go(explorer, "Explore")
    expect(_pills(explorer)).to_have_count(2)
    explorer.page.wait_for_function("new URLSearchParams(location.search).get('pins')?.startsWith('2~')")

    explorer.widget("edit_pins", "button").click()
    box = explorer.widget("pin_name_0", "input")
    box.fill("<b>without a verb</b>")
    box.press("Enter")
    expect(_pills(explorer).first).to_have_text("<b>without a verb</b>")
    explorer.widget("pin_delete_1", "button").click()
    expect(_pills(explorer)).to_have_count(1)
    explorer.page.keyboard.press("Escape")
    expect(box).to_be_hidden()  # for what covers the page swallows the next click
    explorer.page.get_by_role("button", name="Undo delete").click()
    expect(_pills(explorer)).to_have_count(2)


def test_going_back_undoes_what_was_done_to_pins_and_traps_nobody(explorer):
    explorer.open(STRIP, prompt="a fox")
    start = explorer.page.url
    _pin(explorer, 1)
    explorer.page.wait_for_function("location.search.includes('pins=')")
    explorer.page.locator(".st-key-compare button").click()  # nothing stands beside
    explorer.page.wait_for_function("new URLSearchParams(location.search).get('pins').startsWith('0~')")
    explorer.page.go_back()
    expect(_pills(explorer).first).to_have_attribute("aria-checked", "true")
    with explorer.answered():
        explorer.page.go_back()
    explorer.settled()
    assert explorer.page.url == start  # and stays so: nothing was written over the way back
    expect(_pills(explorer)).to_have_count(1)
