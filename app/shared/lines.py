"""A text with lines in a box that has one: marks stand for the ends of lines."""

_LINE_MARKS = {"\n": "⏎", "\r": "␍"}
_TO_MARKS = str.maketrans(_LINE_MARKS)
_FROM_MARKS = str.maketrans({mark: end for end, mark in _LINE_MARKS.items()})


def to_marks(text: str) -> str:
    """Text as the box shows it, character by character."""
    return text.translate(_TO_MARKS)


def from_marks(shown: str) -> str:
    """Text as it is typed into the box: marks for line ends become line ends."""
    return shown.translate(_FROM_MARKS)
