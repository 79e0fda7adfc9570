"""Examples that a page offers to begin with, as pills: one click fills the boxes."""

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple, Protocol, TypeVar

import streamlit as st

from app.shared import state


class Sample(NamedTuple):
    """A text that shows something."""

    label: str
    text: str
    look_for: str


class Labelled(Protocol):
    """What a pill can stand for."""

    @property
    def label(self) -> str:
        """What the pill says."""
        ...


_Kind = TypeVar("_Kind", bound=Labelled)


def sample_pills(
    label: str,
    samples: Sequence[_Kind],
    key: str,
    use: Callable[[_Kind], None],
    label_visibility: Literal["visible", "collapsed"] = "collapsed",
) -> _Kind | None:
    """Draws them; returns the one that is picked.

    Args:
        label: what they are.
        use: a callback for the one that was picked; where none is any more, it is not called.
    """

    def picked() -> _Kind | None:
        chosen = state.get(key)
        return next((sample for sample in samples if sample.label == chosen), None)

    def changed() -> None:
        if (sample := picked()) is not None:
            use(sample)

    labels = [sample.label for sample in samples]
    st.pills(label, labels, key=key, on_change=changed, label_visibility=label_visibility)
    return picked()
