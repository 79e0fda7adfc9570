"""Files that are whole or not there: written aside, made durable, renamed.

Whatever moment a process or a machine dies at, a reader finds the old file or the new one.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TEMPORARY = ".tmp"
"""The ending of files that are being written; one that is left behind belongs to a process that died."""


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path beside `path` to write to; once the block is done it takes the name `path`.

    Its name is its own, so that several threads and processes may write one file at once: the last one wins, whole.
    A block that raises leaves nothing behind.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name[:100]}.{secrets.token_hex(6)}{TEMPORARY}")
    try:
        yield temporary
        _flush(temporary)
        os.replace(temporary, path)
        _flush(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Writes a UTF-8 text, whole or not at all; line ends stay as they are."""
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        file.write(text)


def _flush(path: Path) -> None:
    """Waits until a file, or a folder's list of names, is on the disk itself."""
    if path.is_dir() and os.name == "nt":  # Windows opens no folders, and needs none flushed
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
