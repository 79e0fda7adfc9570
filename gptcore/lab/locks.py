"""Locks on files that tell other processes that somebody lives: the operating system lets go of one however its holder
ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

_PATIENCE = 1.0
"""Seconds that somebody who only looks may hold a lock, at the very most."""


@contextmanager
def alone(path: Path, patience: float = _PATIENCE) -> Iterator[bool]:
    """Holds a lock; yields False if another process still has it after so many seconds.

    Raises:
        OSError: the file cannot be made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path)
    try:
        lock.acquire(timeout=patience, poll_interval=0.02)
    except Timeout:
        yield False
        return
    try:
        yield True
    finally:
        lock.release()


def is_held(path: Path) -> bool:
    """Whether a process has the lock now. Where that cannot be told, in a read-only folder, it counts as held."""
    if not path.exists():
        return False
    try:
        with alone(path, patience=0) as free:
            return not free
    except OSError:
        return True
