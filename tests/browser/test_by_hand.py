"""Writing by hand in a browser: take, force, go back, branch; the link shows the same tree to somebody else."""

import pytest
from playwright.sync_api import expect

from tests.browser.explorer import Explorer

PIECES = ("hand_strip", "hand_bars")


def _act(explorer: Explorer, act) -> None:
    before = explorer.stamps()
    act()
    explorer.wait_for(before, PIECES)


def _press(explorer: Explorer, key: str) -> None:
    _act(explorer, explorer.widget(key, "button").click)


def _tokens(explorer: Explorer) -> list[str]:
    return explorer.page.locator(".st-key-hand_strip .chip bdi").all_inner_texts()


def _tree(explorer: Explorer) -> list[tuple[str, str]]:
    tokens = explorer.page.locator(".st-key-hand_tries .token")
    return [(token.inner_text(), token.get_attribute("class")) for token in tokens.all()]


def _learner(browser, server):
    learner = Explorer(browser, server.url)
    yield learner
    learner.close()
    # Streamlit looks for its own addresses below the page's first.
    assert [complaint for complaint in learner.complaints if "404" not in complaint] == []
    assert learner.requests_elsewhere == []


writer = pytest.fixture(_learner, name="writer")
copy = pytest.fixture(_learner, name="copy")


def test_a_tree_is_written_reloaded_and_shared(writer, copy):
    writer.page.goto(f"{writer.url}decoding?model=stories&decoding=By+hand&start=One+day+a+girl")
    writer.wait_for({}, PIECES)
    beginning = _tokens(writer)
    _press(writer, "hand_likeliest")
    _act(writer, writer.page.locator(".st-key-hand_bars .bar").nth(2).click)
    old = _tokens(writer)
    _press(writer, "hand_back")
    box = writer.widget("hand_word", "input")
    box.fill("crow")
    _act(writer, lambda: box.press("Enter"))
    expect(writer.page.get_by_text("“crow” is")).to_be_visible()
    assert len(old) == len(beginning) + 2 and _tokens(writer)[:-1][: len(beginning)] == beginning
    assert writer.page.locator(".st-key-hand_tries .end").count() == 2

    node = writer.page.locator(".st-key-hand_tries .at")
    node.focus()
    node.press("ArrowUp")  # the other branch
    _act(writer, lambda: writer.page.keyboard.press("Enter"))
    assert _tokens(writer) == old

    shown, address = _tree(writer), writer.page.url
    writer.page.reload()
    writer.wait_for({}, (*PIECES, "hand_tries"))
    assert (_tokens(writer), _tree(writer)) == (old, shown)
    copy.page.goto(address)
    copy.wait_for({}, (*PIECES, "hand_tries"))
    assert (_tokens(copy), _tree(copy)) == (old, shown)
