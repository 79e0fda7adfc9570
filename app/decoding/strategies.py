"""STUB."""

from app.decoding.start import Start


def show(start: Start) -> None:
    """STUB."""
