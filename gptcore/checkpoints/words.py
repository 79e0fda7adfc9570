"""The words that a model's trainings had, from the files beside it; what they are good for: gptcore.familiar.

words.txt.xz          of its last training (of all its fine-tunings, where there were several)
words-before.txt.xz   of a fine-tuned model: of its pre-training, where the model that it came from has no name by which
                      it could be found
"""

import shutil
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import cast

from gptcore.checkpoints.card import Card
from gptcore.errors import CheckpointError
from gptcore.familiar import Words
from gptcore.files import read_object, replacing
from gptcore.text.known_words import KnownWords, read_words

WORDS, WORDS_BEFORE = "words.txt.xz", "words-before.txt.xz"
_GENERATIONS = 8
"""Of fine-tuned models that are looked through for the pre-trained one."""


def words_of(folder: Path, card: Card, named: Mapping[str, Path]) -> Words | None:
    """What the model in a folder has read; None where nothing tells, or what tells it is damaged.

    Args:
        named: folders of models by name, among which its parent may be.
    """
    trained = _read(folder / WORDS)
    return None if trained is None else Words.of(trained, _pretraining(folder, card, named))


def copy_words(source: Path, target: Path) -> None:
    """Puts a model's lists of words beside its copy."""
    for name in (WORDS, WORDS_BEFORE):
        if (source / name).is_file() and source.resolve() != target.resolve():
            with replacing(target / name) as temporary:
                shutil.copyfile(source / name, temporary)


def _pretraining(folder: Path, card: Card, named: Mapping[str, Path]) -> KnownWords | None:
    """Words of the pre-training before a fine-tuning; None for a model that was only pre-trained."""
    for _ in range(_GENERATIONS):
        if (carried := _read(folder / WORDS_BEFORE)) is not None:
            return carried
        parent = card.get("parent")
        if not isinstance(parent, str) or parent not in named:
            return None
        folder, card = named[parent], {}
        if not (folder / "task.json").exists():
            return _read(folder / WORDS)
        with suppress(CheckpointError):
            card = cast(Card, read_object(folder / "card.json"))
    return None


def _read(path: Path) -> KnownWords | None:
    return _kept(path, path.stat().st_mtime_ns) if path.is_file() else None


@lru_cache(maxsize=8)  # the one that several models were fine-tuned from
def _kept(path: Path, stamp: int) -> KnownWords | None:
    return read_words(path)
