"""The tree that beam search grows: what was kept, pruned and finished, the best path, and the text that was lost; left
to right, on a narrow screen top to bottom. Stepping through it asks no server. A click selects a node."""

from collections.abc import Callable, Sequence
from typing import TypedDict

from app.shared.browser.assets import register

_render = register("beam")


class TreeNode(TypedDict):
    """A token that was looked at; short names, for there are hundreds."""

    id: int
    t: str
    """Its text."""
    p: str
    """Its probability after the one before, as it is shown."""
    s: float
    """Log-probability of the whole text up to here."""
    parent: int
    """Index of the node before it; −1 after the beginning."""
    depth: int
    kept: bool
    end: bool
    """Whether the text ends here."""
    lost: bool
    """Whether the best text of all goes this way after the search has left it."""


def beam_tree(
    nodes: Sequence[TreeNode],
    *,
    beginning: str,
    most: int,
    shown: int,
    best: int,
    picked: int,
    words: dict[str, str],
    stamp: str,
    key: str,
    on_node: Callable[[], None],
    on_depth: Callable[[], None],
) -> None:
    """Draws it; after a click st.session_state[key].node has the ids of the tokens up to it, none for the beginning;
    .depth is how many tokens are shown, after that was changed.

    Args:
        nodes: depth by depth.
        beginning: the last token of the text that is gone on from.
        most: the deepest depth.
        shown: up to which depth the tree stands at first.
        best: the node that ends the best hypothesis.
        picked: the node that is selected, −1 for the beginning.
        words: what it says, see app/decoding/beam_text.py.
    """
    data = {
        "nodes": list(nodes),
        "beginning": beginning,
        "most": most,
        "shown": shown,
        "best": best,
        "picked": picked,
        "words": words,
        "stamp": stamp,
    }
    _render(data=data, key=key, on_node_change=on_node, on_depth_change=on_depth)
