"""Windows of a browser that learners take one after the other.

A new window fetches and compiles all of Streamlit's scripts, which takes two thirds of the time of opening a page. One
that was used before has them; it comes to the next learner without cookies, storage or anything else of the last one.
"""

from typing import Any

from playwright.sync_api import Browser, Error, Page

USUAL = {"viewport": {"width": 1280, "height": 800}}
WAIT = 30
PATIENCE = 180
"""Seconds that tests wait for whatever must come: a slow machine makes them slow, and not fail."""


class Windows:
    """Those of one browser.

    Args:
        chromium: what opens them.
        wait: seconds until waiting for something fails.
    """

    def __init__(self, chromium: Browser, wait: float = WAIT):
        self.chromium = chromium
        self._wait = wait
        self._free: dict[bool, list[Page]] = {False: [], True: []}
        """By whether they are touched."""

    def open(
        self,
        viewport: dict[str, int] | None = None,
        color_scheme: Any = "light",
        reduced_motion: Any = "no-preference",
        has_touch: bool = False,
    ) -> Page:
        """A window that nobody else has, with a browser's storage of its own."""
        page = self._free[has_touch].pop() if self._free[has_touch] else self._new(has_touch)
        page.set_viewport_size(viewport or USUAL["viewport"])
        page.emulate_media(color_scheme=color_scheme, reduced_motion=reduced_motion)
        return page

    def close(self, page: Page) -> None:
        """Takes a window back; nobody may use it any more."""
        try:
            touched = page.evaluate("navigator.maxTouchPoints > 0")
            page.evaluate("localStorage.clear(); sessionStorage.clear()")
            page.goto("about:blank")
            page.context.clear_cookies()
        except Error:  # it has crashed, say
            page.context.close()
        else:
            self._free[touched].append(page)

    def _new(self, has_touch: bool) -> Page:
        page = self.chromium.new_context(**USUAL, has_touch=has_touch).new_page()
        page.set_default_timeout(1_000 * self._wait)
        return page
