"""The Layers lens in a browser: the grid by pointer and keyboard, written on, and a token hidden by its button."""

import pytest

from app.explore import text as content
from app.explore.lenses.layers_text import LOOKS
from tests.browser.explorer import Explorer

LENS = content.LENSES["layers"]


def test_the_grid_is_walked_clicked_opened_and_written_on(explorer):
    explorer.open(("strip", "guesses", "rivals"), lens=LENS)
    cells = explorer.page.locator(".st-key-guesses .cell.guess")
    where = explorer.widget("guesses", ".where")
    assert where.inner_text() == "block 7 = answer, after “the” (token 20)"
    explorer.page.locator(".st-key-guesses .cell.pinned").focus()
    explorer.page.keyboard.press("ArrowUp")
    explorer.page.keyboard.press("ArrowLeft")
    assert where.inner_text() == "block 6, after “to” (token 19)"
    before = explorer.stamps()
    explorer.page.keyboard.press("Enter")
    explorer.wait_for(before, ("strip", "guesses", "rivals"))
    assert explorer.query["position"] == "19"
    explorer.page.mouse.move(0, 0)
    cells.nth(7 * 20 + 18).click()  # the last row of the same column: its numbers open
    number = explorer.page.locator(".st-key-guesses .best button").first
    number.click()
    explorer.page.wait_for_function("new URLSearchParams(location.search).get('open')?.startsWith('probability:18:')")
    explorer.page.get_by_role("button", name="Continue", exact=True).first.click()
    explorer.page.wait_for_selector(".st-key-guesses_live .cell.guess")
    explorer.page.wait_for_selector(".st-key-guesses .cell.guess")
    assert explorer.chips.count() == 50


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_token_is_hidden_on_a_phone_and_all_of_it_fits(browser, server, scheme):
    explorer = Explorer(browser, server.url, viewport={"width": 390, "height": 844}, color_scheme=scheme)
    explorer.open(("strip", "saliency"), lens=LENS, layers_look=LOOKS["saliency"])
    explorer.page.locator(".st-key-saliency .cell.head").nth(5).click()
    before = explorer.stamps()
    explorer.widget("saliency", "button.hide").click()
    explorer.wait_for(before, ("strip", "saliency"))
    assert explorer.query["off"] == "t6"
    assert explorer.widget("saliency", "button.hide").inner_text().startswith("Show “crow”")
    room = explorer.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert room == 0 and explorer.complaints == []
    explorer.close()
