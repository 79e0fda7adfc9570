"""Thirty learners at once: each edits every two seconds, over Streamlit's own websocket, against the real server; and
the same with one among them who takes all they can get, for nobody may starve the others.

Run it alone with `python -m tests.benchmarks load`; it takes about three minutes.
"""

import asyncio
import itertools
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from app.explore.samples import SAMPLES
from tests.benchmarks.browser import BARE
from tests.benchmarks.report import Figure, Row
from tests.learner import Answer, Learner
from tests.serving import Server, running_app

LEARNERS = 30
EVERY = 2.0
"""Seconds from one edit of a learner to the next."""
EDITS = 10
WORDS = ["and", "then", "the", "old", "man", "went", "home", "to", "his", "house", "by", "the", "river", "and"]
START = " It was late and"
"""Brings the samples to what has some 32 tokens half-way."""
HELD_KEY = 8
"""Edits per second of a key that is held down."""
LONG = (" ".join(sample.text for sample in SAMPLES) + " ") * 20
CHECKPOINTS = ("0", "3", "11", "35", "114", "374", "1223", "4000")


def run() -> Iterator[Row]:
    """Measures the server's answers to edits, on a bare page first."""
    bare, _, bare_cpu = _measured(BARE, "edits like the rest")
    yield Row(f"bare page: {LEARNERS} learners", *_times(bare), Figure(bare_cpu, "ms", "processor"))
    for name, disturber in DISTURBERS.items():
        answers, note, cpu = _measured("", name)
        if disturber is not None:
            yield Row(f"{LEARNERS - 1} of them while one {name}", *_times(answers, 500), note=note)
            continue
        n_bytes = statistics.median(answer.n_bytes for answer in answers) / 1000
        yield Row(
            f"{LEARNERS} learners editing every {EVERY:.0f} s", *_times(answers, 500), note=f"{len(answers)} edits"
        )
        yield Row("  server's processor time per edit", Figure(cpu, "ms"), Figure(cpu / bare_cpu, "x a bare page's"))
        yield Row("  bytes per edit", Figure(n_bytes, "kB", at_most=300))


def _measured(script: str, name: str) -> tuple[list[Answer], str, float]:
    """All answers to a class's edits, how its disturber fared, and the server's processor time per edit in ms."""
    with tempfile.TemporaryDirectory() as folder, running_app(Path(folder) / "log.txt", script=script) as server:
        answers, note, cpu = asyncio.run(_class(server, name))
    if failed := sum(not answer.succeeded for answer in answers):
        raise RuntimeError(f"{failed} of {len(answers)} edits ended with an exception")
    return answers, note, 1000 * cpu / len(answers)


def _times(answers: list[Answer], p95: float | None = None) -> tuple[Figure, Figure]:
    times = sorted(1000 * answer.seconds for answer in answers)
    slowest = times[int(0.95 * len(times))]
    return Figure(statistics.median(times), "ms", "p50"), Figure(slowest, "ms", "p95", at_most=p95)


async def _class(server: Server, name: str) -> tuple[list[Answer], str, float]:
    """All learners' answers, how the disturber fared, and the server's processor time once all pages are open."""
    disturber, url = DISTURBERS[name], server.url
    opened, over = asyncio.Barrier(LEARNERS + 1), asyncio.Event()
    n_learners = LEARNERS if disturber is None else LEARNERS - 1
    learners = [asyncio.create_task(_learner(url, number, opened)) for number in range(n_learners)]
    disturbing = asyncio.create_task(disturber(url, opened, over)) if disturber else None
    await opened.wait()
    before = _cpu_seconds(server.process.pid)
    answers = await asyncio.gather(*learners)
    cpu = _cpu_seconds(server.process.pid) - before
    over.set()
    return list(itertools.chain(*answers)), await disturbing if disturbing else "", cpu


async def _learner(url: str, number: int, opened: asyncio.Barrier) -> list[Answer]:
    text = f"{SAMPLES[number % len(SAMPLES)].text}{START} {number}"
    answers = []
    async with Learner.at(url) as learner:
        first = await learner.open()
        await opened.wait()
        if not first.succeeded or "prompt" not in learner.widgets:
            raise RuntimeError(f"the page of learner {number} did not open as it should")
        start = time.monotonic() + EVERY * number / LEARNERS  # they do not type in step
        for edit in range(EDITS):
            await asyncio.sleep(max(0.0, start + EVERY * edit - time.monotonic()))
            text += f" {WORDS[edit % len(WORDS)]}"
            answers.append(await learner.type(text))
    return answers


async def _floods(url: str, opened: asyncio.Barrier, over: asyncio.Event) -> str:
    """2,000 characters a keystroke, and never waits for an answer."""
    async with Learner.at(url) as learner:
        await learner.open()
        await opened.wait()
        looking_away = asyncio.create_task(learner.look_away())
        sent = 0
        while not over.is_set():
            await learner.type_blindly(f"{sent} {LONG}"[:2000])
            sent += 1
            with suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), 1 / HELD_KEY)
        looking_away.cancel()
    return f"{sent} edits of 2,000 characters"


async def _continues(url: str, opened: asyncio.Barrier, over: asyncio.Event) -> str:
    """Lets the model write 200 tokens, again and again."""
    times = []
    async with Learner.at(url, query="lens=prediction") as learner:
        await learner.open()
        await opened.wait()
        learner.numbers["n_new"] = 200
        while not over.is_set():
            start = time.monotonic()
            await learner.type(SAMPLES[0].text)
            await learner.press("continue")
            while learner.refreshed and not over.is_set():
                await asyncio.sleep(0.15)
                await learner.refresh()
            times.append(time.monotonic() - start)
    return f"200 tokens in {statistics.median(times):.1f} s"


async def _drags(url: str, opened: asyncio.Barrier, over: asyncio.Event) -> str:
    """Drags through a model's checkpoints on a long text, back and forth."""
    times = []
    async with Learner.at(url, query="model=early") as learner:
        await learner.open()
        await learner.type(LONG[:2000])
        await opened.wait()
        for option in itertools.cycle(CHECKPOINTS):
            if over.is_set():
                return f"p50 {1000 * statistics.median(times):.0f} ms a checkpoint"
            times.append((await learner.drag("checkpoint", option)).seconds)


DISTURBERS = {
    "edits like the rest": None,
    "floods": _floods,
    "continues": _continues,
    "drags": _drags,
}
"""What the thirtieth learner does."""


def _cpu_seconds(pid: int) -> float:
    """Processor time that a process has used, from Linux's /proc."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100  # utime and stime, in ticks of 10 ms
