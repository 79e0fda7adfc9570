"""Pins as values and in the address: what goes in comes back, and whatever an address says is a pin or none."""

import base64
import math
import zlib
from dataclasses import replace
from unittest.mock import patch

import pytest

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

A = Pin("a", "the fox", "", "books")
B = Pin("<b>", "the **crow**\n", "x.0.AAAA", "books", untrained=True, off=Off((("head", 1, 2), ("token", 0)), True))
C = Pin("c", "", "", "early", step=35, temperature=0.0, top_k=5, top_p=0.5, seed=3, position=2)


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
