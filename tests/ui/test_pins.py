"""Pins on the page: made, named, chosen, opened, deleted; in the address, whatever that says; both views in three lenses."""

import math
from dataclasses import replace
from unittest.mock import patch

import numpy as np
import pytest

from app.explore import beside as standing_beside
from app.explore import beside_text, pins_text
from app.explore import cache as explore_cache
from app.explore import text as content
from app.explore.beside import Beside
from app.explore.chosen import chosen
from app.explore.lenses import compare_text
from app.explore.lenses.compare_prediction import divergences, points
from app.explore.off import Off
from app.explore.pin import (
    LONGEST_NAME,
    MOST,
    MOST_CHARACTERS,
    MOST_OF_ALL,
    NAMELESS,
    Pin,
    Pins,
    pin_from_link,
    pin_to_link,
    pins_from_link,
    pins_to_link,
)
from app.explore.python_lines import python_lines
from app.explore.reading import read
from app.shared import loaded
from app.shared.text import UNDO_DELETE
from gptcore.decode.sampling import distribution
from tests.ui.page import Page

A = Pin("a", "the fox", "", "books")
B = Pin("<b>", "the **crow**\n", "x.0.AAAA", "books", untrained=True, off=Off((("head", 1, 2), ("token", 0)), True))
C = Pin("c", "", "", "early", step=35, temperature=0.0, top_k=5, top_p=0.5, seed=3, position=2)


def _page(pins: Pins, lens: str = "tokens", **query: str) -> Page:
    return Page(pins=pins_to_link(pins)[0], lens=content.LENSES[lens], **query).run()


def _link(page: Page) -> str:
    """What the address says of pins."""
    said = page.at.query_params["pins"]
    return said if isinstance(said, str) else said[-1]


def _pills(page: Page):
    return page.at.pills(key="compare") if any(p.key == "compare" for p in page.at.pills) else None


@pytest.mark.parametrize("pin", [A, B, C], ids=lambda pin: pin.name)
def test_a_pin_comes_back_from_the_address_as_it_was(pin):
    assert pin_from_link(pin_to_link(pin)) == pin


@pytest.mark.parametrize("beside", [None, 0, 2])
def test_pins_come_back_with_the_one_that_stands_beside(beside):
    link, left_out = pins_to_link(Pins((A, B, C), beside))
    assert pins_from_link(link) == Pins((A, B, C), beside)
    assert left_out == []
    assert set(link) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_~")  # nothing to escape


def test_an_address_stays_short_and_says_what_it_leaves_out():
    noise = "".join(chr(0x4E00 + 37 * k % 20_000) for k in range(1_500))  # hardly shorter when deflated
    long = replace(A, prompt=noise)
    assert len(pin_to_link(long)) > MOST_CHARACTERS
    link, left_out = pins_to_link(Pins((A, long, B), 1))
    assert left_out == [1]
    assert pins_from_link(link) == Pins((A, B), None)  # the one beside is not in it
    many = Pins(tuple(replace(A, name=str(k), prompt=noise[80 * k : 80 * k + 450]) for k in range(MOST)), 0)
    link, left_out = pins_to_link(many)
    assert left_out and len(link) <= MOST_OF_ALL + 2 * MOST


DAMAGED = [
    "",
    "1",
    "~",
    "1~",
    "9~" + pin_to_link(A),
    "-1~" + pin_to_link(A),
    "²~" + pin_to_link(A),
    "1~AAAA",
    "1~" + pin_to_link(A)[:-3],
    "1~é",
    "x~~~~~~~~~~~~~~~",
    "1~" + "A" * 5_000,
]


@pytest.mark.parametrize("link", DAMAGED)
def test_any_address_is_pins_or_none(link):
    found = pins_from_link(link)
    assert all(pin == A for pin in found.pins)
    assert found.beside in (None, *range(len(found.pins)))


@pytest.mark.parametrize(
    "said",
    [
        "[]",
        "null",
        '"x"',
        "{}",
        "[" * 4_000,
        '{"model":1,"prompt":"x"}',
        '{"model":"books"}',
        '{"model":"books","prompt":["x"]}',
    ],
)
def test_what_is_no_pin_is_left_out(said):
    import base64
    import zlib

    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    letters = base64.urlsafe_b64encode(packed.compress(said.encode()) + packed.flush()).decode()
    assert pin_from_link(letters.rstrip("=")) is None


