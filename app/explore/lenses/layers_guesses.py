"""STUB."""

from app.explore.reading import Reading


def show(reading: Reading, position: int) -> None:
    """STUB."""
