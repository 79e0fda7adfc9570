"""What a run does besides its updates (reading, cutting, counting): told while it lasts, and stopped at any moment.

A sitting is the time from a run's start, or its resuming, to its end or its next stop.
"""

import math
import time
from collections.abc import Callable, Generator
from concurrent.futures import Future, wait
from threading import Event, Thread
from typing import TypeVar

from gptcore.train.events import Phase, Preparing

T = TypeVar("T")
Report = Callable[..., None]
"""Takes how much is done so far, or nothing; raises Halted once the sitting is over."""

_LOOK_EVERY = 0.2
"""Seconds between two looks at a phase; a stop takes about as long."""
_GRACE = 1.0
"""Seconds that a halted phase has to clear away what it has half done."""


class Halted(Exception):
    """The sitting is over in the middle of a phase."""


def never() -> bool:
    """The answer of whoever never stops a run."""
    return False


class Sitting:
    """Whether to stop now: once somebody asks for it, or the time is up.

    Args:
        stop: asked again and again.
        seconds: how long the sitting may last; None: as long as it takes.
    """

    def __init__(self, stop: Callable[[], bool], seconds: float | None = None):
        self._stop = stop
        self._until = math.inf if seconds is None else time.monotonic() + seconds

    @property
    def reason(self) -> str:
        """Why it is over: "time" where its time is up."""
        return "time" if time.monotonic() >= self._until else ""

    def __call__(self) -> bool:
        return self._stop() or time.monotonic() >= self._until

    def check(self) -> None:
        """Raises:
        Halted: the sitting is over.
        """
        if self():
            raise Halted


ENDLESS = Sitting(never)
"""A sitting that nothing ends before its work does."""


def watched(
    phase: Phase, work: Callable[[Report], T], sitting: Sitting, total: int = 0
) -> Generator[Preparing, None, T]:
    """Does a phase's work on a thread of its own, and tells meanwhile how far it is.

    Even work that cannot be interrupted ends the phase at once: it is left behind, and ends at its next report.

    Args:
        work: called with a report to call now and then.
        total: what `done` will be in the end.

    Returns:
        what the work returns.

    Raises:
        Halted: the sitting is over.
    """
    done, left = 0, Event()
    outcome: Future[T] = Future()

    def report(now: int | None = None) -> None:
        nonlocal done
        done = done if now is None else now
        if left.is_set():
            raise Halted

    def run() -> None:
        try:
            outcome.set_result(work(report))
        except BaseException as error:
            outcome.set_exception(error)

    Thread(target=run, name=phase, daemon=True).start()
    try:
        while wait([outcome], _LOOK_EVERY).not_done:
            sitting.check()
            yield Preparing(phase, done, total)
        return outcome.result()
    finally:
        left.set()
        wait([outcome], _GRACE)
