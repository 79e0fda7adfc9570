"""A tree of texts that were tried: a line for each, its tokens from left to right; a click goes to one."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypedDict

from app.shared.browser.assets import register

_render = register("tries")


class Tried(TypedDict):
    """A token that was tried; a node's number is its place in the list."""

    parent: int
    """-1 for the beginning of all texts."""
    text: str
    label: str
    """Under it."""
    by: str
    """How it was chosen, one of the legend's names."""
    detail: str
    """Shown on hover, and read out."""


class Line(TypedDict):
    """The end of a text."""

    leaf: int
    text: str
    """Said of the whole text."""
    detail: str


def tries(
    nodes: Sequence[Tried],
    lines: Sequence[Line],
    *,
    at: int,
    way: Sequence[int],
    root: str,
    title: str,
    subtitle: str,
    legend: Mapping[str, str],
    stamp: str,
    key: str,
    on_node: Callable[[], None],
    on_remove: Callable[[], None],
) -> None:
    """Draws the tree; after a click st.session_state[key].node is the node, -1 for the beginning, or .remove a leaf.

    Args:
        lines: of all leaves, from the top down: a node's first child goes on in its line.
        at: the node that one stands at.
        way: the nodes of the text that is read now.
        root: what stands at the left end.
        legend: how tokens were chosen, in words.
    """
    data = {
        "nodes": list(nodes),
        "lines": list(lines),
        "at": at,
        "way": list(way),
        "root": root,
        "title": title,
        "subtitle": subtitle,
        "legend": dict(legend),
        "stamp": stamp,
    }
    _render(data=data, key=key, on_node_change=on_node, on_remove_change=on_remove)
