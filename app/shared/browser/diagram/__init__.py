"""A model drawn as boxes from its config, with shapes and parameter counts; several models side by side."""

from collections.abc import Sequence
from typing import TypedDict

from app.shared.browser.assets import register

_render = register("diagram")


class Box(TypedDict):
    """One step a token's vector takes."""

    name: str
    shape: str
    count: str
    kind: str
    """"embedding", "attention", "feed-forward", "norm" or "plain": its colour."""
    cells: list[list[str]]
    """Kinds of the numbers that it stands for, as gptcore.provenance.cells has them."""
    inside: bool
    """Whether it belongs to the block that is repeated."""


class Drawing(TypedDict):
    """One model."""

    name: str
    total: str
    repeat: str
    """What stands at the repeated block, say "× 6 blocks"."""
    boxes: list[Box]


def diagram(models: Sequence[Drawing], *, title: str, subtitle: str, stamp: str, key: str) -> None:
    """Draws the models side by side, bottom to top as a token travels."""
    _render(data={"models": list(models), "title": title, "subtitle": subtitle, "stamp": stamp}, key=key)
