"""A learner's and a model's words are shown as they are, character by character, and load nothing."""

import textwrap
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from tests.browser.explorer import Explorer
from tests.browser.words import WORDS
from tests.serving import running_app

TEXT = "[data-testid=stMarkdownContainer]"
PLACES = {
    "Markdown": f"{TEXT} >> nth=0",
    "bold": f"{TEXT} strong >> nth=1",
    "caption": "[data-testid=stCaptionContainer]",
    "a box": f"[data-testid=stAlertContainer] {TEXT} >> nth=0",
    "a metric's label": f"[data-testid=stMetricLabel] {TEXT}",
    "a metric": "[data-testid=stMetricValue]",
    "a table's head": "th",
    "a table": "td",
}
MADE_OF_WORDS = f"{TEXT} :is(a, img, script, code, em, del, b, h1, h2, h3, ul, ol, table, hr, sup, blockquote, .katex)"

FROM_ELSEWHERE = (  # a link to a page of ours may have the words in its address
    "[data-testid=stMain] :is(img, script, iframe, [href*=evil]:not([data-testid=stPageLink-NavLink]), [src*=evil])"
)


@pytest.fixture(scope="module")
def page(browser, tmp_path_factory) -> Iterator[Explorer]:
    """A page of hostile words, open; it asked nobody else for anything."""
    log = tmp_path_factory.mktemp("words") / "log.txt"
    with running_app(log, script="tests/browser/words_page.py") as server:
        words = Explorer(browser, server.url)
        words.page.goto(server.url)
        words.widget("toast", "button").wait_for()
        words.page.locator(".js-plotly-plot .xtick").first.wait_for()
        yield words
        words.close()
        assert words.complaints == [] and words.requests_elsewhere == []
        assert "Traceback" not in log.read_text()


@pytest.mark.parametrize("place", PLACES)
def test_words_are_shown_as_they_are(page, place):
    shown = [page.widget(f"words_{i}").locator(PLACES[place]).first.text_content() for i in range(len(WORDS))]
    assert shown == list(WORDS)


def test_a_reason_is_plain_text(page):
    shown = [page.widget(f"words_{i}").locator("[data-testid=stText]").text_content() for i in range(len(WORDS))]
    assert shown == [textwrap.dedent(text).strip() for text in WORDS]  # Streamlit drops spaces at the ends


def test_nothing_is_made_of_words(page):
    assert page.page.locator(MADE_OF_WORDS).evaluate_all("found => found.map((element) => element.outerHTML)") == []


def test_a_figures_names_are_shown_as_they_are(page):
    ticks = page.page.locator(".js-plotly-plot .xtick text").all_text_contents()
    assert ticks == ["<b>bold</b>", "<a href='http://evil.example'>x</a>", "&lt;", "%{y}"]
    assert page.page.locator(".js-plotly-plot a").count() == 0


def test_a_prompt_of_hostile_words_loads_nothing(explorer):
    for lens in ("flow", "tokens", "attention", "prediction", "anatomy"):
        explorer.open(("strip",), prompt=" ".join(WORDS)[:1_900], lens=lens)
        last = ".st-key-temperature" if lens == "flow" else "[data-testid=stExpander]"  # below all pictures of the lens
        explorer.page.locator(last).first.wait_for()
        assert explorer.settled().page.locator(FROM_ELSEWHERE).count() == 0, lens


def test_task_texts_of_hostile_words_load_nothing(browser, server):
    explorer = Explorer(browser, server.url)
    texts = {"text_a": " ".join(WORDS[:6]), "text_b": WORDS[4]}
    explorer.page.goto(f"{explorer.url}tasks?{urlencode(texts)}")
    explorer.widget("rows", "[data-drawn]").wait_for()
    assert explorer.widget("text_a", "input").input_value() == texts["text_a"]
    assert explorer.page.locator(FROM_ELSEWHERE).count() == 0
    explorer.close()
    assert explorer.requests_elsewhere == [] and all("404" in complaint for complaint in explorer.complaints)


def test_a_toast_shows_words_as_they_are(page):  # the last test: its toasts cover the page
    page.widget("toast", "button").click()
    toasts = page.page.locator(f"[data-testid=stToast] {TEXT}")
    page.page.wait_for_function(
        f"(n) => document.querySelectorAll('[data-testid=stToast] {TEXT}').length >= n", arg=len(WORDS)
    )
    assert sorted(toasts.all_text_contents()) == sorted(WORDS)
    assert page.page.locator("[data-testid=stToast] :is(a, img, script, code, em)").count() == 0
