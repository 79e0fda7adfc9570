"""The Worked examples page in a real browser: a cell is edited, the steps follow, a link and a phone show the same."""

from contextlib import suppress

import pytest
from playwright.sync_api import TimeoutError

from app.worked.text import EXAMPLES
from tests.browser.explorer import Explorer

RESULT = "[data-testid=stMetricValue]"
HEADER, ROW = 35, 33
"""Heights of a grid's header and rows in pixels, at the page's usual type size."""
NOT_FOUND = "404"
"""Streamlit looks for its server below a page's own address first; the browser notes that on the console."""


class Worked(Explorer):
    """The page in a window."""

    def open_page(self) -> "Worked":
        """Opens it as a learner does, from the first page."""
        self.open()
        self.page.get_by_role("link", name="Worked examples").click()
        return self.wait_for_example("cat")

    def open_link(self, example: str) -> "Worked":
        """Opens it by a shared link."""
        self.page.goto(f"{self.url}worked?example={example}")
        return self.wait_for_example(example)

    def choose(self, example: str) -> "Worked":
        """Takes an example from the list."""
        self.page.get_by_role("radio", name=EXAMPLES[example].label, exact=True).click()
        return self.wait_for_example(example)

    def wait_for_example(self, example: str) -> "Worked":
        """Waits until its heading and results are there."""
        self.page.get_by_role("heading", name=EXAMPLES[example].title).wait_for()
        self.wait_for_query(example=example)
        self.page.locator(RESULT).first.wait_for()
        return self

    def type_into(self, table: str, row: int, column: float, text: str) -> None:
        """Types into a cell.

        Args:
            row: from 0.
            column: its middle, as a share of the grid's width.
        """
        grid = self.widget(f"worked_{table}", ".dvn-scroller")
        grid.wait_for()
        editor = self.page.locator("#portal textarea")
        while True:  # the grid paints once more after it has measured itself: a click before that finds no cell
            self.page.wait_for_timeout(300)
            box = grid.bounding_box()
            grid.click(position={"x": column * box["width"], "y": HEADER + (row + 0.5) * ROW})
            self.page.wait_for_timeout(200)  # as a person's key: at once after the click, no cell is chosen yet
            self.page.keyboard.press("Enter")
            with suppress(TimeoutError):
                editor.wait_for(timeout=3_000)
                break
        editor.fill(text)
        editor.press("Enter")

    def wait_for_result(self, value: str) -> None:
        """Waits for a large figure."""
        self.page.locator(RESULT).get_by_text(value, exact=True).wait_for()


@pytest.fixture
def worked(browser, server):
    """A fresh learner; the console stays quiet but for Streamlit's own note."""
    learner = Worked(browser, server.url)
    yield learner
    learner.close()
    assert [complaint for complaint in learner.complaints if NOT_FOUND not in complaint] == []
    assert learner.requests_elsewhere == []


def test_a_learner_edits_a_cell_and_takes_it_back(worked):
    worked.open_page()
    worked.wait_for_result("2.04")
    worked.type_into("cat", 1, 0.48, "0.8")
    worked.page.get_by_text("so they are no distribution").wait_for()
    worked.page.get_by_role("button", name="Divide by their sum").click()
    worked.wait_for_result("−1.070")
    worked.type_into("cat", 1, 0.48, "one half")
    worked.page.get_by_text("which is no number").wait_for()
    worked.widget("worked_reset", "button").click()
    worked.wait_for_result("2.04")
    worked.choose("entailment")
    worked.widget("worked_entailment_hypothesis", "input").fill("He spoke")
    worked.widget("worked_entailment_hypothesis", "input").press("Enter")
    worked.wait_for_result("13")
    assert worked.complaints == []


def test_a_shared_link_opens_its_example_with_hostile_words_as_text(worked):
    worked.open_link("choices")
    worked.wait_for_result("Radium")
    worked.type_into("choices", 1, 0.2, "<img src=x> $x$ www.x.org")
    shown = worked.page.locator(RESULT, has_text="$x$")
    shown.wait_for()
    assert shown.inner_text().startswith("<img src=x> $x$ www.x.org")
    assert worked.page.locator("[data-testid=stMain] :is(img[src=x], a[href*='www.x.org'])").count() == 0


def test_a_phone_never_scrolls_sideways(browser, server):
    phone = Worked(browser, server.url, viewport={"width": 390, "height": 844}, has_touch=True, color_scheme="dark")
    try:
        wide = "[document.documentElement, document.querySelector('[data-testid=stMain]')].map((e) => e.scrollWidth)"
        for example in ("forward", "parameters", "choices", "bigram"):
            phone.open_link(example).settled()
            assert max(phone.page.evaluate(wide)) <= 390, example
    finally:
        phone.close()
