"""How long a learner waits in a real Chromium: from a keystroke or click to the frame that shows the new pictures; and
how many times as long as on a bare Streamlit page, which tells what is the machine's and what is ours.

Run it alone with `python -m tests.benchmarks browser`; it takes under two minutes.
"""

import itertools
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.benchmarks.report import Figure, Row
from tests.browser.explorer import ARGUMENTS, CHROMIUM, HEADS, Explorer
from tests.browser.windows import Windows
from tests.serving import running_app

TEXT = (
    "Once upon a time there was a girl named Matilda. One day, she went out with her little brown dog "
    "to look for the old house"
)
"""About 27 tokens; what is typed brings it to about 37, so the median edit has 32."""
LONG = "The crow said to the fox: " * 80
"""More than 512 tokens."""
FLOW = ("strip", "flow")
TYPED = " by the sea where her father had lived"
BARE = "tests/benchmarks/bare_page.py"
ARITHMETIC = ("arithmetic_heading", "arithmetic_terms")
"""Keys of its pieces."""
PAUSE = 120
"""Milliseconds between two edits."""

# Times are taken in the page: from the event to the animation frame after a piece has drawn itself.
_WATCH = """() => {
    window.watch = { start: null, drawn: {} };
    for (const kind of ["keydown", "pointerdown"]) {
        document.addEventListener(kind, () => { watch.start ??= performance.now(); }, { capture: true });
    }
    new MutationObserver((changes) => requestAnimationFrame(() => {
        for (const { target, type } of changes) {
            const element = target.nodeType === Node.TEXT_NODE ? target.parentElement : target;
            if (type === "attributes") {
                const keyed = element.closest("[class*=st-key-]");
                const key = [...keyed.classList].find((name) => name.startsWith("st-key-")).slice(7);
                watch.drawn[key] = performance.now();
            } else if (element?.closest("[data-testid=stText]")) {
                watch.drawn.echo = performance.now();
            }
        }
    })).observe(document.body, {
        subtree: true, attributes: true, attributeFilter: ["data-drawn"], childList: true, characterData: true,
    });
}"""
_RESET = "() => Object.assign(watch, { start: null, drawn: {} })"
_DONE = "(keys) => watch.start !== null && keys.every((key) => watch.drawn[key])"
_TAKEN = "(keys) => Math.max(...keys.map((key) => watch.drawn[key])) - watch.start"


