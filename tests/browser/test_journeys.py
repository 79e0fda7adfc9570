"""What learners do, in a real browser: each journey waits for what is painted, and ends without a complaint."""

from app.explore.samples import DEFAULT_PROMPT
from tests.browser.explorer import HEADS, Explorer

HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script> $x$ **b** `c` :red[d] שלום 👩‍👩‍👧‍👦"
LONG = "The fox and the crow. " * 100


def test_the_page_draws_everything_and_asks_nobody_else(explorer):
    explorer.open(HEADS, lens="attention")
    assert explorer.prompt == DEFAULT_PROMPT
    assert explorer.chips.all_inner_texts()[0].startswith("The")
    assert explorer.page.locator(".st-key-bars .bar").count() >= 5
    assert explorer.page.locator(".st-key-heads canvas").count() == 2
    painted = explorer.board.evaluate(
        "(canvas) => new Set(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data).size"
    )
    assert painted > 20


def test_typing_redraws_strip_heads_and_bars(explorer):
    explorer.open(HEADS, lens="attention").type(" fox")
    assert explorer.prompt == DEFAULT_PROMPT + " fox"
    assert "fox" in explorer.chips.last.inner_text()
    explorer.wait_for_query(prompt=DEFAULT_PROMPT + " fox")


def test_every_lens_draws(explorer):
    explorer.open()
    for lens, pieces in (
        ("Tokens", ("strip", "merge_strip", "other_strip")),
        ("Prediction", ("strip", "bars")),
        ("Anatomy", ("strip", "vectors", "diagram")),
        ("Attention", HEADS),
        ("Flow", ("strip", "flow")),
    ):
        explorer.widget("lens").get_by_text(lens, exact=True).click()
        explorer.wait_for({}, pieces)
    explorer.widget("lens").get_by_text("Prediction", exact=True).click()
    explorer.page.wait_for_selector(".st-key-surprisal .main-svg")


def test_a_click_on_a_chip_moves_the_position(explorer):
    explorer.open()
    before = explorer.stamps()
    explorer.chips.nth(2).click()
    explorer.wait_for(before)
    assert explorer.chips.nth(2).get_attribute("aria-selected") == "true"
    explorer.wait_for_query(position="3")
    explorer.page.keyboard.press("ArrowRight")
    explorer.wait_for_query(position="4")
    assert explorer.chips.nth(3).get_attribute("aria-selected") == "true"


def test_a_click_on_the_board_and_arrow_keys_choose_a_head(explorer):
    explorer.open(HEADS, lens="attention")
    before = explorer.stamps()
    explorer.board.click(position=explorer.cell(2, 3))
    explorer.wait_for(before, ("heads",)).wait_for_query(layer="2", head="3")
    assert explorer.widget("layer", "input").input_value() == "2"
    assert explorer.widget("head", "input").input_value() == "3"
    assert explorer.page.locator(".st-key-heads .name").inner_text() == "Layer 2, head 3"
    explorer.board.press("ArrowDown")
    explorer.wait_for_query(layer="3", head="3")
    explorer.board.press("ArrowLeft")
    explorer.wait_for_query(layer="3", head="2")
    assert explorer.stamps()["bars"] == before["bars"]


def test_hovering_the_board_asks_nobody(explorer):
    explorer.open(HEADS, lens="attention")
    explorer.settled()
    explorer.sent.clear()
    for layer, head in ((1, 1), (2, 3), (3, 2)):
        explorer.board.hover(position=explorer.cell(layer, head))
        assert explorer.page.locator(".st-key-heads .name").inner_text() == f"Layer {layer}, head {head}"
        assert "preview" in explorer.page.locator(".st-key-heads .badge").inner_text()
    explorer.page.mouse.move(5, 5)
    explorer.page.wait_for_timeout(300)
    assert explorer.sent == []
    assert not explorer.page.locator(".st-key-heads .badge", has_text="preview").is_visible()


def test_a_click_on_a_bar_appends_its_token_and_undo_takes_it_back(explorer):
    explorer.open(HEADS, lens="attention")
    before = explorer.stamps()
    explorer.page.locator(".st-key-bars .bar").first.click()
    explorer.wait_for(before)
    assert explorer.prompt.startswith(DEFAULT_PROMPT) and len(explorer.prompt) > len(DEFAULT_PROMPT)
    after = explorer.stamps()
    explorer.page.get_by_role("button", name="Undo").click()
    explorer.wait_for(after)
    assert explorer.prompt == DEFAULT_PROMPT


