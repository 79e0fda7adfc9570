"""Thirty learners at once: each edits every two seconds, over Streamlit's own websocket, against the real server; and
the same with one among them who takes all they can get, for nobody may starve the others.

Rows are (what, measured, budget). Run it alone with `python -m tests.benchmarks.load`, with names of DISTURBERS if only
some are wanted; it takes about two minutes.
"""

import asyncio
import itertools
import statistics
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from app.explore.samples import SAMPLES
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


def run(wanted: tuple[str, ...] = ()) -> list[tuple[str, str, str]]:
    """Measures the server's answers to edits; `wanted` names DISTURBERS, none of them for all."""
    rows = []
    for name in wanted or DISTURBERS:
        with tempfile.TemporaryDirectory() as folder, running_app(Path(folder) / "log.txt") as server:
            answers, note, cpu = asyncio.run(_class(server, name))
        failed = sum(not answer.succeeded for answer in answers)
        if failed:
            raise RuntimeError(f"{failed} of {len(answers)} edits ended with an exception")
        times = sorted(1000 * answer.seconds for answer in answers)
        p50, p95 = statistics.median(times), times[int(0.95 * len(times))]
        measured = f"p50 {p50:.0f} ms, p95 {p95:.0f} ms, max {times[-1]:.0f} ms"
        if DISTURBERS[name] is None:
            n_bytes = statistics.median(answer.n_bytes for answer in answers) / 1000
            rows += [
                (f"{LEARNERS} learners editing every {EVERY:.0f} s, {len(answers)} edits", measured, "p95 500 ms"),
                ("server's processor time per edit", f"{1000 * cpu / len(answers):.0f} ms", "25 ms"),
                ("bytes per edit", f"{n_bytes:.0f} kB", "300 kB"),
            ]
        else:
            rows += [(f"{LEARNERS - 1} of them while one {name}", measured, "p95 500 ms"), ("  that one", note, "")]
    return rows


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


if __name__ == "__main__":
    for row in run(tuple(sys.argv[1:])):
        print("{:44} {:44} {}".format(*row), flush=True)
