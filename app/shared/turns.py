"""Turns at the processor: every pass of a model goes through here, so that no learner can starve the others.

A few passes run at a time. Who waits goes in the order of what they used lately plus what they ask for, so a long text
stands behind a short one, and a learner who works the server hard behind one who does not. Long work is cut into
pieces: between two of them whoever stands further in front goes first. Whoever used much lately also waits a moment for
their own next edit, as with a key held down. A script whose learner has edited again ends while it waits, unseen.
"""

import math
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from streamlit.runtime.scriptrunner import get_script_run_ctx

_Step = TypeVar("_Step")
HALF_LIFE = 2.0
"""Seconds after which half of what a learner used is forgotten."""
MUCH = 0.25
"""Seconds of passes; who used more lately waits HOLD after each edit, if there are others."""
HOLD = 0.2
"""Seconds: longer than from one repeat of a held key to the next."""
SECONDS_PER_TOKEN = 1e-4
"""Of one pass, roughly; it only orders who waits."""
PLACES = os.cpu_count() or 1
"""Passes that run at the same time."""
_LITTLE = 1e-3
"""Seconds: who used less lately than the shortest pass takes is not there."""
_FORGOTTEN = 1e-4
_LOOK = 0.05
"""Seconds between two looks of a waiting script at whether its learner has edited again."""


@dataclass(eq=False)
class Turn:
    """One learner's work, running or waiting."""

    turns: "Turns"
    who: str
    expected: float
    """Seconds, roughly."""
    check: Callable[[], None]
    """Raises if nobody wants the result any more."""
    runs: bool = False
    since: float = 0.0
    """What the thread had spent when it was last charged."""
    ready: float = 0.0
    """The moment from which it may run."""

    def pause(self) -> None:
        """Between two pieces: ends stale work, and lets others in who stand further in front."""
        self.check()
        self.turns.give_way(self)


class Turns:
    """Hands out turns; shared by all threads.

    Args:
        places: passes that run at the same time.
        now: a clock, in seconds.
        spent: processor time of the calling thread, in seconds.
    """

    def __init__(
        self, places: int, now: Callable[[], float] = time.monotonic, spent: Callable[[], float] = time.thread_time
    ):
        self._free = places
        self._now, self._spent = now, spent
        self._changed = threading.Condition()
        self._waiting: list[Turn] = []
        self._used: dict[str, tuple[float, float]] = {}  # seconds, and when they were that many

    @contextmanager
    def take(
        self, who: str, expected: float, check: Callable[[], None] = lambda: None, edited: bool = False
    ) -> Iterator[Turn]:
        """Waits for a turn and has it inside the block; never take a second one there.

        Args:
            who: the learner; what they used counts for all their turns.
            expected: seconds that it may take, roughly.
            check: asked while waiting and between pieces; what it raises ends the turn.
            edited: the work follows on an edit that the next may make void; who used much waits for that one.
        """
        check()
        turn = Turn(self, who, expected, check)
        with self._changed:
            others = (self._lately(other) > _LITTLE for other in self._used if other != who)
            if edited and self._lately(who) > MUCH and any(others):
                turn.ready = self._now() + HOLD
        try:
            self._wait(turn)
            yield turn
        finally:
            if turn.runs:
                self._leave(turn)

    def give_way(self, turn: Turn) -> None:
        """Lets a running turn wait again if another stands further in front by now."""
        if self._free or not self._waiting:  # nearly always, so without the lock
            return
        with self._changed:
            self._charge(turn)
            stays = self._front([turn, *self._waiting]) is turn
        if not stays:
            self._leave(turn)
            self._wait(turn)

    def _wait(self, turn: Turn) -> None:
        with self._changed:
            self._waiting.append(turn)
        try:
            while not self._starts(turn):
                turn.check()
        finally:
            with self._changed:
                self._waiting.remove(turn)
                self._changed.notify_all()

    def _starts(self, turn: Turn) -> bool:
        """Whether it is this one's turn now; if not, after a moment."""
        with self._changed:
            if self._free and self._front(self._waiting) is turn:
                self._free -= 1
                turn.runs, turn.since = True, self._spent()
                return True
            self._changed.wait(_LOOK)
            return False

    def _leave(self, turn: Turn) -> None:
        with self._changed:
            self._charge(turn)
            self._used = {who: used for who, used in self._used.items() if self._lately(who) > _FORGOTTEN}
            self._free += 1
            turn.runs = False
            self._changed.notify_all()

    def _front(self, turns: list[Turn]) -> Turn | None:
        now = self._now()
        ready = [turn for turn in turns if turn.ready <= now]
        return min(ready, key=lambda turn: self._lately(turn.who) + turn.expected, default=None)  # the first of equals

    def _charge(self, turn: Turn) -> None:
        spent, now = self._spent(), self._now()
        self._used[turn.who] = self._lately(turn.who) + spent - turn.since, now
        turn.since = spent

    def _lately(self, who: str) -> float:
        seconds, then = self._used.get(who, (0.0, 0.0))
        return seconds * math.pow(0.5, (self._now() - then) / HALF_LIFE)


_TURNS = Turns(PLACES)


@contextmanager
def take_turn(n_tokens: int, edited: bool = False) -> Iterator[Turn]:
    """A turn of the learner whose script this is, for reading or writing so many tokens; `edited` as in Turns.take.

    Inside a script, a newer edit of the same learner ends it with Streamlit's own signal to run the script anew.
    """
    script = get_script_run_ctx(suppress_warning=True)
    who, check = (script.session_id, script.yield_check) if script else ("", lambda: None)
    with _TURNS.take(who, n_tokens * SECONDS_PER_TOKEN, check, edited) as taken:
        yield taken


def in_turn(steps: Iterable[_Step], n_tokens: int, edited: bool = False) -> Iterator[_Step]:
    """Work that comes in steps, in a turn of its own with a pause after each; arguments as in take_turn.

    The turn is had from the first step that is asked for to the last: ask for all of them, and take no other meanwhile.
    """
    with take_turn(n_tokens, edited) as taken:
        for step in steps:
            yield step
            taken.pause()
