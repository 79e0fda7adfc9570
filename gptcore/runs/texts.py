"""Texts to train on, kept beside the runs: learners' own, by their content, and the story world's, made when needed.

A file's name comes from what is in it, never from what a learner called it.
"""

import hashlib
import os
from pathlib import Path

from gptcore.errors import InputError
from gptcore.tasks import storyworld
from gptcore.text.encoding import decode
from gptcore.text.styles import END_OF_TEXT

MAX_TEXT_BYTES = 50_000_000
_MIN_TEXT_CHARACTERS = 2_000
STORIES = 12_000
"""Stories in the story world's text: about 7 MB, more than a run of minutes reads."""
_SEED = 1


def keep_text(home: Path, raw: bytes, name: str) -> Path:
    """Keeps a learner's text; the same text is kept once.

    Args:
        raw: the file's bytes, in any encoding that can be told from them.
        name: what messages call it.

    Raises:
        InputError: no text, or too little or too much of it.
    """
    if len(raw) > MAX_TEXT_BYTES:
        raise InputError(f"{name} is larger than {MAX_TEXT_BYTES // 10**6} MB; a run here reads at most that")
    text = decode(raw, name).text
    if len(text.strip()) < _MIN_TEXT_CHARACTERS:
        raise InputError(
            f"{name} has {len(text.strip()):,} characters; a model needs at least {_MIN_TEXT_CHARACTERS:,} to learn "
            "from, better a hundred times as many"
        )
    return _written(home, f"own-{hashlib.sha256(raw).hexdigest()[:24]}", text)


def story_text(home: Path) -> Path:
    """The story world's text; made on the first call, which takes a few seconds."""
    path = _path(home, f"storyworld-{STORIES}")
    if path.exists():
        return path
    return _written(home, path.stem, f"\n{END_OF_TEXT}\n".join(storyworld.stories(STORIES, _SEED)))


def _path(home: Path, name: str) -> Path:
    return home / "texts" / f"{name}.txt"


def _written(home: Path, name: str, text: str) -> Path:
    path = _path(home, name)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(f".{os.getpid()}.tmp")
        temporary.write_text(text, encoding="utf-8")
        os.replace(temporary, path)
    return path
