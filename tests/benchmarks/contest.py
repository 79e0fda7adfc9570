"""Two contestants measured in turns in one process: whatever else the machine does then hits both."""

import statistics
import time
from collections.abc import Callable


def ratio(ours: Callable[[], object], theirs: Callable[[], object], rounds: int) -> tuple[float, float, float]:
    """(their time / our time, our seconds, their seconds), medians over rounds after one warm-up each.

    The ratio is the median of the rounds' own ratios, which a slow moment of the machine disturbs least.
    """
    ours()
    theirs()
    pairs = [(seconds(ours), seconds(theirs)) for _ in range(rounds)]
    mine, peers = zip(*pairs, strict=True)
    return statistics.median(b / a for a, b in pairs), statistics.median(mine), statistics.median(peers)


def seconds(run: Callable[[], object]) -> float:
    """How long one call takes."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start
