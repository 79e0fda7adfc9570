"""What the Lab does with runs besides starting and stopping them: sharing, and what is to say about their place."""

import time

from app.lab import text as content
from app.shared import learner
from app.shared.running import watch_worker
from gptcore.errors import StorageError
from gptcore.lab.store import Run

_DAY = 86_400.0


def notices() -> list[str]:
    """What the Lab has to say about the place where runs are kept; nothing on a good day."""
    notes = []
    try:
        watch_worker()
        learner.STORE.of(
            learner.learner_id(), with_shared=False
        )  # a damaged table is replaced now, not further down the page
    except StorageError as error:
        notes.append(str(error))
    if reason := learner.STORE.trouble():
        notes.append(reason)
    aside = learner.STORE.set_aside()
    if aside is not None and time.time() - aside.stat().st_ctime < _DAY:
        notes.append(content.TABLE_ANEW.format(name=aside.name))
    return notes


def share(run: Run, shared: bool) -> None:
    """Shows a run to everyone who opens the app, or to its owner only."""
    learner.STORE.share(run.id, learner.learner_id(), shared)
