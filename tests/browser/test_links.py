"""What the address holds survives reload, a copy of the link, and the browser's back and forward buttons."""

import pytest
from playwright.sync_api import expect

from app.explore.samples import DEFAULT_PROMPT
from tests.browser.explorer import Explorer

LINES = "roses are red\nviolets are blue"
MARKED = "roses are red⏎violets are blue"
STRIP = ("strip",)


def _ids(explorer: Explorer) -> list[str]:
    return explorer.page.locator(".st-key-strip .chip small").all_inner_texts()


def _summary(explorer: Explorer) -> str:
    return explorer.page.locator(".st-key-strip .summary").inner_text()


def _view(explorer: Explorer) -> tuple:
    """All that a learner sees of a text: the box, the tokens, the perplexity, the pictures' stamps."""
    return explorer.prompt, _ids(explorer), _summary(explorer), explorer.stamps()


def _continue(explorer: Explorer) -> None:
    before = explorer.stamps()
    explorer.widget("continue", "button").click()
    explorer.widget("stop", "button").wait_for(state="detached")
    explorer.wait_for(before, STRIP)
    explorer.settled()


@pytest.fixture
def copy(browser, server):
    """Another learner, for the copy of a link."""
    other = Explorer(browser, server.url)
    yield other
    other.close()
    assert other.complaints == []


def test_what_was_written_survives_reload_copy_back_and_forward(explorer, copy):
    explorer.open(("strip", "bars"), lens="Prediction", model="stories", prompt="One day a girl", seed="3")
    start = explorer.settled() and _view(explorer)
    _continue(explorer)
    written = _view(explorer)
    assert len(_ids(explorer)) == len(start[1]) + 30 and explorer.query["ids"]
    explorer.page.reload()
    explorer.wait_for({}, ("strip", "bars"))
    assert explorer.settled() and _view(explorer) == written
    copy.page.goto(explorer.page.url)
    copy.wait_for({}, ("strip", "bars"))
    assert copy.settled() and _view(copy) == written
    _continue(copy)
    twice = _view(copy)
    assert twice[1][: len(written[1])] == written[1]
    for step, expected in (("back", written), ("forward", twice)):
        getattr(copy.page, f"go_{step}")()
        copy.page.wait_for_function(
            "(shown) => document.querySelector('.st-key-prompt input').value === shown", arg=expected[0]
        )
        assert copy.settled() and _view(copy) == expected, step


def test_typing_elsewhere_keeps_what_was_written(explorer):
    explorer.open(("strip", "bars"), lens="Prediction", prompt="One day a girl", temperature="1.5")
    _continue(explorer)
    ids = _ids(explorer)
    before = explorer.stamps()
    explorer.widget("prompt", "input").press("End")
    explorer.page.keyboard.type(" and")
    explorer.wait_for(before, STRIP)
    explorer.settled()
    assert _ids(explorer)[: len(ids)] == ids
    written = ids[-30:]
    explorer.page.keyboard.press("Home")
    explorer.page.keyboard.type("So: ")
    explorer.wait_for_query(prompt=explorer.prompt)
    explorer.settled()
    assert explorer.prompt.startswith("So: One day") and _ids(explorer)[-31:-1] == written


def test_a_text_with_lines_stays_whole_in_the_one_line_box(explorer):
    explorer.open(STRIP, prompt=LINES)
    explorer.wait_for_query(prompt=MARKED)
    assert explorer.prompt == MARKED
    chips = explorer.chips.all_inner_texts()
    assert sum("⏎" in chip for chip in chips) == 1
    explorer.type("!")
    assert explorer.prompt == MARKED + "!"
    assert explorer.chips.all_inner_texts()[: len(chips)] == chips
    assert explorer.page.get_by_text("is the end of a line").is_visible()
    explorer.page.get_by_role("button", name="Longer text").click()
    expect(explorer.widget("long_text", "textarea")).to_have_value(LINES + "!")
    explorer.page.keyboard.press("Escape")
    explorer.fill(MARKED.replace("⏎", " "), STRIP)
    assert not any("⏎" in chip for chip in explorer.chips.all_inner_texts())


