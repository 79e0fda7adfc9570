"""STUB."""

from app.decoding.start import Start


def show(start: Start) -> None:
    """STUB."""


def settings(start: Start) -> dict[str, str]:
    """STUB."""
    return {}


def python_lines(start: Start) -> list[str]:
    """STUB."""
    return []
