"""What is marked on a map (app.shared.browser.map), as a row of words: one that is pointed at is ringed there."""

from collections.abc import Sequence
from typing import TypedDict

from app.shared.browser.assets import register

_render = register("map_marks")


class Mark(TypedDict):
    """A point that has a label."""

    id: int
    """As the map calls it."""
    label: str
    strong: bool
    """Whether it is what everything else on the page is about."""


def map_marks(marks: Sequence[Mark], *, map: str, title: str, note: str, stamp: str, key: str) -> None:
    """Labels these points on the map with the key `map`."""
    _render(data={"marks": list(marks), "map": map, "title": title, "note": note, "stamp": stamp}, key=key)