def test_the_large_box_and_the_small_one_show_one_text(explorer):
    explorer.open().fill("a fox")
    explorer.page.get_by_role("button", name="Longer text").click()
    box = explorer.widget("long_text", "textarea")
    expect(box).to_have_value("a fox")
    before = explorer.stamps()
    box.fill(LINES)
    explorer.page.get_by_role("button", name="Read this text").click()
    explorer.wait_for(before, STRIP)
    assert explorer.prompt == MARKED


STATES = {
    "model": "stories",
    "untrained": "true",
    "lens": "Anatomy",
    "position": "2",
    "prompt": "a fox and a crow",
    "present": "1",
}
FLOW = {"layer": "2", "head": "3", "stage": "softmax", "position": "4", "temperature": "0.5"}
ATTENTION = {
    "lens": "Attention",
    "layer": "2",
    "head": "3",
    "view": "Arcs",
    "temperature": "0.5",
    "top_k": "7",
    "top_p": "0.9",
}
PREDICTION = {"lens": "Prediction", "seed": "12", "temperature": "0", "prompt": "the crow", "top_k": "1"}
EARLY = {"model": "early", "checkpoint": "35", "prompt": "the crow", "lens": "Tokens"}


def test_every_state_of_a_link_survives(explorer, copy):
    """In one window the links are opened one after the other; the copy goes to somebody else."""
    for link in (STATES, FLOW, ATTENTION, PREDICTION, EARLY):
        explorer.open(STRIP, **link).settled()
        assert explorer.query == link
        seen = _view(explorer)
        pieces = tuple(explorer.stamps())
        explorer.page.reload()
        explorer.wait_for({}, pieces).settled()
        assert (explorer.query, _view(explorer)) == (link, seen)
        copy.page.goto(explorer.page.url)
        copy.wait_for({}, pieces).settled()
        assert (copy.query, _view(copy)) == (link, seen)
        explorer.page.locator("[data-testid=stPageLink] a", has_text="Lab").click()
        explorer.page.wait_for_url("**/lab**")
        for _ in range(3):  # Streamlit makes an entry of its own between two pages, without any value
            if explorer.settled().query != link:
                with explorer.answered():
                    explorer.page.go_back()
        explorer.wait_for({}, STRIP).settled()
        assert (explorer.query, _view(explorer)) == (link, seen)


def test_a_lens_by_its_own_name_stays_in_the_address(explorer):
    explorer.open(("strip", "vectors"), lens="anatomy")
    explorer.wait_for_query(lens="Anatomy")
    explorer.settled()
    explorer.page.reload()
    explorer.wait_for({}, ("strip", "vectors")).wait_for_query(lens="Anatomy")
    explorer.widget("lens").get_by_text("Tokens", exact=True).click()
    explorer.wait_for_query(lens="Tokens")


DAMAGED = (
    "seed=nan&lens=Prediction",
    "layer=",
    "top_k=inf",
    "model=",
    "checkpoint=&model=early",
    "ids=x.0.AAAA",
    "stage=%00<b>",
)


def test_a_damaged_link_draws_the_page(explorer):
    for query in DAMAGED:
        explorer.page.goto(f"{explorer.url}?{query}")
        explorer.wait_for({}, STRIP)
        assert explorer.prompt == DEFAULT_PROMPT, query
        assert explorer.page.locator("[data-testid=stException]").count() == 0, query
        assert explorer.complaints == [], query


@pytest.mark.parametrize("brings", ["a time slider", "a caption"])
def test_what_comes_in_between_leaves_the_controls_below_in_their_place(explorer, brings):
    """One that moved was drawn anew, and every other time its value never reached the address again."""
    explorer.open()
    explorer.widget("position", "input").evaluate("box => { box.here = true; }")
    before = explorer.stamps()
    if brings == "a time slider":
        explorer.widget("model", "input").click()
        explorer.page.get_by_role("option", name="early", exact=True).click()
    else:
        explorer.page.locator(".st-key-sample button").nth(1).click()
    explorer.wait_for(before).settled()
    box = explorer.widget("position", "input")
    assert box.evaluate("box => box.here === true")
    box.fill("7")
    box.press("Enter")
    explorer.wait_for_query(position="7")