def test_values_out_of_range_become_defaults():
    with patch("app.explore.pin.to_link", return_value="h99.99~x~t1"):
        strange = replace(
            A, name="n" * 999 + "\n", temperature=math.inf, top_k=-4, top_p=7.0, seed=-1, position=0, step=10**30
        )
        pin = pin_from_link(pin_to_link(strange))
    assert pin == replace(A, name="n" * LONGEST_NAME, step=10**30, off=Off((("head", 98, 98), ("token", 0))))
    assert pin_from_link(pin_to_link(replace(A, name=" \n "))).name == NAMELESS


def test_a_bomb_is_not_unpacked():
    huge = replace(A, prompt="a" * 50_000_000)
    assert pin_from_link(pin_to_link(huge)) is None


def test_deleting_keeps_the_right_one_beside():
    three = Pins((A, B, C), 1)
    assert three.without(0) == Pins((B, C), 0)
    assert three.without(1) == Pins((A, C), None)
    assert three.without(2) == Pins((A, B), 1)


def test_pinning_puts_the_view_beside_and_into_the_address(page):
    assert _pills(page) is None
    page.press(pins_text.PIN)
    (pin,) = pins_from_link(_link(page)).pins
    assert (pin.prompt, pin.model, pin.untrained) == (page.prompt, "books", False)
    assert _pills(page).value == 0
    assert "is what you see" in page.words
    page.choose("toggle", "untrained", True)
    assert "here a perplexity of" in page.words and beside_text.ALONE.strip(" ·") in page.words


def test_a_pin_keeps_all_that_is_chosen():
    page = Page(
        prompt="a fox and a crow", lens="Prediction", temperature="0.5", top_k="7", top_p="0.9", seed="12",
        position="3", off="h2.1~t1", untrained="true",
    ).run()  # fmt: skip
    page.press(pins_text.PIN)
    (pin,) = pins_from_link(_link(page)).pins
    assert pin == Pin(
        pin.name, "a fox and a crow", "", "books", None, True, Off((("head", 1, 0), ("token", 0))), 0.5, 7, 0.9, 12, 3
    )


def test_eight_pins_are_enough(page):
    for _ in range(MOST):
        page.press(pins_text.PIN)
    names = [pin.name for pin in pins_from_link(_link(page)).pins]
    assert len(set(names)) == MOST  # each has a name of its own
    (button,) = (button for button in page.at.button if button.label == pins_text.PIN)
    assert button.disabled


def test_nothing_stands_beside_once_the_pill_is_left():
    page = _page(Pins((A, B), 0))
    assert "surprises" in page.drawn
    page.choose("pills", "compare", None)
    assert "surprises" not in page.drawn
    assert pins_from_link(_link(page)) == Pins((A, B), None)
    page.choose("pills", "compare", 1)
    assert "surprises" in page.drawn


def _edit(page: Page) -> Page:
    page.at.session_state["edit_pins"] = True
    return page.run()


def test_renaming_deleting_and_undoing():
    page = _edit(_page(Pins((A, B, C), 0)))
    page.choose("text_input", "pin_name_1", "*bold* <i>\n :red[x]")
    name = pins_from_link(_link(page)).pins[1].name
    assert name == "*bold* <i> :red[x]"
    page.choose("text_input", "pin_name_2", "a")
    assert pins_from_link(_link(page)).pins[2].name == "a 2"
    before = _link(page)
    page.at.button(key="pin_delete_0").click()
    page.run()
    after = pins_from_link(_link(page))
    assert ([pin.name for pin in after.pins], after.beside) == ([name, "a 2"], None)
    page.press(UNDO_DELETE)
    assert _link(page) == before
    for _ in range(3):
        page.at.button(key="pin_delete_0").click()
        page.run()
    assert "pins" not in page.at.query_params
    page.press(UNDO_DELETE)
    assert len(pins_from_link(_link(page)).pins) == 1


