"""From phrasings with gaps to sentences, each combination of phrasing and word belonging to one split.

A gap is {name} for what the story has settled (its hero, say) or {~name} for any word of a list. Whether a word may
fill a gap of a phrasing in a split is a stable hash of the three: so every stretch of eight words that holds a filled
gap occurs in one split only, however many stories are told.
"""

import json
import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from random import Random
from typing import Any, Literal, TypeVar

from gptcore.places import ASSETS

_Told = TypeVar("_Told")
Split = Literal["train", "test"]

_GAP = re.compile(r"\{(~?)(\w+)\}")
_ARTICLE = re.compile(r"\b([Aa]) (?=[aeiou])(?!uni|one|eu)")
_START = re.compile(r"(^\"?|[.!?] )([a-z])")
_FREE = ("guess", "guesser", "knower", "he", "him", "his", "himself", "he2", "him2", "his2", "boy")
"""Gaps that tell no splits apart: too few words, or a sentence that belongs to its split already. Who guesses must not
either: in one split the words for right and wrong would go by the name, in the other the opposite way."""


@cache
def data(name: str) -> Any:
    """A file of assets/storyworld."""
    return json.loads((ASSETS / "storyworld" / f"{name}.json").read_text(encoding="utf-8"))


@cache
def words(gap: str) -> tuple[str, ...]:
    """The list behind a gap; a place is any of the kinds of place."""
    if gap == "place":
        return words("building") + words("outdoor") + words("water")
    listed = data("words")[gap]
    return tuple(listed.split()) if isinstance(listed, str) else tuple(listed)


def belongs(split: Split, *parts: str) -> bool:
    """Whether a combination is this split's: about half of all are."""
    return zlib.crc32("|".join(parts).encode()) % 2 == (split == "test")


class Teller:
    """Chooses phrasings and fills them in, for one story or example.

    Args:
        random: the only source of chance.
        split: whose combinations may be used.
    """

    def __init__(self, random: Random, split: Split):
        self.random = random
        self.split = split

    def say(self, phrasings: Sequence[str], settled: Mapping[str, str]) -> str:
        """One of the phrasings, filled in.

        Raises:
            Unsayable: none of them belongs to this split with what is settled.
        """
        for phrasing in self.random.sample(phrasings, len(phrasings)):
            gaps = {name for free, name in _GAP.findall(phrasing) if not free and name not in _FREE}
            if all(belongs(self.split, phrasing, name, settled[name]) for name in gaps):
                return self._filled(phrasing, settled)
        raise Unsayable

    def word(self, gap: str) -> str:
        """Any word of a list."""
        return self.random.choice(words(gap))

    def _filled(self, phrasing: str, settled: Mapping[str, str]) -> str:
        def fill(match: re.Match[str]) -> str:
            free, name = match.groups()
            if not free:
                return settled[name]
            return self.random.choice(_words_of(self.split, phrasing, name))

        return sentence(_GAP.sub(fill, phrasing))


@cache
def _words_of(split: Split, phrasing: str, gap: str) -> tuple[str, ...]:
    """What may fill a free gap of a phrasing in a split."""
    return tuple(word for word in words(gap) if belongs(split, phrasing, gap, word))


class Unsayable(Exception):
    """What is settled leaves no phrasing; begin again with something else."""


def until_sayable(attempt: Callable[[], _Told]) -> _Told:
    """Tries until the words fit the split; each attempt draws anew."""
    while True:
        try:
            return attempt()
        except Unsayable:
            continue


def sentence(text: str) -> str:
    """With its articles, capitals and full stop."""
    text = _ARTICLE.sub(r"\1n ", text)
    text = _START.sub(lambda match: match[1] + match[2].upper(), text)
    return text if text[-1] in '.!?"' else text + "."


def people(random: Random, count: int) -> list[dict[str, str]]:
    """Different children, each with name and pronouns."""
    children: dict[str, dict[str, str]] = {}
    while len(children) < count:
        girl = random.random() < 0.5
        name = random.choice(words("girl" if girl else "boy"))
        pronouns = ("she", "her", "her", "herself") if girl else ("he", "him", "his", "himself")
        children[name] = dict(
            zip(("he", "him", "his", "himself"), pronouns, strict=True), x=name, boy="girl" if girl else "boy"
        )
    return list(children.values())
