"""The Vectors lens in a browser: what is drawn, found by pointer and by keyboard, and opened by a click."""

import pytest

from app.explore import text as content
from app.explore.lenses.vectors_text import LOOKS
from tests.browser.explorer import Explorer

RIVER, MONEY = "The children sat on the river bank", "The man took his money to the bank"


def _open(explorer, look: str, *keys: str, **query: str):
    query = {"prompt": RIVER, "look": LOOKS[look], **query}
    return explorer.open(("strip", *keys), lens=content.LENSES["vectors"], **query)


def test_a_second_text_is_read_as_it_is_typed(explorer):
    _open(explorer, "token", "nearest", "apart", other_text=MONEY)
    before = explorer.stamps()
    explorer.widget("other_text", "input").fill("He put all his money in the bank")
    explorer.wait_for(before, ("apart",)).wait_for_query(other_text="He put all his money in the bank")
    assert explorer.stamps()["nearest"] == before["nearest"]
    canvas = explorer.widget("apart", "canvas")
    canvas.focus()
    for _ in range(2):
        canvas.press("ArrowRight")
    assert explorer.widget("apart", ".readout").inner_text().startswith("h₀: “bank” here and there")
    before = explorer.stamps()
    explorer.page.get_by_text("bear: animal, to bear").click()
    explorer.wait_for(before, ("strip", "nearest", "apart"))
    assert explorer.prompt.endswith("bear")
    assert explorer.widget("other_text", "input").input_value().endswith("bear")


def test_a_map_is_read_by_pointer_and_by_keyboard_and_its_points_travel_once(explorer):
    _open(explorer, "maps", "token_map", "token_marks", "position_map", "bands")
    said = explorer.widget("token_map", ".readout")
    explorer.widget("token_marks", ".mark").focus()
    assert said.inner_text().startswith("The: ")
    explorer.page.keyboard.press("ArrowRight")
    assert said.inner_text().startswith("children: ")
    squares = explorer.widget("bands", "canvas")
    squares.focus()
    squares.press("ArrowDown")
    assert "positions 9 to 16 with 1 to 8: cosine" in explorer.widget("bands", ".readout").inner_text()
    before = explorer.stamps()
    explorer.received.clear()
    explorer.chips.nth(2).click()
    explorer.wait_for(before, ("strip", "token_marks"))
    assert sum(map(len, explorer.received)) < 100_000
    assert explorer.stamps()["token_map"] == before["token_map"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_neurons_are_picked_and_an_activation_opens(browser, server, scheme):
    explorer = Explorer(browser, server.url, viewport={"width": 390, "height": 844}, color_scheme=scheme)
    _open(explorer, "neurons", "strongest", "neuron_picture", layer="4")
    assert explorer.page.locator(".st-key-neuron_picture .places li").count() == 10
    before = explorer.stamps()
    explorer.page.locator(".st-key-strongest .bar").nth(1).click()
    explorer.wait_for(before, ("neuron_picture",))
    number = explorer.query["neuron"]
    explorer.page.locator(".st-key-neuron_picture .token").nth(5).click()
    explorer.wait_for_query(open=f"mlp_act:3:5:{int(number) - 1}")
    room = explorer.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert room == 0 and explorer.complaints == []
    explorer.close()