def test_opening_a_pin_makes_the_page_that_view():
    pin = Pin("x", "a fox and a crow", "", "books", None, True, Off((("head", 1, 0),), True), 0.5, 7, 0.9, 12, 3)
    page = _edit(_page(Pins((pin,)), "prediction"))
    before = page.prompt
    page.at.button(key="pin_open_0").click()
    page.run()
    assert page.prompt == "a fox and a crow" and page.data("strip")["selected"] == 2
    values = [page.at.slider(key=key).value for key in ("temperature", "top_k", "top_p")]
    assert values == [0.5, 7, 0.9] and page.at.toggle(key="untrained").value
    assert page.at.query_params["off"] in ("h2.1", ["h2.1"])
    page.choose("pills", "compare", 0)
    assert "is what you see" in page.words
    assert page.press("Undo").prompt == before


GONE = [
    (replace(A, model="run 0000"), "there is no such run of yours"),
    (replace(A, model="../../etc"), "there is no model"),
    (replace(A, model=""), "there is no model"),
    (replace(A, step=7), "no checkpoint at step 7"),
    (replace(A, prompt=""), "has no token"),
]


@pytest.mark.parametrize(("pin", "reason"), GONE)
@pytest.mark.parametrize("lens", ["tokens", "attention", "prediction"])
def test_a_pin_that_cannot_be_read_says_so_and_compares_nothing(pin, reason, lens):
    page = _page(Pins((pin,), 0), lens)
    assert beside_text.CANNOT.format(name="a") in page.words
    assert reason.replace("'", "") in page.words.replace("\\", "").replace("'", "")
    assert not page.drawn & {"surprises", "compared", "paired"}
    _edit(page).at.button(key="pin_open_0").click()
    page.run()
    assert page.drawn >= {"strip"} or not pin.prompt


def test_names_and_texts_are_shown_as_they_are():
    hostile = "<script>x</script> :red[a] **b** $c$"
    page = _page(Pins((replace(A, name=hostile, prompt=hostile),), 0))
    assert "<script>" not in page.words.replace("\\<script\\>", "")
    assert page.data("surprises")["legend"][1] == hostile


@pytest.mark.parametrize("lens", content.LENSES)
@pytest.mark.parametrize(
    "pin",
    [
        A,
        replace(A, prompt="a"),
        replace(B, prompt="שלום עולם"),
        replace(A, prompt="the crow said " * 120),
        replace(A, temperature=0.0),
    ],
    ids=["text", "token", "off", "long", "greedy"],
)
def test_any_pin_in_any_lens(lens, pin):
    page = _page(Pins((pin,), 0), lens)
    assert page.drawn >= {"strip"}
    page.type("a")
    page.type("the fox " * 200)


def test_the_lenses_draw_numbers_of_both_models():
    page = _page(Pins((A,), 0), "tokens", prompt="the fox", untrained="true")
    ours, theirs = (read(loaded.model_key("books", untrained), "the fox") for untrained in (True, False))
    bits = np.frombuffer(__import__("base64").b64decode(page.data("surprises")["now"]), "<f4")
    np.testing.assert_allclose(bits[1:], ours.scores.surprisal / math.log(2), rtol=1e-5)
    bits = np.frombuffer(__import__("base64").b64decode(page.data("surprises")["beside"]), "<f4")
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
    assert _pills(page) is None and "surprises" in page.lens("tokens").drawn


def test_a_pin_costs_one_pass_and_then_none():
    page = _page(Pins((A,), 0), "prediction")
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
        names = {"checkpoint_of_test": ours.checkpoint, "print": lambda *values: printed.append(values)}
        printed: list = []
        exec(compile(lines, "lines", "exec"), names)
        np.testing.assert_allclose(names["trace"].logits, theirs.logits, atol=1e-5)
        bits = names["bits"]
        np.testing.assert_allclose(bits.beside[1:], theirs.scores.surprisal / math.log(2), atol=1e-5)
        if lens == "prediction":
            table = divergences(names["stages"], names["beside"])
            assert printed[-2] == pytest.approx(tuple(table.iloc[:, 1]))
            assert printed[-1] == pytest.approx(tuple(table.iloc[:, 2]))


def test_taking_it_away_names_what_stands_beside(page):
    from app.explore.take_away import view_of

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
