"""What is told about one number."""

from dataclasses import dataclass
from typing import NamedTuple

from gptcore.provenance.cells import Cell


class Term(NamedTuple):
    """One part of a number's arithmetic."""

    label: str
    """Its symbols in plain text, say "q₁₇ k₁₇"."""
    value: float
    """With its sign."""
    cell: Cell | None
    """What opens it; None for a constant."""


@dataclass(frozen=True)
class Explanation:
    """How a number comes about."""

    cell: Cell
    value: float
    """The number itself, as the trace or the weights have it."""
    name: str
    """What it is, in words: "attention weight"."""
    formula: str
    """In the paper's symbols, as LaTeX."""
    numbers: str
    """The same formula with this cell's own numbers, as LaTeX."""
    terms: tuple[Term, ...]
    """What it is made of. Of a sum those of largest size first, and no more than were asked for."""
    rest: float
    """What the terms of a sum that are not listed add up to."""
    n_rest: int
    """How many those are."""
    parents: tuple[Cell, ...]
    """Every cell that the number is computed from, in one step."""
    sources: tuple[Cell, ...]
    """The same as rows and columns: a None stands for all along an axis, ("q", 3, 0, 7, None)."""
    note: str = ""
    """What else there is to know, in a sentence."""
