"""The Flow lens in a browser: the walk by keys, clicks on blocks, tokens and numbers, on a page and on a phone."""

import pytest
from playwright.sync_api import expect

from gptcore.checkpoints.checkpoint import load
from gptcore.provenance.cells import from_text
from gptcore.trace.trace import run_trace
from tests.browser.explorer import Explorer


class Flow(Explorer):
    """A learner who looks at the picture."""

    @property
    def picture(self):
        """The large canvas."""
        return self.page.locator(".st-key-flow .picture")

    @property
    def says(self):
        """The sentence of the stage."""
        return self.page.locator(".st-key-flow .says")

    @property
    def readout(self):
        """What is pointed at."""
        return self.page.locator(".st-key-flow .readout")

    def point(self, kind: str, steps: int = 60) -> dict[str, float]:
        """A place on the picture whose description holds these words; found as a learner finds it, by pointing."""
        box = self.picture.bounding_box()
        for number in range(steps):
            at = {"x": box["width"] * (number + 0.5) / steps, "y": 60.0}
            self.picture.hover(position=at)
            if kind in self.readout.inner_text():
                return at
        raise AssertionError(f"nothing here is {kind}")


@pytest.fixture
def flow(browser, server):
    """A learner; complaints and requests elsewhere are none in the end."""
    learner = Flow(browser, server.url)
    yield learner
    learner.close()
    assert learner.complaints == [] and learner.requests_elsewhere == []


def _painted(picture) -> int:
    return picture.evaluate(
        "(canvas) => new Set(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data).size"
    )


def test_the_page_opens_on_it_and_typing_redraws_it(flow):
    flow.open()
    assert _painted(flow.picture) > 50
    before = flow.page.locator(".st-key-flow .title").inner_text()
    flow.type(" fox")
    assert flow.page.locator(".st-key-flow .title").inner_text() != before


def test_the_walk_by_keys_asks_nobody_until_it_rests_and_stands_in_the_address(flow):
    flow.open()
    flow.picture.focus()
    flow.settled().sent.clear()
    for _ in range(4):
        flow.page.keyboard.press("ArrowRight")
    assert flow.sent == []
    assert "q · k" in flow.says.inner_text() and "Layer 4, head 1" in flow.says.inner_text()
    flow.wait_for_query(stage="scores")
    flow.page.keyboard.press("ArrowLeft")
    flow.wait_for_query(stage="qkv")
    flow.page.reload()
    flow.wait_for({})
    assert "Queries" in flow.says.inner_text()


def test_play_walks_on_and_pause_tells_the_address(flow):
    flow.open(stage="values")
    flow.page.locator(".st-key-flow .speed").click()  # twice as fast
    flow.page.locator(".st-key-flow .play").click()
    expect(flow.says).to_contain_text("Heads side by side")
    assert flow.query["stage"] == "values"
    flow.page.keyboard.press(" ")
    flow.wait_for_query(stage="heads")


def test_a_number_is_read_by_keys_and_opened(flow):
    flow.open(stage="qkv")
    flow.picture.focus()
    for key in ("ArrowDown", "ArrowUp", "ArrowRight"):
        flow.page.keyboard.press(key)
    text = flow.readout.inner_text()
    assert "queries q" in text and "(token 19)" in text and "number 2 of 32" in text
    flow.page.keyboard.press("Enter")
    flow.page.wait_for_function("new URLSearchParams(location.search).has('open')")
    cell = from_text(flow.query["open"])
    assert cell == ("q", 3, 0, 18, 1)
    checkpoint = load()
    trace = run_trace(checkpoint.model, checkpoint.tokenizer.encode(flow.prompt).ids, ("q",))
    assert text.endswith(f"{trace.q[cell[1:]]:.4f}".replace("-", "−"))
    flow.page.locator(".st-key-arithmetic_heading .value").wait_for()
    flow.picture.focus()
    flow.page.keyboard.press("ArrowRight")
    expect(flow.says).to_contain_text("q · k")


def test_clicks_choose_a_block_and_a_token(flow):
    flow.open()
    before = flow.stamps()
    flow.picture.click(position=flow.point("Block 2 turned"))
    flow.wait_for(before, ("flow",)).wait_for_query(layer="2")
    before = flow.stamps()
    flow.picture.click(position=flow.point("click to follow"))
    flow.wait_for(before).wait_for_query(position="2")
    assert flow.chips.nth(1).get_attribute("aria-selected") == "true"


def test_what_is_pointed_at_asks_nobody(flow):
    flow.open().settled().sent.clear()
    flow.point("token embedding")
    flow.point("after block 3")
    assert flow.sent == []
    flow.page.mouse.move(2, 2)
    expect(flow.readout).to_contain_text("Click a block")


@pytest.mark.parametrize(
    "window", [{"viewport": {"width": 390, "height": 800}, "has_touch": True}, {"color_scheme": "dark"}]
)
def test_a_phone_and_the_dark(browser, server, window):
    flow = Flow(browser, server.url, **window)
    try:
        flow.open(prompt="the fox", stage="softmax")
        assert _painted(flow.picture) > 50
        wide = flow.page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
        assert wide <= flow.page.viewport_size["width"]
        assert "Softmax" in flow.says.inner_text()
        assert flow.complaints == []
    finally:
        flow.close()


def test_who_wants_no_motion_gets_no_dot(browser, server):
    """The walk still goes on by itself; only its stages change, and nothing moves between them."""
    flow = Flow(browser, server.url, reduced_motion="reduce")
    try:
        flow.open().page.locator(".st-key-flow .play").click()
        flow.page.wait_for_timeout(150)
        marks = flow.page.locator(".st-key-flow .marks")
        picture = "(canvas) => canvas.toDataURL()"
        before = marks.evaluate(picture)
        flow.page.wait_for_timeout(300)
        assert marks.evaluate(picture) == before
    finally:
        flow.close()
