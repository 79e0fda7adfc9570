"""What each layer would predict: a grid of boundaries by tokens, each cell its likeliest next token."""

from collections.abc import Callable, Mapping, Sequence
from typing import NotRequired, TypedDict

from app.shared.browser.assets import register
from app.shared.browser.packing import pack
from gptcore.trace.lens import Guesses

_render = register("guesses")


class Column(TypedDict):
    """A token that was read."""

    name: str
    position: int
    """From 0."""
    next: str | None
    """The token that follows it in the text."""


class Other(TypedDict):
    """What stands beside the grid, to be compared with it cell by cell."""

    name: str
    tokens: str
    """Its likeliest tokens (B, C), packed."""


class Numbers(TypedDict):
    """Packed arrays of B boundaries and C columns, as gptcore.trace.lens.Guesses has them."""

    tokens: str
    chances: str
    final_rank: str
    final_chance: str
    next_rank: str
    next_chance: str
    most: int
    other: NotRequired[Other]


def numbers(found: Guesses) -> Numbers:
    """Packs them; ids and ranks are whole numbers that float32 holds exactly up to 16 million."""
    return Numbers(
        tokens=pack(found.tokens),
        chances=pack(found.probability),
        final_rank=pack(found.final_rank),
        final_chance=pack(found.final_probability),
        next_rank=pack(found.next_rank),
        next_chance=pack(found.next_probability),
        most=found.tokens.shape[-1],
    )


def guesses(
    columns: Sequence[Column],
    rows: Sequence[str],
    found: Numbers,
    names: Mapping[int, str],
    *,
    colour: str,
    chosen: int | None,
    vocabulary: int,
    texts: Mapping[str, str],
    stamp: str,
    key: str,
    on_pick: Callable[[], None] | None = None,
    on_cell: Callable[[], None] | None = None,
) -> None:
    """Draws the grid.

    Args:
        rows: names of the boundaries, from the first to the last.
        names: display texts of all tokens in `found`, by id.
        colour: what colours a cell: "chance", "final" or "next".
        chosen: the chosen column; None while the text is still being written, when nothing is chosen or opened.
        vocabulary: how many tokens a rank is among.
        on_pick: called after a click on a column; st.session_state[key].position is its token's position.
        on_cell: called after a click on a number of the last row; st.session_state[key].cell is its name.
    """
    data = {
        "columns": list(columns),
        "rows": list(rows),
        "found": found,
        "names": {str(token): name for token, name in names.items()},
        "colour": colour,
        "chosen": chosen,
        "vocabulary": vocabulary,
        "texts": dict(texts),
        "stamp": stamp,
    }
    _render(data=data, key=key, on_position_change=on_pick or _ignore, on_cell_change=on_cell or _ignore)


def _ignore() -> None:
    """A grid that is only looked at."""
