"""What is looked at to explain a number: a model, a trace of it, and lines of cells that are added up."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from gptcore.config import ModelConfig
from gptcore.model.capture import Part
from gptcore.model.gpt import GPT
from gptcore.provenance.cells import Cell
from gptcore.provenance.explanation import Term
from gptcore.provenance.symbols import plain, tex
from gptcore.trace.trace import Trace


class Line(NamedTuple):
    """Cells along one or more axes, with their numbers."""

    pattern: Cell
    """A None for each axis they lie along."""
    values: np.ndarray
    """float64, an axis for each None."""

    def cell(self, at: int) -> Cell:
        """One of them, counted through all axes."""
        places = iter(np.unravel_index(at, self.values.shape))
        return tuple(int(next(places)) if place is None else place for place in self.pattern)

    def cells(self) -> Iterator[Cell]:
        """All of them."""
        if self.values.ndim > 1:
            return map(self.cell, range(self.values.size))
        axis = self.pattern.index(None)
        before, after = self.pattern[:axis], self.pattern[axis + 1 :]
        return ((*before, i, *after) for i in range(self.values.size))


@dataclass(frozen=True)
class Look:
    """A model and what one pass of it computed.

    Args:
        most: terms of a long sum that are listed, 1 at least.
    """

    model: GPT
    trace: Trace
    most: int

    @property
    def config(self) -> ModelConfig:
        """Of the model."""
        return self.model.config

    def layer(self, part: Part, layer: int) -> np.ndarray:
        """A part of one block. InputError if the trace has not recorded it."""
        kept: np.ndarray = self.trace.part(part)[self.trace.row(layer)]
        return kept

    def number(self, part: Part, layer: int, *at: int) -> float:
        """A number of it."""
        return float(self.layer(part, layer)[at])

    def weights(self, name: str, row: int) -> np.ndarray:
        """A row of a matrix that the model has, in float64."""
        matrix = self.model.get_parameter(name).detach()
        return np.asarray(matrix[row].cpu().numpy(), dtype=np.float64)

    def weight(self, name: str, *index: int) -> float:
        """A weight that the model has."""
        return float(self.model.get_parameter(name).detach()[index])

    def tex(self, cell: Cell) -> str:
        """A cell's symbol in LaTeX."""
        return tex(cell, self.config)

    def term(self, cell: Cell, value: float, label: str = "{}") -> Term:
        """A cell as a term, with its symbol in the label."""
        return Term(label.format(plain(cell, self.config)), float(value), cell)


def line(pattern: Cell, values: np.ndarray) -> Line:
    """Numbers of a trace as a line: in float64, so that what is added up of them is exact."""
    return Line(pattern, values.astype(np.float64))
