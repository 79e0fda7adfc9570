"""Which tokens a masked language model has to guess, and what it reads in their place (Devlin et al. 2019, 3.1).

Of each row's text 15 % are chosen, at random. 80 % of those become [MASK], 10 % another token drawn evenly from the
vocabulary, and 10 % stay, so that the model cannot know which of the tokens it sees are right.
"""

from dataclasses import dataclass

import numpy as np

CHOSEN = 0.15
AS_MASK, AS_RANDOM = 0.8, 0.1


@dataclass(frozen=True)
class Masked:
    """Rows with some of their tokens chosen."""

    ids: np.ndarray
    """(B, T) int64, as the model reads them."""
    chosen: np.ndarray
    """(B, T) bool: what it has to guess."""


def masked(ids: np.ndarray, may: np.ndarray, mask: int, ordinary: np.ndarray, draw: np.random.Generator) -> Masked:
    """Chooses in each row round(15 %) of the tokens that may be chosen, at least one where there is one.

    Args:
        ids: (B, T).
        may: (B, T) bool: True where there is text; never a special token or padding.
        mask: the id of [MASK].
        ordinary: (N,) ids that are no special tokens, of which a random one is drawn.
        draw: the only source of chance.
    """
    allowed = may.sum(axis=1)
    count = np.where(allowed > 0, np.maximum(1, np.rint(CHOSEN * allowed)), 0)
    lots = np.where(may, draw.random(ids.shape), np.inf)
    place = lots.argsort(axis=1).argsort(axis=1)  # of each token in its row, by its lot
    chosen = place < count[:, None]
    fate = draw.random(ids.shape)
    others = draw.choice(ordinary, ids.shape)
    read = np.where(chosen & (fate < AS_MASK), mask, ids)
    read = np.where(chosen & (fate >= AS_MASK) & (fate < AS_MASK + AS_RANDOM), others, read)
    return Masked(read, chosen)
