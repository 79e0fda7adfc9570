"""Opening numbers in a real browser: by keyboard from a probability down to a weight and back, by a link in a fresh
one, on a phone; and every formula is one that can be drawn."""

import pytest

from tests.browser.explorer import HEADS, PIECES, Explorer

PANEL = ("arithmetic_heading", "arithmetic_terms")
TERM = ".st-key-arithmetic_terms .list button"
KINDS = (
    "hidden:3:6:10",
    "mlp_act:3:6:10",
    "normalised:blocks.2.ln_1:3:7",
    "std:blocks.2.ln_2:3",
    "attn_out:3:6:10",
    "attention:3:0:6:4",
    "attention:3:0:4:6",
    "masked_score:3:0:4:6",
    "sampled:5:311:0.8:40:0.9",
    "perplexity",
    "weight:blocks.2.attn.qkv.weight:17:40",
)

_FOCUSED = """() => {
    let element = document.activeElement;
    while (element.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return element.dataset.cell ?? element.className;
}"""
_CLIPPED = """() => [...document.querySelectorAll(".st-key-arithmetic .katex .base")].filter((part) => {
    const panel = part.closest(".st-key-arithmetic").parentElement;
    const hidden = part.getBoundingClientRect().right > panel.getBoundingClientRect().right + 1;
    return hidden && getComputedStyle(panel).overflowX !== "auto";
}).map((part) => part.textContent)"""
"""Parts of formulas that are cut off and cannot be scrolled to."""


def _value(explorer: Explorer) -> str:
    return explorer.page.locator(".st-key-arithmetic_heading .value").inner_text()


def _press(explorer: Explorer, key: str) -> None:
    before = explorer.stamps()
    explorer.page.keyboard.press(key)
    explorer.wait_for(before, PANEL)


def _depth(explorer: Explorer) -> int:
    return explorer.page.locator(".st-key-arithmetic_heading .crumbs li").count()


def test_from_a_probability_to_a_weight_and_back_by_keyboard_alone(explorer, browser):
    explorer.open(HEADS, lens="attention")
    explorer.page.locator(".st-key-bars .bar").first.focus()
    explorer.page.keyboard.press("ArrowRight")  # to the number at its end
    _press(explorer, "Enter")
    values, left = [_value(explorer)], []
    while not explorer.query["open"].split("~")[-1].startswith("weight"):
        explorer.page.keyboard.press("ArrowDown")
        left.append(explorer.page.evaluate(_FOCUSED))
        assert left[-1].startswith("[")  # the focus is on a term each time
        _press(explorer, "Enter")
        values.append(_value(explorer))
        assert _depth(explorer) == len(values) < 10
    weight = explorer.page.url
    other = Explorer(browser, explorer.url)
    try:
        other.page.goto(weight)
        other.wait_for({}, PANEL)
        assert (_value(other), _depth(other)) == (values[-1], len(values))
        assert other.stamps() == explorer.stamps()
    finally:
        other.close()
    for value, cell in zip(values[-2::-1], left[::-1], strict=True):
        _press(explorer, "Backspace")
        assert _value(explorer) == value
        assert explorer.page.evaluate(_FOCUSED) == cell  # where one came from
    explorer.page.keyboard.press("Escape")
    explorer.page.locator(".st-key-arithmetic").wait_for(state="detached")
    assert "open" not in explorer.query


def test_a_click_in_the_map_opens_beside_it_and_typing_goes_on(explorer):
    explorer.open(HEADS, lens="attention")
    picture = explorer.page.locator(".st-key-heads .head canvas")
    before = explorer.stamps()
    picture.click(position={"x": 150, "y": 200})
    explorer.wait_for(before, PANEL)
    assert picture.evaluate("canvas => canvas.isConnected")  # the very same one
    left, right = (explorer.page.locator(f".st-key-{key}").bounding_box() for key in ("heads", "arithmetic"))
    assert left["x"] + left["width"] <= right["x"]
    value = _value(explorer)
    explorer.type(" again")
    explorer.page.wait_for_function(
        f"document.querySelector('.st-key-arithmetic_heading [data-drawn]')?.shadowRoot"
        f".querySelector('.value').textContent === '{value}'"
    )  # what stands before it has not changed
    assert explorer.page.evaluate("document.activeElement.tagName") == "INPUT"
    explorer.fill("Rain")
    explorer.page.locator(".st-key-arithmetic").wait_for(state="detached")


@pytest.mark.parametrize("window", [{}, {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}], ids=str)
def test_every_formula_can_be_drawn_and_widens_nothing(browser, server, window):
    explorer = Explorer(browser, server.url, **window)
    try:
        explorer.open((*PIECES, *PANEL), open=KINDS[0])
        for cell in KINDS if window else KINDS[::4]:  # a phone is the harder place
            explorer.page.goto(f"{explorer.url}?open={cell}")
            explorer.wait_for({}, PANEL)
            formulas = explorer.page.locator(".st-key-arithmetic .katex")
            formulas.last.wait_for()
            assert explorer.page.locator(".st-key-arithmetic .katex-error").count() == 0, cell
            assert explorer.page.evaluate(_CLIPPED) == [], cell
            assert explorer.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), cell
        assert explorer.complaints == []
    finally:
        explorer.close()
