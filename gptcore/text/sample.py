"""What a vocabulary is learnt from: all of a text, or parts taken evenly from it where all would take too long.

The work of learning grows with the length of all different words. A language has few of them; DNA, base64 or a text
without spaces is made of nothing else.
"""

from collections.abc import Iterable, Iterator

from gptcore.text.words import pieces, slices

MAX_CHARACTERS = 50_000_000
MAX_DISTINCT_BYTES = 3_000_000
"""Of all different words together; a long one counts _LONG_COSTS times, since merging it costs as much more."""
_LONG_BYTES, _LONG_COSTS = 40, 8
_PART_CHARACTERS, _LONGEST_WORD = 50_000, 1_000


class Sample:
    """Parts of texts within the limits: the first, and every n-th after it; n doubles whenever there are too many.

    The same texts give the same sample.
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._known: set[str] = set()
        self._length = self._cost = self._seen = 0
        self.every = 1
        """n: 1 as long as everything is taken."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What to tell people: nothing, if everything was taken."""
        if self.every == 1:
            return ()
        return (
            f"the tokenizer was learnt from {self._length:,} characters, one part in {self.every} of the text: it has "
            "too much text, or too many different long words (no spaces?), to learn from all of it",
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self._parts)

    def add(self, texts: Iterable[str]) -> Iterator[int]:
        """Takes texts in; yields the characters read so far, part after part."""
        read = 0
        for text in texts:
            parts = (piece for part in slices(text, _PART_CHARACTERS) for piece in pieces(part, _LONGEST_WORD))
            for part in parts:
                read += len(part)
                if self._seen % self.every == 0:
                    self._take(part)
                self._seen += 1
                yield read

    def _take(self, part: str) -> None:
        self._parts.append(part)
        self._count(part)
        while len(self._parts) > 1 and (self._length > MAX_CHARACTERS or self._cost > MAX_DISTINCT_BYTES):
            self.every *= 2
            self._parts = self._parts[::2]
            self._known, self._length, self._cost = set(), 0, 0
            for kept in self._parts:
                self._count(kept)

    def _count(self, part: str) -> None:
        words = set(part.split()) - self._known
        self._known |= words
        self._length += len(part)
        self._cost += sum(_cost(word) for word in words)


def _cost(word: str) -> int:
    n_bytes = len(word.encode("utf-8", "surrogatepass"))
    return n_bytes if n_bytes <= _LONG_BYTES else n_bytes * _LONG_COSTS
