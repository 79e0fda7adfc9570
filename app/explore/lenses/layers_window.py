"""Which tokens of a long text have a column."""

MOST = 40
"""Columns at once."""
_STEP = MOST // 2


def window(n_tokens: int, position: int) -> tuple[int, int]:
    """(first, one past the last) of at most MOST tokens around one. It stands still while the position moves within a
    stretch of half its width, so that what was computed serves again."""
    first = min(max(0, position // _STEP * _STEP - _STEP // 2), max(0, n_tokens - MOST))
    return first, min(n_tokens, first + MOST)


def before(position: int) -> int:
    """The first of at most MOST tokens that end with the one at `position`."""
    return max(0, position + 1 - MOST)
