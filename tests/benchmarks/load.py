"""Thirty learners at once: each edits every two seconds, over Streamlit's own websocket, against the real server.

Rows are (what, measured, budget). Run it alone with `python -m tests.benchmarks.load`; it takes about half a minute.
"""

import asyncio
import itertools
import statistics
import tempfile
import time
from pathlib import Path

from app.content.samples import SAMPLES
from tests.learner import Answer, Learner
from tests.serving import running_app

LEARNERS = 30
EVERY = 2.0
"""Seconds from one edit of a learner to the next."""
EDITS = 10
WORDS = ["and", "then", "the", "old", "man", "went", "home", "to", "his", "house", "by", "the", "river", "and"]


def run() -> list[tuple[str, str, str]]:
    """Opens all sessions, then measures the server's answers to edits."""
    with tempfile.TemporaryDirectory() as folder, running_app(Path(folder) / "log.txt") as server:
        cpu: list[float] = []
        answers = asyncio.run(_class(server.url, lambda: cpu.append(_cpu_seconds(server.process.pid))))
    failed = sum(not answer.succeeded for answer in answers)
    if failed:
        raise RuntimeError(f"{failed} of {len(answers)} edits ended with an exception")
    times = sorted(1000 * answer.seconds for answer in answers)
    p50, p95 = statistics.median(times), times[int(0.95 * len(times))]
    what = f"{LEARNERS} learners editing every {EVERY:.0f} s, {len(answers)} edits"
    n_bytes = statistics.median(answer.n_bytes for answer in answers) / 1000
    return [
        (what, f"p50 {p50:.0f} ms, p95 {p95:.0f} ms", "p95 500 ms"),
        ("server's processor time per edit", f"{1000 * (cpu[1] - cpu[0]) / len(answers):.0f} ms", "25 ms"),
        ("bytes per edit", f"{n_bytes:.0f} kB", "300 kB"),
    ]


async def _class(url: str, note_cpu) -> list[Answer]:
    """All learners' answers; the processor's time is noted when all pages are open and when all have finished."""
    opened = asyncio.Barrier(LEARNERS + 1)
    learners = [asyncio.create_task(_learner(url, number, opened)) for number in range(LEARNERS)]
    await opened.wait()
    note_cpu()
    answers = await asyncio.gather(*learners)
    note_cpu()
    return list(itertools.chain(*answers))


async def _learner(url: str, number: int, opened: asyncio.Barrier) -> list[Answer]:
    text = SAMPLES[number % len(SAMPLES)].text + f" {number}"
    answers = []
    async with Learner.at(url) as learner:
        await learner.open()
        await opened.wait()
        start = time.monotonic() + EVERY * number / LEARNERS  # they do not type in step
        for edit in range(EDITS):
            await asyncio.sleep(max(0.0, start + EVERY * edit - time.monotonic()))
            text += f" {WORDS[edit % len(WORDS)]}"
            answers.append(await learner.type(text))
    return answers


def _cpu_seconds(pid: int) -> float:
    """Processor time that a process has used, from Linux's /proc."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100  # utime and stime, in ticks of 10 ms


if __name__ == "__main__":
    for row in run():
        print("{:44} {:32} {}".format(*row))
