"""How alike vectors are: the tokens nearest to one in the embedding table, and one token's states in two texts.

Alike is measured by the cosine of the angle between two vectors: 1 where they point the same way, 0 at a right angle,
-1 where they are opposed. How long they are does not count.
"""

from dataclasses import dataclass

import numpy as np

from gptcore.largest import largest_first
from gptcore.trace.trace import Trace

_SHORTEST = 1e-12
"""Lengths below count as this: a vector of zeros points nowhere, and is at a right angle to everything."""


def lengths(vectors: np.ndarray) -> np.ndarray:
    """Euclidean lengths of vectors (..., D), as (...)."""
    return np.maximum(np.linalg.norm(vectors, axis=-1), _SHORTEST)


def cosine(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Cosines of vectors (..., D) with vectors (..., D), broadcast against each other, as (...)."""
    product: np.ndarray = np.einsum("...d,...d->...", a, b) / (lengths(a) * lengths(b))
    return product


@dataclass(frozen=True)
class Neighbour:
    """A row of a table that is like another one."""

    row: int
    cosine: float


def nearest(table: np.ndarray, table_lengths: np.ndarray, row: int, most: int = 10) -> list[Neighbour]:
    """The rows of a table whose vectors are most like one of its own, that one left out.

    Args:
        table: (V, D).
        table_lengths: (V,), from `lengths`: they are the same for every row that is asked for.
        row: which one, from 0.
        most: of them at most.

    Returns:
        them, the nearest first; of equals the lower row first.
    """
    cosines = table @ table[row] / (table_lengths * table_lengths[row])
    cosines[row] = -np.inf
    order = largest_first(cosines, min(most, len(table) - 1))
    return [Neighbour(int(other), float(cosines[other])) for other in order]


@dataclass(frozen=True)
class Apart:
    """One token's states in two texts, on the way through the model."""

    same: np.ndarray
    """(n_layer + 2,): the cosine of the two token embeddings, of the two h_0, and of the two outputs of each block."""
    others: np.ndarray | None
    """(n_layer + 2,): the mean cosine of the first text's state with those of the other text's other tokens, to judge
    `same` by; None where the other text has no other token."""

    @property
    def biggest_step(self) -> int:
        """The block, from 0, after which the two states are less alike than before it by most."""
        return int(np.argmin(np.diff(self.same[1:])))


def apart(here: Trace, position: int, there: Trace, other_position: int) -> Apart:
    """Compares a token of one text with a token of another (usually the same one), in one model.

    Args:
        here, there: with token_embedding and hidden.
        position, other_position: of the two tokens, each in its own text, from 0.
    """
    a, b = _way(here)[:, position, None], _way(there)
    cosines = cosine(a.astype(np.float64), b.astype(np.float64))
    token = there.ids[other_position]
    others = cosines[:, there.ids != token]
    return Apart(cosines[:, other_position], others.mean(axis=1) if others.size else None)


def _way(trace: Trace) -> np.ndarray:
    """(n_layer + 2, T, D): the token embedding, then every state."""
    return np.concatenate([trace.part("token_embedding")[None], trace.part("hidden")])
