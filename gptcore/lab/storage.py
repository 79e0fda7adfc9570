"""What can be wrong with the place where runs are kept, told in words: a full disk, a folder that is read-only."""

import errno
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from gptcore.errors import StorageError
from gptcore.files import rename

LEAST_FREE = 10_000_000
"""Bytes without which no run is worth starting: its checkpoints would not fit."""
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_REFUSED = (errno.EROFS, errno.EACCES, errno.EPERM)
_REFUSED_SQLITE = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM)
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
BROKEN = ".broken-"
"""In the name of a damaged file that was set aside, before the time."""
_BUSY_SQLITE = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def primary_code(error: BaseException | None) -> int:
    """SQLite's code of an error, without its details; 0 if it has none."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def is_full(error: BaseException | None) -> bool:
    """Whether something could not be written for want of room."""
    short = isinstance(error, OSError) and "requested and" in str(error)  # NumPy says no more than that
    return short or getattr(error, "errno", None) in _FULL or primary_code(error) == sqlite3.SQLITE_FULL


def is_refused(error: BaseException) -> bool:
    """Whether something may not be written, or its folder may not."""
    return getattr(error, "errno", None) in _REFUSED or primary_code(error) in _REFUSED_SQLITE


def is_busy(error: BaseException) -> bool:
    """Whether another program keeps an SQLite file to itself."""
    return primary_code(error) in _BUSY_SQLITE


def prevents_files(error: BaseException) -> bool:
    """Whether a file could not be made: refused, for want of room, or (SQLite does not say why) one of these."""
    return is_refused(error) or is_full(error) or primary_code(error) == sqlite3.SQLITE_IOERR


def is_damage(error: BaseException) -> bool:
    """Whether SQLite's file is garbage, cut short, or holds other tables than ours."""
    missing = "no such table" in str(error) or "no such column" in str(error)
    return isinstance(error, sqlite3.Error) and (primary_code(error) in _DAMAGED or missing)


def move_aside(path: Path) -> None:
    """Renames a damaged SQLite file, with what SQLite keeps beside it; nothing is deleted."""
    stamp = f"{BROKEN}{time.strftime('%Y%m%d-%H%M%S')}"
    for ending in ("-wal", "-shm", ""):
        side = path.with_name(path.name + ending)
        if side.exists():
            rename(side, path.with_name(f"{path.name}{stamp}{ending}"))


def free_bytes(home: Path) -> int | None:
    """Room on the disk that holds a folder; None where that cannot be told."""
    try:
        return shutil.disk_usage(home).free
    except OSError:
        return None


def has_room(run: Path) -> bool:
    """Whether a run whose folder this is can write all of it once more, old and new files side by side."""
    free = free_bytes(run)
    with suppress(OSError):
        return free is not None and free > LEAST_FREE + sum(path.stat().st_size for path in run.rglob("*"))
    return False


def trouble(home: Path) -> str:
    """Why nothing can be started now, and what to do; "" if it can."""
    free = free_bytes(home)
    if free is not None and free < LEAST_FREE:
        return f"the disk that holds {home} is full, {free / 1e6:.1f} MB are left; free some space, then go on"
    return ""


@contextmanager
def storing(home: Path) -> Iterator[None]:
    """Turns what a disk or SQLite has to say into a sentence.

    Raises:
        StorageError: something in the block could not be read or written.
    """
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise StorageError(_explained(error, home)) from error


def _explained(error: OSError | sqlite3.Error, home: Path) -> str:
    if is_full(error) or (prevents_files(error) and (free_bytes(home) or LEAST_FREE) < LEAST_FREE):
        return f"the disk that holds {home} is full; free some space, then try again"
    if is_refused(error):
        return f"{home} cannot be written ({error}); make it writable, or let GPT_EXPLORER_RUNS name another folder"
    if is_busy(error):
        return f"another program keeps the table of runs in {home} to itself; try again in a moment"
    return f"{home} cannot be used ({error}); see that its disk works and that it is a folder"