def test_continue_writes_on_and_stops_by_itself(explorer):
    explorer.open(("strip", "bars"), lens="Prediction")
    before = explorer.stamps()
    explorer.page.get_by_role("button", name="Continue").click()
    explorer.wait_for(before, ("strip", "bars"))
    assert explorer.prompt.startswith(DEFAULT_PROMPT)
    assert len(explorer.prompt) > len(DEFAULT_PROMPT) + 30


def test_a_copied_link_opens_the_same_view(explorer, browser):
    explorer.open(HEADS, lens="attention").fill("The keys on the wall")
    explorer.board.click(position=explorer.cell(2, 3))
    explorer.wait_for_query(layer="2", head="3", prompt="The keys on the wall")
    explorer.chips.nth(1).click()
    explorer.wait_for_query(position="2")
    explorer.widget("temperature", "input").press("ArrowLeft")
    explorer.wait_for_query(temperature="0.95")
    explorer.page.wait_for_function("document.querySelector('.st-key-bars [data-drawn]')")
    explorer.settled()
    other = Explorer(browser, explorer.url)
    try:
        other.page.goto(explorer.page.url)
        other.wait_for({}, HEADS)
        assert other.stamps() == explorer.stamps()
        assert other.prompt == "The keys on the wall"
        assert other.widget("head", "input").input_value() == "3"
        assert other.query == explorer.query
    finally:
        other.close()


def test_a_long_text_stays_out_of_the_link(explorer):
    explorer.open().fill(LONG[:1_999])
    explorer.wait_for_query(prompt=LONG[:1_999])
    explorer.fill(LONG[:2_100])
    explorer.page.get_by_text("not part of the page's address").wait_for()
    explorer.page.wait_for_function("!new URLSearchParams(location.search).has('prompt')")
    explorer.fill("a fox").type(" and").wait_for_query(prompt="a fox and")


def test_hostile_text_is_shown_as_text(explorer):
    explorer.open().fill(HOSTILE)
    shown = "".join(explorer.page.locator(".st-key-strip .chip bdi").all_text_contents())
    assert "<script>alert(2)</script>" in shown.replace("·", " ")
    for lens in ("Tokens", "Attention", "Prediction", "Anatomy"):
        explorer.widget("lens").get_by_text(lens, exact=True).click()
        explorer.wait_for_query(lens=lens)
        explorer.settled()
        injected = explorer.page.locator("img[src=x], main script, [data-testid=stMain] script")
        assert injected.count() == 0
    assert explorer.page.locator(".st-key-strip :is(img, script, b)").count() == 0


def test_a_phone_never_scrolls_sideways(browser, server):
    phone = Explorer(browser, server.url, viewport={"width": 390, "height": 800}, has_touch=True)
    try:
        for lens in ("Flow", "Tokens", "Attention", "Prediction", "Anatomy"):
            phone.open(("strip",), lens=lens).settled()
            wide = phone.page.evaluate(
                "[document.documentElement, document.querySelector('[data-testid=stMain]')].map((e) => e.scrollWidth)"
            )
            assert max(wide) <= 390, lens
            assert phone.complaints == [], lens
    finally:
        phone.close()


def test_dark_mode_draws_on_a_dark_ground(browser, server):
    dark = Explorer(browser, server.url, color_scheme="dark")
    try:
        dark.open()
        ground, ink = dark.page.evaluate(
            "() => { const style = getComputedStyle(document.querySelector('.stApp'));"
            " return [style.backgroundColor, style.color]; }"
        )
        assert _brightness(ground) < 60 < 180 < _brightness(ink)
        assert dark.complaints == []
    finally:
        dark.close()


def _brightness(colour: str) -> float:
    red, green, blue = (float(part) for part in colour.strip("rgba()").split(",")[:3])
    return (red + green + blue) / 3


def test_present_mode_enlarges_type(explorer, browser):
    explorer.open()
    usual, large = explorer.chips.first, Explorer(browser, explorer.url)
    try:
        large.open(present="1")
        size = "(element) => parseFloat(getComputedStyle(element).fontSize)"
        assert large.chips.first.evaluate(size) > 1.2 * usual.evaluate(size)
        assert large.complaints == []
    finally:
        large.close()
