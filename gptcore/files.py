"""Files that are whole or not there: written aside, made durable, renamed.

Whatever moment a process or a machine dies at, a reader finds the old file or the new one.
"""

import json
import os
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from gptcore.errors import CheckpointError

TEMPORARY = ".tmp"
"""The ending of files that are being written; one that is left behind belongs to a process that died."""


_TRIES, _TRY_EVERY = 40, 0.05
"""How often and after how many seconds a file that somebody else has open is tried again."""


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
        rename(temporary, path)
        _flush(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def rename(source: Path, target: Path) -> None:
    """Gives a file another name, which it takes from whatever has it. Windows refuses that while somebody reads one of
    the two, so there it waits a moment.

    Raises:
        OSError: it cannot be renamed.
    """
    for _ in range(_TRIES if sys.platform == "win32" else 0):
        with suppress(PermissionError):
            os.replace(source, target)
            return
        time.sleep(_TRY_EVERY)
    os.replace(source, target)


def write_text(path: Path, text: str) -> None:
    """Writes a UTF-8 text, whole or not at all; line ends stay as they are."""
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        file.write(text)


_JSON_BYTES = 200_000_000
"""Of the largest JSON file that is read; the vocabulary of a large model takes a tenth of it."""


def read_json(path: Path) -> Any:
    """Raises:
    CheckpointError: the file is missing, no file, too large or no JSON.
    """
    try:
        if path.exists() and not path.is_file():
            raise ValueError("it is no file")
        if (size := path.stat().st_size) > _JSON_BYTES:
            raise ValueError(f"it has {size:,} bytes, far more than such a file needs")
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CheckpointError(f"{path} cannot be read: {error}") from error
    except RecursionError as error:
        raise CheckpointError(f"{path} cannot be read: its values lie too deep inside each other") from error


def read_object(path: Path) -> dict[str, Any]:
    """A JSON file that holds named values.

    Raises:
        CheckpointError: it does not, or cannot be read.
    """
    values = read_json(path)
    if not isinstance(values, dict):
        raise CheckpointError(f"{path} must hold one JSON object of named values; it is damaged")
    return values


def _flush(path: Path) -> None:
    """Waits until a file, or a folder's list of names, is on the disk itself."""
    if path.is_dir() and sys.platform == "win32":  # it opens no folders, and needs none flushed
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
