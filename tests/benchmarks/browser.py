"""How long a learner waits in a real Chromium: from a keystroke or a click to the frame that shows the new pictures.

Rows are (what, measured, budget). Run it alone with `python -m tests.benchmarks.browser`; it takes under a minute.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.explorer import ARGUMENTS, CHROMIUM, PIECES, Explorer
from tests.serving import running_app

TEXT = (
    "Once upon a time there was a girl named Matilda. One day, she went out with her little brown dog "
    "to look for the old house"
)
"""About 27 tokens; what is typed brings it to about 37, so the median edit has 32."""
TYPED = " by the sea where her father had lived"
PAUSE = 120
"""Milliseconds between two edits."""

# Times are taken in the page: from the event to the animation frame after a piece has drawn itself.
_WATCH = """() => {
    window.watch = { start: null, drawn: {} };
    for (const kind of ["keydown", "pointerdown"]) {
        document.addEventListener(kind, () => { watch.start ??= performance.now(); }, { capture: true });
    }
    new MutationObserver((changes) => requestAnimationFrame(() => {
        for (const { target } of changes) {
            const keyed = target.closest("[class*=st-key-]");
            const key = [...keyed.classList].find((name) => name.startsWith("st-key-")).slice(7);
            watch.drawn[key] = performance.now();
        }
    })).observe(document.body, { subtree: true, attributes: true, attributeFilter: ["data-drawn"] });
}"""
_RESET = "() => Object.assign(watch, { start: null, drawn: {} })"
_DONE = "(keys) => watch.start !== null && keys.every((key) => watch.drawn[key])"
_TAKEN = "(keys) => Math.max(...keys.map((key) => watch.drawn[key])) - watch.start"


def run() -> list[tuple[str, str, str]]:
    """Measures all interactions on a warm server."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(Path(folder) / "log.txt") as server,
        sync_playwright() as playwright,
    ):
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        opened = [_first_page(explorer) for explorer in _learners(chromium, server.url, 3)]
        (explorer,) = _learners(chromium, server.url, 1)
        prepare(explorer)
        rows = [
            ("first page, server cold", f"{opened[0]:.1f} s", "8 s"),
            ("first page, server warm", f"{min(opened[1:]):.1f} s", "2.5 s"),
            *_rows("keystroke", keystrokes(explorer), "median 200 ms, p95 350 ms"),
            *_rows("another head", _heads(explorer), "median 120 ms"),
            *_rows("another position", _positions(explorer), "median 120 ms"),
            *_rows("temperature", _temperatures(explorer), "median 120 ms"),
        ]
        chromium.close()
        return rows


def _learners(chromium, url: str, count: int) -> Iterator[Explorer]:
    for _ in range(count):
        yield Explorer(chromium, url)


def _first_page(explorer: Explorer) -> float:
    start = time.perf_counter()
    explorer.open()
    seconds = time.perf_counter() - start
    explorer.close()
    return seconds


def prepare(explorer: Explorer) -> None:
    """Opens Explore with a text and a stopwatch."""
    explorer.open().fill(TEXT)
    explorer.page.wait_for_timeout(1_000)
    explorer.page.evaluate(_WATCH)


def keystrokes(explorer: Explorer) -> list[tuple[float, int]]:
    """(milliseconds, bytes received) of every letter of TYPED."""
    box = explorer.widget("prompt", "input")
    box.press("End")
    return [_timed(explorer, lambda letter=letter: box.press_sequentially(letter), PIECES) for letter in TYPED]


def _heads(explorer: Explorer) -> list[tuple[float, int]]:
    n = explorer.n_heads
    cells = [explorer.cell(1, 1 + number * 5 % n) for number in range(1, 16)]
    return [_timed(explorer, lambda at=at: explorer.board.click(position=at), ("heads",)) for at in cells]


def _positions(explorer: Explorer) -> list[tuple[float, int]]:
    chips = [explorer.chips.nth(2 + number * 3 % 11) for number in range(15)]
    return [_timed(explorer, lambda chip=chip: chip.click(), PIECES) for chip in chips]


def _temperatures(explorer: Explorer) -> list[tuple[float, int]]:
    slider = explorer.widget("temperature", "input")
    return [_timed(explorer, lambda: slider.press("ArrowLeft"), ("bars",)) for _ in range(15)]


def _timed(explorer: Explorer, act: Callable[[], None], keys: tuple[str, ...]) -> tuple[float, int]:
    """(milliseconds, bytes received) of one interaction."""
    explorer.page.evaluate(_RESET)
    explorer.received.clear()
    act()
    explorer.page.wait_for_function(_DONE, arg=list(keys), timeout=10_000)
    explorer.page.wait_for_timeout(PAUSE)
    return explorer.page.evaluate(_TAKEN, list(keys)), sum(map(len, explorer.received))


def _rows(what: str, measured: list[tuple[float, int]], budget: str) -> Iterator[tuple[str, str, str]]:
    times = sorted(time_taken for time_taken, _ in measured)
    p95 = times[min(len(times) - 1, int(0.95 * len(times)))]
    yield f"{what} to redraw", f"median {statistics.median(times):.0f} ms, p95 {p95:.0f} ms", budget
    yield f"{what}, most bytes sent", f"{max(n_bytes for _, n_bytes in measured) / 1000:.0f} kB", "300 kB"


if __name__ == "__main__":
    for row in run():
        print("{:32} {:32} {}".format(*row))
