"""The Explore page in a browser, as tests and benchmarks drive it: widgets by key, and waiting for what is drawn."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlencode, urlparse

from playwright.sync_api import ConsoleMessage, Dialog, Error, Locator, Request, WebSocket
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from gptcore.checkpoints.checkpoint import DEFAULT_MODEL, SHIPPED
from tests.browser.windows import PATIENCE, Windows

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PIECES = ("strip", "flow")
"""What an edit redraws as the page opens: in the Flow lens."""
HEADS = ("strip", "heads", "bars")
"""And in the Attention lens."""

_STAMPS = """() => Object.fromEntries([...document.querySelectorAll("[data-drawn]")].map((drawn) => [
    [...drawn.closest("[class*=st-key-]").classList].find((name) => name.startsWith("st-key-")).slice(7),
    drawn.dataset.drawn,
]))"""
_CHANGED = f"""([before, keys]) => {{
    const now = ({_STAMPS})();
    return keys.every((key) => now[key] && now[key] !== before[key]);
}}"""
IDLE = "() => document.querySelector('[data-test-script-state]')?.dataset.testScriptState === 'notRunning'"
"""Whether the server has done all that it was asked for, as far as the page knows."""
_AT_REST = f"""(looks) => {{
    const now = JSON.stringify([location.href, ({_STAMPS})()]);
    const is_same = ({IDLE})() && now === document.seenAtRest;
    document.looksAtRest = is_same ? (document.looksAtRest ?? 0) + 1 : 0;
    document.seenAtRest = now;
    return document.looksAtRest >= looks;
}}"""
LOOKS, LOOK_EVERY = 5, 50
"""A page rests when so many looks, so many milliseconds from one to the next, find it unchanged."""
ASKED = 0.3
"""Seconds after a click within which the page asks the server, if it does."""


class Explorer:
    """One learner in a browser window of their own.

    Args:
        browser: where windows come from, and go back to.
        url: of the server, ending in a slash.
        window: settings of the window, say viewport or color_scheme.
    """

    def __init__(self, browser: Windows, url: str, **window):
        self.browser = browser
        self.url = url
        self.n_heads = json.loads((SHIPPED / DEFAULT_MODEL / "config.json").read_text())["n_head"]
        self.page = browser.open(**window)
        self.context = self.page.context
        self.pieces = PIECES
        """What is waited for: those that the page was opened with."""
        self.complaints: list[str] = []
        """Errors on the console, exceptions in scripts, dialogs."""
        self.requests_elsewhere: list[str] = []
        """Addresses outside of this machine that the page asked for."""
        self.sent: list[bytes] = []
        """Messages of the page to the server."""
        self.received: list[bytes] = []
        """Messages of the server to the page."""
        self._listeners = {
            "console": self._on_console,
            "pageerror": self._on_exception,
            "dialog": self._on_dialog,
            "request": self._on_request,
            "websocket": self._on_websocket,
        }
        for event, listener in self._listeners.items():
            self.page.on(event, listener)

    def open(self, keys: tuple[str, ...] = PIECES, **query: str) -> "Explorer":
        """Opens the page by an address and waits until these pieces are drawn, now and after each edit."""
        self.pieces = keys
        self.page.goto(self.url + (f"?{urlencode(query)}" if query else ""))
        return self.wait_for({}, keys)

    def close(self) -> None:
        """Gives the window back."""
        for event, listener in self._listeners.items():
            self.page.remove_listener(event, listener)
        self.browser.close(self.page)

    def widget(self, key: str, inside: str = "") -> Locator:
        """An element of the widget with this key."""
        return self.page.locator(f".st-key-{key} {inside}".strip()).first

    def stamps(self) -> dict[str, str]:
        """What is drawn now: a stamp for each piece's key."""
        return self.page.evaluate(_STAMPS)

    def wait_for(self, before: dict[str, str], keys: tuple[str, ...] | None = None) -> "Explorer":
        """Waits until all these pieces show another view than before."""
        self.page.wait_for_function(_CHANGED, arg=[before, list(keys or self.pieces)])
        return self

    def settled(self) -> "Explorer":
        """Waits until all that was asked for is there: the server has nothing to do, pictures and address rest."""
        self.page.evaluate("() => { document.looksAtRest = 0; }")
        self.page.wait_for_function(_AT_REST, arg=LOOKS, polling=LOOK_EVERY)
        return self

    @contextmanager
    def answered(self) -> Iterator[None]:
        """Whatever is done inside: if it asks the server for something, its answer is waited for."""
        sent, received = len(self.sent), len(self.received)
        yield
        until = time.monotonic() + ASKED
        while len(self.sent) == sent and time.monotonic() < until:
            self.page.wait_for_timeout(10)
        until = time.monotonic() + PATIENCE
        while len(self.sent) > sent and not any(map(_ends_run, self.received[received:])):
            if time.monotonic() > until:
                raise TimeoutError("the server did not answer")
            self.page.wait_for_timeout(20)

    def wait_for_query(self, **wanted: str) -> None:
        """Waits until the address holds these values."""
        self.page.wait_for_function(
            "(wanted) => { const now = new URLSearchParams(location.search);"
            " return Object.entries(wanted).every(([key, value]) => now.get(key) === value); }",
            arg=wanted,
        )

    def type(self, text: str) -> "Explorer":
        """Types at the end of the prompt and waits until everything is drawn anew."""
        before = self.stamps()
        box = self.widget("prompt", "input")
        box.press("End")
        box.press_sequentially(text)
        return self.wait_for(before)

    def fill(self, text: str, keys: tuple[str, ...] | None = None) -> "Explorer":
        """Replaces the prompt and waits until these pieces are drawn anew."""
        before = self.stamps()
        self.widget("prompt", "input").fill(text)
        return self.wait_for(before, keys)

    @property
    def prompt(self) -> str:
        """The text in the prompt box."""
        return self.widget("prompt", "input").input_value()

    @property
    def query(self) -> dict[str, str]:
        """The values in the address."""
        return {key: values[0] for key, values in parse_qs(urlparse(self.page.url).query).items()}

    @property
    def chips(self) -> Locator:
        """The token strip's chips."""
        return self.page.locator(".st-key-strip .chip")

    @property
    def board(self) -> Locator:
        """The picture of all heads."""
        return self.page.locator(".st-key-heads .board canvas")

    def cell(self, layer: int, head: int) -> dict[str, float]:
        """Where on the board a head's small map is; layer and head from 1."""
        box = self.board.bounding_box()
        edge = 18  # room for the numbers, as in attention.js
        size = (box["width"] - edge) / self.n_heads
        return {"x": edge + (head - 0.5) * size, "y": edge + (layer - 0.5) * size}

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"console: {message.text}")

    def _on_exception(self, error: Error) -> None:
        self.complaints.append(f"exception: {error}")

    def _on_dialog(self, dialog: Dialog) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _on_request(self, request: Request) -> None:
        self._check_address(request.url)

    def _on_websocket(self, socket: WebSocket) -> None:
        self._check_address(socket.url)
        socket.on("framesent", lambda frame: self.sent.append(frame))
        socket.on("framereceived", lambda frame: self.received.append(frame))

    def _check_address(self, address: str) -> None:
        where = urlparse(address)
        if where.scheme not in ("data", "blob") and where.hostname not in ("localhost", "127.0.0.1"):
            self.requests_elsewhere.append(address)


def _ends_run(frame: bytes) -> bool:
    """Whether a message of the server says that a run of the page is over, and none follows at once."""
    message = ForwardMsg.FromString(frame)
    is_end = message.WhichOneof("type") == "script_finished"
    return is_end and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
