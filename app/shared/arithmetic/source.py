"""Whose numbers are opened: a page says so with an object that has these methods."""

from typing import Protocol

from app.shared.loaded import ModelKey
from gptcore.provenance.cells import Cell
from gptcore.provenance.explanation import Explanation


class Source(Protocol):
    """A text as a model reads it, or an example and its answer."""

    @property
    def key(self) -> ModelKey:
        """The model."""

    def check(self, cell: Cell) -> Cell:
        """A cell that may come from anywhere.

        Raises:
            InputError: there is no such number.
        """

    def explain(self, cell: Cell) -> Explanation:
        """Where a number that exists comes from."""

    def short(self, cell: Cell) -> str:
        """A number that exists, in a few words, for a crumb."""

    def describe(self, cell: Cell) -> str:
        """What it is and where it stands, in a sentence with the texts of its tokens."""

    def word(self, cell: Cell) -> str:
        """The text of the token that a number beside others like it stands for; empty if it stands for none."""
