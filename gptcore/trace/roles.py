"""What each attention head measurably does on one text: which simple pattern its weights follow, and how far.

A pattern is a set of earlier tokens per row; a head's score is the weight it puts on that set, averaged over the rows
where the pattern exists. A role is named only where the score beats the same head's in an untrained model by MARGIN:
on a short text an untrained head scores above zero too, because its weight is spread over everything.
"""

from dataclasses import dataclass

import numpy as np

MARGIN = 0.2
"""How much more of its weight than the untrained head's a pattern must get before it is named."""

ROLES = ("previous token", "first token", "itself", "same word again", "what followed last time")


@dataclass(frozen=True)
class Role:
    """A pattern that a head follows on this text."""

    name: str
    """One of ROLES."""
    score: float
    """Share of its weight on the pattern, mean over the rows where the pattern exists."""
    untrained: float
    """The same share for the same head of the untrained model."""


def pattern_masks(ids: np.ndarray) -> dict[str, np.ndarray]:
    """For each role, the cells (T, T) that belong to its pattern; every cell is on or below the diagonal.

    Rows 0 and 1 belong to no pattern but "same word" and "what followed": with one or two tokens to look at, every
    head would follow something.
    """
    n = len(ids)
    row, column = np.indices((n, n))
    late = row >= 2
    same = ids[:, None] == ids[None, :]
    followed = np.zeros((n, n), dtype=bool)
    followed[:, 1:] = same[:, :-1]  # column j is marked where token j - 1 is the row's own token
    return {
        "previous token": (column == row - 1) & late,
        "first token": (column == 0) & late,
        "itself": (column == row) & late,
        "same word again": same & (column < row),
        "what followed last time": followed & (column < row),
    }


def role_scores(attention: np.ndarray, ids: np.ndarray) -> np.ndarray:
    """Weight on each pattern, (L, H, len(ROLES)); nan where the text never shows the pattern.

    Args:
        attention: (L, H, T, T) weights.
        ids: (T,) the tokens.
    """
    scores = np.full((*attention.shape[:2], len(ROLES)), np.nan, dtype=np.float64)
    for index, mask in enumerate(pattern_masks(ids).values()):
        rows = mask.any(axis=1)
        if rows.any():
            on_pattern = np.einsum("lhij,ij->lhi", attention[:, :, rows], mask[rows].astype(attention.dtype))
            scores[:, :, index] = on_pattern.mean(axis=2)
    return scores


def head_roles(attention: np.ndarray, untrained: np.ndarray, ids: np.ndarray) -> list[list[Role | None]]:
    """The role of each head, [layer][head]: the pattern that beats the untrained model's most, None below MARGIN.

    Args:
        attention: (L, H, T, T) weights of the model.
        untrained: the same of the model as it was initialised.
        ids: (T,) the tokens.
    """
    scores, base = role_scores(attention, ids), role_scores(untrained, ids)
    gain = np.nan_to_num(scores - base, nan=-1.0)
    best = gain.argmax(axis=2)
    return [
        [
            Role(ROLES[i], float(scores[layer, head, i]), float(base[layer, head, i]))
            if gain[layer, head, i := best[layer, head]] >= MARGIN
            else None
            for head in range(attention.shape[1])
        ]
        for layer in range(attention.shape[0])
    ]
