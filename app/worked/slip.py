"""One slip of a text, and the words for how we know."""

from typing import NamedTuple

ARITHMETIC, LOGIC = "arithmetic", "logic"
PAPER, TABLE_5 = "paper", "paper, table 5"
FILES = "its released files"
MEASURED = "measured here"


class Slip(NamedTuple):
    """One slip."""

    text: str
    """Which text says it; several are parted by commas."""
    says: str
    right: str
    basis: str
    example: str | None = None
    """The worked example that shows it."""
