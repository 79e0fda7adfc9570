"""The Decoding page: its frame, and strategies side by side."""

import pytest
from streamlit.util import calc_hash

from app.decoding.samples import DEFAULT_PROMPT, SAMPLES
from app.decoding.start import MAX_PROMPT
from tests.ui.page import Page


class Decoding(Page):
    """The page, opened by its address."""

    def __init__(self, **query: str):
        super().__init__(**query)
        self.at._page_hash = calc_hash("decoding")  # as a browser that opens this address: AppTest has no other way

    def begin(self, text: str) -> "Decoding":
        """Another beginning."""
        self.at.text_input(key="start").set_value(text)
        self.run()
        return self


@pytest.mark.parametrize("look", ["strategies", "beam", "by_hand"])
def test_the_page_opens_in_each_laboratory(look):
    page = Decoding(decoding=look).run()
    assert page.at.text_input(key="start").value == DEFAULT_PROMPT
    assert page.at.segmented_control(key="decoding").value == look


def test_an_empty_beginning_says_what_to_do():
    page = Decoding().run().begin("")
    assert "press Enter" in page.words


def test_a_sample_fills_the_box():
    page = Decoding().run().choose("pills", "beginning", SAMPLES[2].label)
    assert page.at.text_input(key="start").value == SAMPLES[2].text and SAMPLES[2].look_for in page.words


def test_a_long_beginning_with_lines_is_read_from_its_end():
    page = Decoding(start="A line.\n" * 600).run()
    assert "its last 512 tokens are read" in page.words
    assert page.at.text_input(key="start").value == ("A line.⏎" * 600)[-MAX_PROMPT:]
