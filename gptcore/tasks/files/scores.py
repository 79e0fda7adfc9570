"""Scores out of a file's cells, and which of them say that there is none.

No score are words for an empty cell ("nan", "-"), and -1 where it cannot be one: all rows have it (GLUE's hidden
scores), or all others lie above zero and reach past 1.
"""

from collections.abc import Collection

from gptcore.errors import InputError
from gptcore.tasks.files.cells import as_number
from gptcore.tasks.files.labels import means_nothing
from gptcore.tasks.files.rows import shown

MAX_SCORE = 1e6


class ScoreReader:
    """Checks the scores of a file, row by row.

    Args:
        column: the file's.
        written: every value that stands in it.
    """

    notes: tuple[str, ...] = ()

    def __init__(self, column: str, written: Collection[str]):
        self._column = f"column {shown(column)}"
        others = [score for score in map(as_number, written) if score != -1 and score == score]
        self._is_minus_one_none = not others or (min(others) >= 0 and max(others) > 1)

    def reason_to_skip(self, score: str) -> str | None:
        """Why a row has no score, if it has none."""
        if not score:
            return f"{self._column} is empty"
        is_mark = means_nothing(score) and (self._is_minus_one_none or as_number(score) != -1)
        return f"{self._column} holds {shown(score)}, which means no score" if is_mark else None

    def read(self, score: str, _: tuple[str, ...] = ()) -> float:
        """The score itself.

        Raises:
            InputError: it is no number, or too large.
        """
        number = as_number(score)
        if not abs(number) <= MAX_SCORE:  # not a number compares false too
            raise InputError(
                f"{self._column} holds {shown(score)}; a score is a number like 3.5, from {-MAX_SCORE:,.0f} to "
                f"{MAX_SCORE:,.0f}"
            )
        return number
