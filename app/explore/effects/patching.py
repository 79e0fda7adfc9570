"""Two texts, and what of the second is put into the first: one record that the board, its sentences and the Python
lines are made from."""

import re
from dataclasses import dataclass

import numpy as np

from app.explore.effects import cache
from app.explore.reading import Reading
from app.shared.theme import plain_token
from gptcore.effects.patching import PatchGrid, differing
from gptcore.lazy import cached_property
from gptcore.model.capture import Part

_CELL = re.compile(r"([a-z_]{1,12})\.(\d{1,4})\.(\d{1,4})")


@dataclass(frozen=True)
class Patching:
    """What is patched, and what is measured."""

    reading: Reading
    """The first text: the page's own."""
    other: Reading
    """The second, of equally many tokens."""
    position: int
    """After it is predicted."""
    part: Part
    """What is taken from the second text: of gptcore.effects.patching.PATCHED, or "head_out" for heads."""
    answers: tuple[int, int]
    """The first text's token and the second's."""
    asked: tuple[int, int] | None
    """A cell that somebody asked to see; it may not be there."""
    notes: tuple[str, ...] = ()
    """What is to be said of the words that were typed."""

    @property
    def grid(self) -> PatchGrid:
        """How far each patch moves the answer."""
        return cache.grid(self.reading, self.other, self.answers, self.position, self.part)

    @cached_property
    def names(self) -> tuple[str, str]:
        """Of the answers."""
        one, other = (plain_token(self.reading.checkpoint.tokenizer.token_text(token)) for token in self.answers)
        return one, other

    @property
    def is_of_heads(self) -> bool:
        """Whether columns are heads, not tokens."""
        return self.part == "head_out"

    @property
    def differs(self) -> np.ndarray:
        """(T,) bool: where the two texts have different tokens."""
        return differing(self.reading.ids, self.other.ids)

    def name(self, column: int) -> str:
        """A column's token: where the texts differ, both."""
        here, there = self.reading.plain_names[column], self.other.plain_names[column]
        return f"{here} / {there}" if self.differs[column] else here

    @property
    def chosen(self) -> tuple[int, int] | None:
        """The cell that is looked at."""
        rows, columns = self.grid.raw.shape
        return self.asked if self.asked and self.asked[0] < rows and self.asked[1] < columns else None

    def logits(self, row: int, column: int) -> np.ndarray:
        """(V,): after the position, with one patch."""
        return cache.after(self.reading, self.other, self.position, self.part, row, column)


def parse_cell(link: str, part: str) -> tuple[int, int] | None:
    """A cell as the address has it, "hidden.3.2" counted from 1, from 0; None if it is none, or of another part."""
    match = _CELL.fullmatch(link)
    if match is None or match[1] != part or "0" in (match[2].lstrip("0") or "0", match[3].lstrip("0") or "0"):
        return None
    return int(match[2]) - 1, int(match[3]) - 1
