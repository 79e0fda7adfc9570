"""The stages of one step as a list: one is unfolded, with its sentence and its numbers; arrow keys step through."""

from collections.abc import Callable, Sequence
from typing import NotRequired, TypedDict

from app.shared.browser.assets import register

_render = register("steps")


class Share(TypedDict):
    """A token's part of a line from 0 to 1."""

    text: str
    low: float
    high: float
    hit: bool


class Stage(TypedDict):
    """One stage."""

    name: str
    """In the address: letters and digits."""
    title: str
    brief: str
    """Beside the title, while it is folded too."""
    sentence: str
    table: NotRequired[Sequence[Sequence[str]]]
    """Rows of cells, the first of them the head."""
    chips: NotRequired[Sequence[tuple[str, bool]]]
    """Tokens, and whether they are new."""
    shares: NotRequired[Sequence[Share]]
    number: NotRequired[float]
    """Where the random number falls on the line of the shares."""
    waits: NotRequired[bool]
    """Whether it has not happened yet."""


def steps(
    stages: Sequence[Stage],
    *,
    stage: str,
    step: int,
    n_steps: int,
    title: str,
    subtitle: str,
    stamp: str,
    key: str,
    on_stage: Callable[[], None],
    on_step: Callable[[], None],
) -> None:
    """Draws the list; after a click or a key st.session_state[key].stage is the unfolded stage's name, and where a
    step's end is passed, .step is [the other step's number, its unfolded stage's name].

    Args:
        stage: what is unfolded; any other text unfolds the first.
        step: which step this is, counted from 1.
        n_steps: how many there are.
    """
    data = {
        "stages": list(stages),
        "stage": stage,
        "step": step,
        "steps": n_steps,
        "title": title,
        "subtitle": subtitle,
        "stamp": stamp,
    }
    _render(data=data, key=key, on_stage_change=on_stage, on_step_change=on_step)
