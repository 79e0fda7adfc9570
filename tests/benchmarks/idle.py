"""A worker that has nothing to do: what it costs, and how soon it takes a run that is put into its queue."""

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from gptcore.lab.queue import RunQueue
from gptcore.lab.store import RunStore, State
from tests.benchmarks.report import Figure, Row
from tests.serving import ROOT

SECONDS = 60
TRIALS = 20


def run() -> list[Row]:
    """Starts a worker, lets it wait, and then puts one run after the other that ends at once: it has no text."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        store = RunStore(Path(folder))
        environment = {**os.environ, "GPT_EXPLORER_RUNS": folder}
        worker = subprocess.Popen(
            [sys.executable, "-m", "gptcore", "worker"], cwd=ROOT, env=environment, stderr=subprocess.DEVNULL
        )
        try:
            _put(store)  # is taken once the worker is ready
            before = _seconds(worker.pid)
            time.sleep(SECONDS)
            share = 100 * (_seconds(worker.pid) - before) / SECONDS
            waits = [_put(store) for _ in range(TRIALS)]
        finally:
            worker.terminate()
            worker.wait()
    median, longest = statistics.median(waits), max(waits)
    return [
        Row("an idle worker", Figure(share, "% of a core", at_most=0.5), note=f"{SECONDS} s"),
        Row(
            "  a run is queued until it is taken",
            *(Figure(median, "ms", "median"), Figure(longest, "ms", "most", at_most=1_000)),
            note=f"{TRIALS} runs",
        ),
    ]


def _put(store: RunStore) -> float:
    """Milliseconds until a run was taken; returns once it has ended."""
    time.sleep(random.random())  # whatever the worker is doing then
    added = store.add("pretrain", "no text", {"corpus": "nowhere"}, "somebody")
    start = time.time()
    RunQueue("cpu", store.home).put(added.id)
    while (found := store.get(added.id)).state in (State.WAITING, State.RUNNING):
        time.sleep(0.02)
    assert found.claimed is not None
    return 1_000 * (found.claimed - start)


def _seconds(pid: int) -> float:
    times = psutil.Process(pid).cpu_times()
    return times.user + times.system
