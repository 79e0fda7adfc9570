"""What each laboratory of the Decoding page is: a module with these three functions."""

from typing import Protocol

from app.decoding.start import Start


class Laboratory(Protocol):
    """One way to look at how a text comes about."""

    def show(self, start: Start) -> None:
        """Draws it; `start` has at least one token. What it shows stands in the page's address (keys.py)."""

    def settings(self, start: Start) -> dict[str, str]:
        """What is chosen in it, in words, by its name: "Width": "5"; for what is taken away."""

    def python_lines(self, start: Start) -> list[str]:
        """Lines over gptcore that give its numbers; `checkpoint`, `tokenizer`, `model`, `ids` and `stop_ids` are there
        before them. Asked for after `show`."""
