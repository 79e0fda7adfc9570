"""Which two next tokens are worth setting against each other, where nobody has named them."""

import numpy as np

from gptcore.largest import largest_first

_LIKELY = 20
"""Among so many of the likeliest tokens of a text its answer is looked for."""


def two_answers(first: np.ndarray, second: np.ndarray) -> tuple[int, int]:
    """What tells two texts' predictions apart: each one's likeliest token; where that is the same, of its likeliest
    tokens the one that the other text makes less likely most.

    Args:
        first, second: logits (V,) after each text.
    """
    one, other = int(first.argmax()), int(second.argmax())
    if one != other:
        return one, other
    gain = _log_probabilities(first) - _log_probabilities(second)
    likely, likely_there = (largest_first(logits, _LIKELY) for logits in (first, second))
    one, other = int(likely[gain[likely].argmax()]), int(likely_there[gain[likely_there].argmin()])
    return (one, other) if one != other else two_rivals(first)


def two_rivals(logits: np.ndarray, own: int | None = None) -> tuple[int, int]:
    """The token that the text has next, without one the likeliest; and the likeliest beside it. The same token twice
    in a vocabulary of one.

    Args:
        logits: (V,).
        own: id of the text's own next token.
    """
    likeliest = largest_first(logits, 2).tolist()
    token = likeliest[0] if own is None else own
    return token, next((one for one in likeliest if one != token), token)


def _log_probabilities(logits: np.ndarray) -> np.ndarray:
    exact = logits.astype(np.float64) - logits.max()
    shares: np.ndarray = exact - np.log(np.exp(exact).sum())
    return shares
