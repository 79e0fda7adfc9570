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


@pytest.fixture
def copy(browser, server):
    """Another learner, for the copy of a link."""
    other = Explorer(browser, server.url)
    yield other
    other.close()
    assert other.complaints == []


def test_a_tree_is_written_reloaded_and_shared(explorer, copy):
    explorer.page.goto(f"{explorer.url}decoding?model=stories&decoding=By+hand&start=One+day+a+girl")
    explorer.wait_for({}, PIECES)
    beginning = _tokens(explorer)
    _press(explorer, "hand_likeliest")
    _act(explorer, explorer.page.locator(".st-key-hand_bars .bar").nth(2).click)
    old = _tokens(explorer)
    _press(explorer, "hand_back")
    box = explorer.widget("hand_word", "input")
    box.fill("crow")
    _act(explorer, lambda: box.press("Enter"))
    expect(explorer.page.get_by_text("“crow” is")).to_be_visible()
    assert len(old) == len(beginning) + 2 and _tokens(explorer)[:-1][: len(beginning)] == beginning
    assert explorer.page.locator(".st-key-hand_tries .end").count() == 2

    node = explorer.page.locator(".st-key-hand_tries .at")
    node.focus()
    node.press("ArrowUp")  # the other branch
    _act(explorer, lambda: explorer.page.keyboard.press("Enter"))
    assert _tokens(explorer) == old

    shown, address = _tree(explorer), explorer.page.url
    explorer.page.reload()
    explorer.wait_for({}, (*PIECES, "hand_tries"))
    assert (_tokens(explorer), _tree(explorer)) == (old, shown)
    copy.page.goto(address)
    copy.wait_for({}, (*PIECES, "hand_tries"))
    assert (_tokens(copy), _tree(copy)) == (old, shown)
