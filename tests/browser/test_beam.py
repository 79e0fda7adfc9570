"""The beam laboratory in a browser: stepped through, read by keyboard, a node opened, and all of it in the link."""

import pytest

from app.decoding import beam, keys
from app.decoding.beam_after import BARS
from app.decoding.beam_text import TREE
from tests.browser.explorer import Explorer

PIECES = (beam.PICTURE, BARS)
QUERY = {"decoding": "beam", "model": "stories", "start": "Mia and Tom", keys.BEAM_WIDTH: "2", keys.BEAM_TOKENS: "4"}


@pytest.mark.parametrize("window", [{}, {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}], ids=str)
def test_the_tree_is_stepped_through_and_a_node_opens(browser, server, window):
    explorer = Explorer(browser, f"{server.url}decoding", **window)
    explorer.open(PIECES, **QUERY)
    said = explorer.widget(beam.PICTURE, ".readout")
    explorer.page.wait_for_function("() => document.body.innerText.includes('best of all texts of')")
    assert said.inner_text().startswith("Ranked first: “sat by the")

    back = explorer.widget(beam.PICTURE, f"button[aria-label='{TREE['back']}']")
    for shown in ("3", "2"):
        back.click()
        explorer.wait_for_query(**{keys.BEAM_DEPTH: shown})
    assert said.inner_text().startswith("After 2 tokens “")

    tree = explorer.widget(beam.PICTURE, "canvas")
    tree.focus()
    before = explorer.stamps()
    tree.press("ArrowDown" if window else "ArrowRight")
    assert "kept. Its last token" in said.inner_text()
    tree.press("Enter")
    explorer.wait_for(before)
    (node,) = explorer.query[keys.BEAM_NODE].split(".")
    assert node.isdigit()
    title = explorer.widget(BARS, ".title").inner_text()
    assert title.startswith("What comes after “")

    explorer.open(PIECES, **explorer.query)  # the link restores it
    assert explorer.widget(beam.PICTURE, ".count").inner_text() == "token 2 of 4"
    assert explorer.widget(BARS, ".title").inner_text() == title
    room = explorer.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    # Streamlit itself looks for the server below a page's own address first, and finds it on the second try.
    assert [complaint for complaint in explorer.complaints if "404" not in complaint] == []
    assert room == 0 and explorer.requests_elsewhere == []
    explorer.close()
