"""The Change lens in a browser: boards by keyboard and pointer, a patch that a link restores, a head that opens."""

import pytest

from app.explore.lenses.change_patch_text import PARTS
from app.explore.lenses.change_text import LOOKS
from tests.browser.explorer import Explorer

KING, QUEEN = "The king was so angry that", "The queen was so angry that"


def _patch(explorer: Explorer, **query: str) -> Explorer:
    query = {"lens": "Change", "change_look": LOOKS["patch"], "prompt": KING, "patch_text": QUEEN, **query}
    return explorer.open(("strip", "patch_board"), **query)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_patch_is_picked_by_keyboard_and_a_link_restores_it(browser, server, scheme):
    explorer = Explorer(browser, server.url, viewport={"width": 390, "height": 844}, color_scheme=scheme)
    _patch(explorer)
    said = explorer.widget("patch_board", ".said")
    cells = explorer.page.locator(".st-key-patch_board .cell")
    assert cells.count() == 8 * 6
    cells.first.focus()
    explorer.page.keyboard.press("ArrowRight")
    assert said.inner_text().startswith("Taking the state of token 2 (“king / queen”) before block 1")
    assert "100 % of the way from “he” to “she”" in said.inner_text()
    before = explorer.stamps()
    explorer.page.keyboard.press("Enter")
    explorer.wait_for(before, ("patch_board", "patch_after_1"))
    explorer.wait_for_query(patched="hidden.1.2")
    rows = explorer.page.locator(".st-key-patch_after_1 .line")
    assert rows.first.inner_text().startswith("he")
    again = Explorer(browser, server.url)
    again.page.goto(explorer.page.url)
    again.wait_for({}, ("patch_board", "patch_after_1"))
    pressed = again.page.locator(".st-key-patch_board .cell[aria-pressed=true]")
    assert pressed.inner_text() == "100"
    room = explorer.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert room == 0
    for one in (explorer, again):
        assert one.complaints == []
        one.close()


def test_a_pair_fills_both_texts_and_another_part_is_patched(explorer):
    _patch(explorer, patch_part=PARTS["mlp_out"])
    before = explorer.stamps()
    explorer.page.get_by_text("the doors, the door").click()
    explorer.wait_for(before, ("strip", "patch_board"))
    assert explorer.prompt == "The doors of the old house"
    assert explorer.widget("patch_text", "input").input_value() == "The door of the old house"
    assert "“were” to “was”" in explorer.widget("patch_board", ".title").inner_text()
    before = explorer.stamps()
    explorer.page.get_by_text(PARTS["head_out"], exact=True).click()
    explorer.wait_for(before, ("patch_board",))
    assert explorer.page.locator(".st-key-patch_board .cell").count() == 7 * explorer.n_heads


def test_a_push_opens_its_logit_and_its_head(explorer):
    query = {"lens": "Change", "change_look": LOOKS["pushes"], "prompt": KING, "push": "he", "push_against": "she"}
    explorer.open(("strip", "push_bars", "push_board"), **query)
    number = explorer.page.locator(".st-key-push_bars .number").first
    number.click()
    explorer.wait_for({}, ("arithmetic_terms",))
    assert explorer.query["open"].startswith("logit:5:")
    columns = explorer.n_heads + 3  # and the feed-forward network, and two kinds of biases
    explorer.page.locator(".st-key-push_board .cell").nth(columns + 1).click()
    explorer.wait_for_query(lens="Attention", head="2", layer="2")