def run() -> Iterator[Row]:
    """Measures the bare page, then ours: a cold start each, and all interactions on the server that is warm then."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        with _started(chromium, BARE) as (explorer, bare_start):
            explorer.page.evaluate(_WATCH)
            bare = statistics.median(taken for taken, _ in keystrokes(explorer, ("echo",)))
        yield Row("bare page: start, keystroke", Figure(bare_start, "s"), Figure(bare, "ms", "median"))
        with _started(chromium) as (explorer, start):
            yield Row(
                "from the command to the first page",
                Figure(start, "s", at_most=8),
                Figure(start / bare_start, "x a bare page's", at_most=1.4),
            )
            opened = min(_first_page(chromium, explorer.url) for _ in range(3))
            yield Row("first page, server warm", Figure(opened, "s", at_most=2.5))
            prepare(explorer)
            typed = keystrokes(explorer)
            median = statistics.median(taken for taken, _ in typed)
            yield from _rows("keystroke", typed, 200, 350)
            yield Row("  as a multiple", Figure(median / bare, "x a bare page's", at_most=1.3))
            yield from _rows("another head", _heads(explorer), 120)
            yield from _rows("another position", _positions(explorer), 120)
            yield from _rows("temperature", _temperatures(explorer), 120)
            yield from _rows("switching a head off", _switches(explorer), 300)
            opened, deeper = numbers(explorer)
            yield from _rows("opening a number", opened, 150)
            yield from _rows("a term deeper", deeper, 150)
            yield from _flow(explorer)
        chromium.close()


@contextmanager
def _started(chromium: Browser, script: str = "") -> Iterator[tuple[Explorer, float]]:
    """A page of a server of its own (ours, or a script's), and the seconds from the command until it is drawn."""
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, running_app(Path(folder) / "log.txt", script=script) as server:
        explorer = Explorer(Windows(chromium), server.url)
        if script:
            explorer.page.goto(server.url)
            explorer.widget("prompt", "input").wait_for()
        else:
            explorer.open()
        yield explorer, time.perf_counter() - begun
        explorer.close()


def _first_page(chromium: Browser, url: str) -> float:
    explorer = Explorer(Windows(chromium), url)
    begun = time.perf_counter()
    explorer.open()
    seconds = time.perf_counter() - begun
    explorer.close()
    return seconds


def prepare(explorer: Explorer) -> None:
    """Opens Explore's Attention lens with a text and a stopwatch."""
    explorer.open(HEADS, lens="attention").fill(TEXT)
    explorer.page.wait_for_timeout(1_000)
    explorer.page.evaluate(_WATCH)


def keystrokes(explorer: Explorer, pieces: tuple[str, ...] = HEADS) -> list[tuple[float, int]]:
    """(milliseconds, bytes received) of every letter of TYPED, until these pieces are drawn."""
    box = explorer.widget("prompt", "input")
    box.press("End")
    return [_timed(explorer, lambda letter=letter: box.press_sequentially(letter), pieces) for letter in TYPED]


def _heads(explorer: Explorer) -> list[tuple[float, int]]:
    n = explorer.n_heads
    cells = [explorer.cell(1, 1 + number * 5 % n) for number in range(1, 16)]
    return [_timed(explorer, lambda at=at: explorer.board.click(position=at), ("heads",)) for at in cells]


def _positions(explorer: Explorer) -> list[tuple[float, int]]:
    chips = [explorer.chips.nth(2 + number * 3 % 11) for number in range(15)]
    return [_timed(explorer, lambda chip=chip: chip.click(), HEADS) for chip in chips]


def _switches(explorer: Explorer) -> list[tuple[float, int]]:
    """Another head off each time, until panel, strip and pictures are drawn; then everything is on again."""
    n = explorer.n_heads
    cells = [explorer.cell(1 + number % 3, 1 + number * 5 % n) for number in range(12)]
    keys = (*HEADS, "switched")
    timed = [
        _timed(explorer, lambda at=at: explorer.board.click(position=at, modifiers=["Shift"]), keys) for at in cells
    ]
    explorer.page.get_by_role("button", name="Bring everything back").click()
    explorer.page.locator(".st-key-switched").wait_for(state="detached")
    return timed


def _temperatures(explorer: Explorer) -> list[tuple[float, int]]:
    slider = explorer.widget("temperature", "input")
    return [_timed(explorer, lambda: slider.press("ArrowLeft"), ("bars",)) for _ in range(15)]


def _flow(explorer: Explorer) -> Iterator[Row]:
    """The lens that the page opens on: the same edits and choices, and all of them in the longest text."""
    explorer.open().fill(TEXT)
    explorer.page.wait_for_timeout(1_000)
    explorer.page.evaluate(_WATCH)
    yield from _rows("Flow: keystroke", keystrokes(explorer, FLOW), 200, 350)
    for what, act in _choices(explorer).items():
        yield from _rows(f"Flow: another {what}", [_timed(explorer, act, ("flow",)) for _ in range(12)], 120)
    explorer.fill(LONG).page.wait_for_timeout(1_000)
    box = explorer.widget("prompt", "input")
    box.press("End")
    typed = [_timed(explorer, lambda: box.press_sequentially("n"), FLOW) for _ in range(5)]
    yield from _rows("Flow: keystroke in 512 tokens", typed, 600)
    for what, act in _choices(explorer).items():
        chosen = [_timed(explorer, act, ("flow",)) for _ in range(5)]
        yield from _rows(f"Flow: another {what} in 512 tokens", chosen, 600)


def _choices(explorer: Explorer) -> dict[str, Callable[[], None]]:
    """What to do for another token, head and layer."""
    numbers = itertools.count(2)

    def another(key: str) -> Callable[[], None]:
        ways = itertools.cycle(("ArrowDown", "ArrowUp"))

        def choose() -> None:
            explorer.widget(key, "input").press(next(ways))  # in the list that it unfolds
            explorer.page.evaluate(_RESET)
            explorer.page.keyboard.press("Enter")

        return choose

    return {
        "token": lambda: explorer.chips.nth(next(numbers)).click(),
        "head": another("head"),
        "layer": another("layer"),
    }


def numbers(explorer: Explorer) -> tuple[list[tuple[float, int]], list[tuple[float, int]]]:
    """Opening the arithmetic of a probability and of an attention weight, and two terms further down from each."""
    opened, deeper = [], []
    pictures = [explorer.page.locator(".st-key-bars .number"), explorer.page.locator(".st-key-heads .head canvas")]
    term = explorer.page.locator(".st-key-arithmetic_terms .list button").first
    for turn in range(10):
        places = [pictures[0].nth(turn // 2), pictures[1]]
        opened.append(_timed(explorer, lambda place=places[turn % 2]: place.click(), ARITHMETIC))
        deeper += [_timed(explorer, lambda: term.click(), ARITHMETIC) for _ in range(2)]
        term.press("Escape")
        explorer.page.locator(".st-key-arithmetic").wait_for(state="detached")
        explorer.page.wait_for_timeout(PAUSE)
    return opened, deeper


def _timed(explorer: Explorer, act: Callable[[], None], keys: tuple[str, ...]) -> tuple[float, int]:
    """(milliseconds, bytes received) of one interaction."""
    explorer.page.evaluate(_RESET)
    explorer.received.clear()
    act()
    explorer.page.wait_for_function(_DONE, arg=list(keys), timeout=10_000)
    explorer.page.wait_for_timeout(PAUSE)
    return explorer.page.evaluate(_TAKEN, list(keys)), sum(map(len, explorer.received))


def _rows(what: str, measured: list[tuple[float, int]], median: float, p95: float | None = None) -> Iterator[Row]:
    """Times and bytes of one kind of interaction, with their budgets."""
    times = sorted(taken for taken, _ in measured)
    slowest = times[min(len(times) - 1, int(0.95 * len(times)))]
    yield Row(
        f"{what} to redraw",
        Figure(statistics.median(times), "ms", "median", at_most=median),
        Figure(slowest, "ms", "p95", at_most=p95),
    )
    yield Row("  most bytes sent", Figure(max(n_bytes for _, n_bytes in measured) / 1000, "kB", at_most=300))
