"""Where a text may be cut before its tokens are sought, so that no step's work grows with the length of one word.

In: text. Out: parts that joined give it again, the same however the text is read: whole, in slices or from a file.
"""

import re
from collections.abc import Iterator

MAX_WORD = 4_000
"""A run of characters without a space (or of spaces alone) that is longer counts as several words of this length:
DNA, base64, minified code. No word of a language is as long."""
_SPACE, _NO_SPACE = re.compile(r"\s"), re.compile(r"\S")
_CUT = re.compile(r"(?<=[\w!-~‐-‧、-〿！-･])[ \n]")
"""No token of any style crosses the start of such a space. What stands before it is surely visible: what counts as a
space differs a little between programs."""


def pieces(text: str, longest: int = MAX_WORD) -> list[str]:
    """The text, cut inside its words of more than `longest` characters, every `longest`; nearly always one piece."""
    if not _may_have_run(text, longest):
        return [text]
    runs = re.finditer(rf"(?<!\S)\S{{{longest + 1},}}|(?<!\s)\s{{{longest + 1},}}", text)
    cuts = [at for run in runs for at in range(run.start() + longest, run.end(), longest)]
    return [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]


def slices(text: str, characters: int) -> Iterator[str]:
    """Slices of about `characters` each, whose tokens one after the other are those of the whole text."""
    for piece in pieces(text):
        start = 0
        while start < len(piece):
            cut = _CUT.search(piece, start + characters)
            end = cut.start() if cut else len(piece)
            yield piece[start:end]
            start = end


def _may_have_run(text: str, longer_than: int) -> bool:
    """Looks at few places only, which costs next to nothing: a long run has a whole stride of its own kind in it."""
    stride = longer_than // 2
    return any(
        not _SPACE.search(text, at, at + stride) or not _NO_SPACE.search(text, at, at + stride)
        for at in range(0, len(text) - stride + 1, stride)
    )
