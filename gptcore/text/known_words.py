"""Which words a training had, and how often: counted in its texts, written beside the model, looked up later.

A word is a run of letters with their accents, in lower case. Digits, hyphens and apostrophes stand between words, so
that "well-known" is two; "don't" and the "do n't" of older data sets are both "do" and "t". In languages that put no
spaces between words (Chinese, Japanese, Thai and their neighbours) each character counts as a word of its own.
"""

import lzma
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from gptcore.files import replacing
from gptcore.lazy import cached_property
from gptcore.text.words import slices

MOST_WORDS = 200_000
"""Of a huge text the most frequent are kept."""
_MOST_COUNTED = 500_000
"""Different spellings counted at a time; the rarer half goes when there are more, so that memory has a bound."""
_PART_CHARACTERS = 1_000_000
_MOST_BYTES = 20_000_000
"""Of a list that is read, packed or unpacked: a few megabytes are a list, more is none of ours."""
_MOST_TIMES = 10**12
"""That a word can have come."""
_NO_SPACES = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_LETTER, _ACCENT = rf"[^\W\d_{_NO_SPACES}]", "[\u0300-\u036f]"
_WORD = re.compile(rf"{_LETTER}{{1,64}}(?:{_ACCENT}{{1,8}}{_LETTER}{{0,64}}){{0,8}}|[{_NO_SPACES}]")
"""Bounded: a run of letters without an end (DNA, base64) is cut into several."""
_NOT = ("n't", "n’t", "N'T", "N’T")


@dataclass(frozen=True)
class Word:
    """A word where it stands in a text."""

    start: int
    end: int
    """Character offsets, the second exclusive."""
    word: str
    """As it is looked up."""


@dataclass(frozen=True)
class KnownWords:
    """How often each word came in a training's texts."""

    counts: dict[str, int]

    def __contains__(self, word: str) -> bool:
        return word in self.counts

    @cached_property
    def total(self) -> int:
        """Words in all, each as often as it came."""
        return sum(self.counts.values())

    def joined(self, other: "KnownWords") -> "KnownWords":
        """Of both trainings."""
        return KnownWords(dict((Counter(self.counts) + Counter(other.counts)).most_common(MOST_WORDS)))

    def commonest(self, n: int) -> frozenset[str]:
        """The n words that came most often."""
        return frozenset(sorted(self.counts, key=self.counts.__getitem__, reverse=True)[:n])


def words_in(text: str) -> Iterator[Word]:
    """The words of a text, one after the other."""
    return (Word(found.start(), found.end(), _folded(found[0])) for found in _WORD.finditer(_without_not(text)))


def count_words(texts: Iterable[str]) -> KnownWords:
    """Counts the words of texts, in a memory that does not grow with them; at most MOST_WORDS are kept."""
    spellings: Counter[str] = Counter()
    for part in (part for text in texts for part in slices(text, _PART_CHARACTERS)):
        spellings.update(_WORD.findall(_without_not(part)))
        if len(spellings) > _MOST_COUNTED:
            spellings = Counter(dict(spellings.most_common(_MOST_COUNTED // 2)))
    counts: Counter[str] = Counter()
    for spelling, count in spellings.items():
        counts[_folded(spelling)] += count
    return KnownWords(dict(counts.most_common(MOST_WORDS)))


def write_words(path: Path, words: KnownWords) -> None:
    """Writes words with their counts, one a line in the order of the alphabet, packed with xz."""
    lines = [f"{word} {words.counts[word]}\n" for word in sorted(words.counts)]
    with replacing(path) as temporary:
        temporary.write_bytes(lzma.compress("".join(lines).encode()))


def read_words(path: Path) -> KnownWords | None:
    """Reads what `write_words` wrote; None where there is nothing that can be read. What is unpacked is bounded: a few
    bytes of xz can hold gigabytes."""
    try:
        unpacker = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=100_000_000)
        with path.open("rb") as file:
            text = unpacker.decompress(file.read(_MOST_BYTES), _MOST_BYTES).decode()
        if not unpacker.eof:
            return None
        pairs = (line.rpartition(" ") for line in text.splitlines())
        counts = {word: int(count) for word, _, count in pairs}
        return KnownWords(counts) if all(0 < count < _MOST_TIMES for count in counts.values()) else None
    except (OSError, lzma.LZMAError, ValueError):
        return None


def _without_not(text: str) -> str:
    """The text, as long as before, with "n't" taken off the words that it is written to."""
    for ending in _NOT:
        text = text.replace(ending, f" {ending[1:]}")
    return text


def _folded(spelling: str) -> str:
    return unicodedata.normalize("NFC", spelling.lower())
