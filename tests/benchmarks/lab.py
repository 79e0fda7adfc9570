"""A class in the Lab: ten learners start a run at once and watch, while somebody edits a text in Explore; then a worker
that has nothing to do.

Run it alone with `python -m tests.benchmarks lab`; it takes about four minutes.
"""

import asyncio
import statistics
import tempfile
import threading
import time
from itertools import pairwise
from pathlib import Path

from playwright.sync_api import sync_playwright

from gptcore.lab.store import Run, RunStore, State
from tests.benchmarks import idle
from tests.benchmarks.browser import keystrokes, prepare
from tests.benchmarks.report import Figure, Row
from tests.browser.explorer import ARGUMENTS, CHROMIUM, Explorer
from tests.browser.windows import Windows
from tests.learner import Learner
from tests.serving import running_app

LEARNERS = 10
STEPS = 300
"""Updates of each run: a few seconds of the Lab's default model."""
EVERY = 0.8
"""Seconds between two looks of a learner at their run, as the page takes them."""
LIMIT = 600
"""Seconds after which the runs count as stuck."""


def run() -> list[Row]:
    """Starts the class in a thread, and edits meanwhile."""
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        running_app(Path(folder) / "log.txt") as server,
        sync_playwright() as playwright,
    ):
        store = RunStore(Path(folder) / "runs")
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        explorer = Explorer(Windows(chromium), server.url)
        prepare(explorer)
        start = time.monotonic()
        learners = threading.Thread(target=asyncio.run, args=(_class(server.url, store),))
        learners.start()
        while not any(run.state == State.RUNNING for run in _runs(store)):
            _check(start)
            explorer.page.wait_for_timeout(100)
        times = [milliseconds for milliseconds, _ in keystrokes(explorer)]
        meanwhile = _ended(store) < LEARNERS
        chromium.close()
        learners.join()
        runs = _runs(store)
    in_order = sum(one.ended <= other.started for one, other in pairwise(runs))
    finished = sum(run.state == State.FINISHED for run in runs)
    during = "while they train" if meanwhile else "the runs ended before the edits did"
    return [
        Row(f"{LEARNERS} runs of {STEPS} updates at once", Figure(finished, "finished", at_least=LEARNERS)),
        Row("  in the order they were started", Figure(in_order, "follow another", at_least=LEARNERS - 1)),
        Row(f"  keystroke, {during}", Figure(statistics.median(times), "ms", "median", at_most=400)),
        *idle.run(),
    ]


async def _class(url: str, store: RunStore) -> None:
    await asyncio.gather(*(_learner(url, store) for _ in range(LEARNERS)))


async def _learner(url: str, store: RunStore) -> None:
    """Starts a run and watches until all runs have ended."""
    start = time.monotonic()
    async with Learner.at(url, "lab") as learner:
        await learner.open()
        learner.numbers["pretrain_steps"] = STEPS
        await learner.press("pretrain_start")
        while _ended(store) < LEARNERS:
            _check(start)
            await asyncio.sleep(EVERY)
            if learner.refreshed:
                await learner.refresh()


def _check(start: float) -> None:
    if time.monotonic() - start > LIMIT:
        raise TimeoutError(f"the runs have not ended after {LIMIT} s")


def _runs(store: RunStore) -> list[Run]:
    """All, in the order they were queued; two learners' rows may pass each other within a few milliseconds."""
    return store._select("1 ORDER BY queued")


def _ended(store: RunStore) -> int:
    return sum(run.state not in (State.WAITING, State.RUNNING) for run in _runs(store))
