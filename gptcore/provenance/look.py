"""What is looked at to explain a number: a model, a trace of it, and lines of cells that are added up."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from gptcore.config import ModelConfig
from gptcore.lazy import cached_property
from gptcore.model.capture import Part
from gptcore.model.gpt import GPT
from gptcore.provenance.cells import Cell
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
        if self.pattern.count(None) > 1:
            return map(self.cell, range(self.values.size))
        axis = self.pattern.index(None)
        before, after = self.pattern[:axis], self.pattern[axis + 1 :]
        return ((*before, i, *after) for i in range(self.values.size))


@dataclass(frozen=True)
class Look:
    """A model and what one pass of it computed.

    Args:
        most: terms of a long sum that are listed.
    """

    model: GPT
    trace: Trace
    most: int

    @cached_property
    def config(self) -> ModelConfig:
        """Of the model."""
        return self.model.config

    def layer(self, part: Part, layer: int) -> np.ndarray:
        """A part of one block. InputError if the trace has not recorded it."""
        return self.trace.part(part)[self.trace.row(layer)]

    def weight(self, name: str, *index: int) -> np.ndarray:
        """A weight, or a row of it, in float64; one that the model has."""
        return self.model.get_parameter(name).detach()[index].cpu().double().numpy()

    @cached_property
    def output_table(self) -> str:
        """The name of the weight that the output layer reads."""
        return "token_embedding.weight" if self.config.tied else "lm_head.weight"
