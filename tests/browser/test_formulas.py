"""A formula's part lights up what it stands for in the picture, and a picture the part; by pointer and by keyboard."""

import pytest

from tests.browser.explorer import Explorer

PIECES = ("strip", "formula", "heads")


@pytest.fixture
def stages(explorer) -> Explorer:
    """The Attention lens with its four stages, and a formula over it."""
    return explorer.open(PIECES, lens="attention", view="stages")


def _part(explorer: Explorer, says: str):
    return explorer.page.locator(f'.st-key-formula [data-part][aria-label^="{says}:"]').first


def _picture(explorer: Explorer) -> str:
    return explorer.page.locator(".st-key-heads .head canvas").evaluate("(canvas) => canvas.toDataURL()")


def _is_lit(explorer: Explorer, says: str) -> bool:
    return "lit" in (_part(explorer, says).get_attribute("class") or "").split()


def _says(explorer: Explorer) -> str:
    return explorer.page.locator(".st-key-formula .says").inner_text()


def test_a_part_lights_up_its_panel_and_goes_out_again(stages):
    before, source = _picture(stages), _says(stages)
    _part(stages, "mask").hover()
    of_mask = _picture(stages)
    assert of_mask != before
    assert _says(stages).startswith("mask: minus infinity")
    _part(stages, "softmax").hover(position={"x": 12, "y": 18})
    assert _picture(stages) not in (before, of_mask)
    stages.page.mouse.move(5, 5)
    assert (_picture(stages), _says(stages)) == (before, source)


def test_a_panel_lights_up_its_part(stages):
    canvas = stages.page.locator(".st-key-heads .head canvas")
    width = canvas.bounding_box()["width"]
    canvas.hover(position={"x": 30, "y": 100})
    assert [_is_lit(stages, name) for name in ("q · k", "Scores", "mask", "softmax")] == [True, False, False, False]
    canvas.hover(position={"x": width - 150, "y": 150})
    assert [_is_lit(stages, name) for name in ("q · k", "Scores", "mask", "softmax")] == [False, False, False, True]
    stages.page.mouse.move(5, 5)
    assert not stages.page.locator(".st-key-formula .lit").count()


def test_the_keyboard_walks_through_the_parts(stages):
    page = stages.page
    first = page.locator(".st-key-formula [data-part]").first
    first.focus()
    before = _says(stages)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert _says(stages) != before
    assert page.locator(".st-key-formula [data-part][tabindex='0']").count() == 1  # one stop of the Tab key
    page.keyboard.press("End")
    assert _says(stages).startswith("W_o:")
    assert page.locator(".st-key-formula .line").get_attribute("aria-label").startswith("Attention: o equals softmax")


def test_bars_strip_and_boxes_light_up(explorer):
    explorer.open(("strip", "formula", "bars"), lens="prediction")
    meant = explorer.page.locator
    _part(explorer, "P").hover()
    assert meant(".st-key-bars .bars.meant").count() == 1
    _part(explorer, "Perplexity").hover()
    assert meant(".st-key-strip .summary.meant").count() == 1
    assert not meant(".st-key-bars .bars.meant").count()
    explorer.page.locator(".st-key-bars .bar").first.hover()
    assert _is_lit(explorer, "P") and not _is_lit(explorer, "Perplexity")


def test_another_lens_leaves_nothing_lit(explorer):
    explorer.open(("strip", "formula", "vectors", "diagram"), lens="anatomy")
    _part(explorer, "W_e").focus()
    assert explorer.page.locator(".st-key-vectors canvas.meant").count() == 1
    assert explorer.page.locator(".st-key-diagram .box.meant").count() == 2  # this model's and GPT-1's
    before = explorer.stamps()
    explorer.widget("lens").get_by_text("Tokens").click()
    explorer.wait_for(before, ("formula",))
    assert explorer.page.evaluate("document['gpt-explorer-lit'].pointed") == []
    _part(explorer, "U").hover()
    assert explorer.page.locator(".st-key-strip .strip.meant").count() == 1


def test_the_flow_and_the_vectors_light_up_too(explorer):
    explorer.open(("strip", "formula", "flow"), lens="flow")
    marks = explorer.page.locator(".st-key-flow canvas").last
    before = marks.evaluate("(canvas) => canvas.toDataURL()")
    _part(explorer, "h₀").hover()
    assert marks.evaluate("(canvas) => canvas.toDataURL()") != before
    explorer.page.mouse.move(5, 5)
    assert marks.evaluate("(canvas) => canvas.toDataURL()") == before
    explorer.open(("strip", "formula", "nearest"), lens="vectors")
    _part(explorer, "Cosine").hover()
    assert explorer.page.locator(".st-key-nearest .bars.meant").count() == 1
    explorer.page.locator(".st-key-nearest .line").first.hover()
    assert _is_lit(explorer, "Cosine")
