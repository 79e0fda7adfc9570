"""Two views beside each other: numbers of both models in three lenses, in the Python lines and in what is kept."""

import math
from dataclasses import replace
from unittest.mock import patch

import numpy as np
import pytest

from app.explore import beside as standing_beside
from app.explore import beside_text, pins_text
from app.explore import cache as explore_cache
from app.explore.beside import Beside
from app.explore.chosen import chosen
from app.explore.lenses import compare_text
from app.explore.lenses.compare_prediction import divergences, points
from app.explore.pin import Pins
from app.explore.python_lines import python_lines
from app.explore.reading import read
from app.explore.take_away import view_of
from app.shared import loaded
from gptcore.decode.sampling import distribution
from tests.ui.page import Page
from tests.ui.test_pin_values import A
from tests.ui.test_pins import opened, pills, unpacked


def test_the_lenses_draw_numbers_of_both_models():
    page = opened(Pins((A,), 0), "tokens", prompt="the fox", untrained="true")
    ours, theirs = (read(loaded.model_key("books", untrained), "the fox") for untrained in (True, False))
    bits = unpacked(page.data("surprises")["now"])
    np.testing.assert_allclose(bits[1:], ours.scores.surprisal / math.log(2), rtol=1e-5)
    bits = unpacked(page.data("surprises")["beside"])
    np.testing.assert_allclose(bits[1:], theirs.scores.surprisal / math.log(2), rtol=1e-5)
    rows = page.lens("prediction").data("paired")["rows"]
    best = int(theirs.logits[-1].argmax())
    (row,) = (row for row in rows if row["beside"] == max(row["beside"] for row in rows))
    assert row["name"] == theirs.checkpoint.tokenizer.token_text(best).strip() or row["name"]
    assert row["beside"] == pytest.approx(distribution(theirs.logits[-1]).raw[best])
    maps = page.lens("attention").data("compared")["maps"]
    assert [one["name"] for one in maps] == ["This view", "a", compare_text.DIFFERENCE]


def test_what_is_switched_off_is_compared_with_the_whole_model():
    page = Page(lens="Attention", off="a1").run()
    maps = page.data("compared")["maps"]
    assert maps[1]["name"] == beside_text.WHOLE
    assert pills(page) is None and "surprises" in page.lens("tokens").drawn


def test_a_pin_costs_one_pass_and_then_none():
    page = opened(Pins((A,), 0), "prediction")
    with patch.object(explore_cache, "run_trace", wraps=explore_cache.run_trace) as counted:
        page.type("the fox said")
        page.choose("slider", "temperature", 0.4)
        page.type("the fox said so")
    assert counted.call_count == 2  # the page's own; the pin's text was read before


def test_nothing_is_read_while_nothing_stands_beside(page):
    page.press(pins_text.PIN).choose("pills", "compare", None)
    with patch.object(standing_beside.pins, "read_pin", side_effect=AssertionError):
        page.type("the fox said")


def test_python_lines_give_the_numbers_of_both():
    ours, theirs = (read(loaded.model_key("books", untrained), "the fox") for untrained in (False, True))
    other = Beside("it's a pin", replace(theirs, is_beside=True), (0.5, 5, None), 1, is_pin=True)
    for lens in ("tokens", "attention", "prediction", "flow"):
        now = replace(chosen(ours), lens=lens)
        lines = python_lines(ours, now, other=other)
        lines = lines.replace("gptcore.load('books')", "checkpoint_of_test")
        printed: list[tuple] = []
        names = {"checkpoint_of_test": ours.checkpoint, "print": lambda *values, to=printed: to.append(values)}
        exec(compile(lines, "lines", "exec"), names)
        np.testing.assert_allclose(names["trace"].logits, theirs.logits, atol=1e-5)
        bits = names["bits"]
        np.testing.assert_allclose(bits.beside[1:], theirs.scores.surprisal / math.log(2), atol=1e-5)
        if lens == "prediction":
            table = divergences(names["stages"], names["beside"])
            assert printed[-2] == pytest.approx(tuple(table.iloc[:, 1]))
            assert printed[-1] == pytest.approx(tuple(table.iloc[:, 2]))


def test_taking_it_away_names_what_stands_beside(page):
    ours = read(loaded.model_key("books", False), "the fox")
    theirs = replace(read(loaded.model_key("books", True), "the crow"), is_beside=True)
    with patch("app.explore.take_away.beside", return_value=Beside("mine", theirs, (1.0, None, None), 1, is_pin=True)):
        view = view_of(ours, chosen(ours))
    assert "beside it “mine”" in view.line and "before training" in view.settings["Beside it"]
    assert view.texts["Text beside it"] == "the crow"


@pytest.mark.parametrize(
    ("difference", "text"),
    [(0.53, "+53"), (-0.021, "−2.1"), (0.0, "0"), (1e-9, "0"), (0.0004, "+0.04"), (-1.0, "−100")],
)
def test_percentage_points(difference, text):
    assert points(difference) == text
