"""Texts to train on, kept beside the runs: learners' own, by their content, and ours, made when needed.

A file's name comes from what is in it, never from what a learner called it.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import astuple
from pathlib import Path
from random import Random
from typing import NamedTuple

from gptcore.errors import InputError
from gptcore.files import write_text
from gptcore.lab.storage import storing
from gptcore.places import ROOT
from gptcore.tasks import storyworld
from gptcore.text.encoding import decode
from gptcore.text.styles import END_OF_TEXT

MAX_TEXT_BYTES = 50_000_000
_MIN_TEXT_CHARACTERS = 2_000
STORIES = 12_000
"""Stories in the story world's text: about 7 MB, more than a run of minutes reads."""
_UNSEEN = 600
"""Stories of the other split, where the same phrasings hold other words."""
_SEED = 1


class KeptText(NamedTuple):
    """A learner's text as it is kept: in UTF-8."""

    path: Path
    n_characters: int
    encoding: str
    """What it was read from, as Python names it."""
    is_guess: bool
    """Whether only its letters speak for that."""


def keep_text(home: Path, raw: bytes, name: str) -> KeptText:
    """Keeps a learner's text; the same text is kept once.

    Args:
        raw: the file's bytes, in any encoding that can be told from them.
        name: what messages call it.

    Raises:
        InputError: no text, or too little or too much of it.
        StorageError: it cannot be written.
    """
    if len(raw) > MAX_TEXT_BYTES:
        raise InputError(f"{name} is larger than {MAX_TEXT_BYTES // 10**6} MB; a run here reads at most that")
    text, encoding, is_guess = astuple(decode(raw, name))
    if len(text.strip()) < _MIN_TEXT_CHARACTERS:
        raise InputError(
            f"{name} has {len(text.strip()):,} characters; a model needs at least {_MIN_TEXT_CHARACTERS:,} to learn "
            "from, better a hundred times as many"
        )
    path = home / "texts" / f"own-{hashlib.sha256(raw).hexdigest()[:24]}.txt"
    if not path.exists():
        with storing(home):
            write_text(path, text)
    return KeptText(path, len(text), encoding, is_guess)


def our_text(home: Path, name: str) -> Path:
    """Where a text of ours is; `make` writes it before a run reads it.

    Args:
        name: a key of OURS.
    """
    return home / "texts" / f"{name}.txt"


def make(home: Path, name: str) -> None:
    """Writes a text of ours, unless it is there; the story world's takes a few seconds.

    Args:
        name: a key of OURS.
    """
    path = our_text(home, name)
    if not path.exists():
        write_text(path, f"\n{END_OF_TEXT}\n".join(OURS[name]()))


def _stories() -> Iterator[str]:
    return storyworld.stories(STORIES, _SEED)


def _unseen() -> Iterator[str]:
    """Stories that no other text of ours shares a plot with, to validate on."""
    return storyworld.stories(_UNSEEN, _SEED, "test")


def _shuffled() -> Iterator[str]:
    """The same sentences in stories of the same lengths, but each drawn from anywhere: what a story tells last does not
    follow from what it told first."""
    told = [storyworld.sentences(text) for text in _stories()]
    loose = [sentence for story in told for sentence in story]
    Random(_SEED).shuffle(loose)
    left = iter(loose)
    return (" ".join(next(left) for _ in story) for story in told)


def _source() -> Iterator[str]:
    """This program itself, a document per file."""
    return (
        file.read_text(encoding="utf-8") for part in ("gptcore", "app") for file in sorted(ROOT.glob(f"{part}/**/*.py"))
    )


OURS: dict[str, Callable[[], Iterator[str]]] = {
    "storyworld": _stories,
    "shuffled": _shuffled,
    "unseen": _unseen,
    "source": _source,
}
"""Texts of ours by name."""
