"""Pins on the page: made, named, chosen, opened and deleted, whatever they hold."""

import base64
from dataclasses import replace
from urllib.parse import unquote

import numpy as np
import pytest

from app.explore import beside_text, pins_text
from app.explore import text as content
from app.explore.off import Off
from app.explore.pin import MOST, Pin, Pins, pins_from_link, pins_to_link
from app.shared.text import UNDO_DELETE
from tests.ui.outside import IN_ADDRESS
from tests.ui.page import Page
from tests.ui.test_pin_values import A, B, C


def opened(pins: Pins, lens: str = "tokens", **query: str) -> Page:
    """The page by a link with pins."""
    return Page(pins=pins_to_link(pins)[0], lens=content.LENSES[lens], **query).run()


def _link(page: Page) -> str:
    """What the address says of pins."""
    said = page.at.query_params["pins"]
    return said if isinstance(said, str) else said[-1]


def unpacked(base64_text: str) -> np.ndarray:
    """Numbers as a component was sent them."""
    return np.frombuffer(base64.b64decode(base64_text), "<f4")


def pills(page: Page):
    """The row of pins; None where there is none."""

    return page.at.pills(key="compare") if any(p.key == "compare" for p in page.at.pills) else None


def test_pinning_puts_the_view_beside_and_into_the_address(page):
    assert pills(page) is None
    page.press(pins_text.PIN)
    (pin,) = pins_from_link(_link(page)).pins
    assert (pin.prompt, pin.model, pin.untrained) == (page.prompt, "books", False)
    assert pills(page).value == 0
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
    page = opened(Pins((A, B), 0))
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
    page = _edit(opened(Pins((A, B, C), 0)))
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
    page = _edit(opened(Pins((pin,)), "prediction"))
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
    page = opened(Pins((pin,), 0), lens)
    assert beside_text.CANNOT.format(name="a") in page.words
    assert reason.replace("'", "") in page.words.replace("\\", "").replace("'", "")
    assert not page.drawn & {"surprises", "compared", "paired"}
    _edit(page).at.button(key="pin_open_0").click()
    page.run()
    assert page.drawn >= {"strip"} or not pin.prompt


def test_names_and_texts_are_shown_as_they_are():
    hostile = "<script>x</script> :red[a] **b** $c$"
    page = opened(Pins((replace(A, name=hostile, prompt=hostile),), 0))
    assert "<script>" not in page.words.replace("\\<script\\>", "")
    assert page.data("surprises")["legend"][1] == hostile


@pytest.mark.parametrize("said", IN_ADDRESS, ids=lambda said: said[:12])
def test_any_address_draws_the_page(said):
    page = Page(pins=unquote(said, errors="replace"), lens="Tokens").run()
    assert page.drawn >= {"strip"} and pills(page) is None


PINS = {
    "text": A,
    "token": replace(A, prompt="a"),
    "off": replace(B, prompt="שלום עולם"),
    "long": replace(A, prompt="the crow said " * 120),
    "greedy": replace(A, temperature=0.0),
}


@pytest.mark.parametrize(
    ("lens", "pin"),
    [
        pytest.param(lens, pin, id=f"{lens}-{name}")
        for lens in content.LENSES
        for name, pin in PINS.items()
        if name == "text" or lens in ("tokens", "attention", "layers", "prediction")  # which draw both
    ],
)
def test_any_pin_in_any_lens(lens, pin):
    page = opened(Pins((pin,), 0), lens)
    assert page.drawn >= {"strip"}
    page.type("a")
    page.type("the fox " * 200)
