"""Every control of a page, found in the page itself: what it shows, what the server used, and how to change it."""

import time
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, TimeoutError

from tests.browser.explorer import Explorer

SECONDS = 3
"""Until the page must show what the server used; far more than any change takes."""

_CONTROLS = """() => {
    const found = {};
    const keyOf = (element) =>
        [...element?.classList ?? []].find((name) => name.startsWith("st-key-"))?.slice("st-key-".length);
    const read = (element) => {
        const one = (selector) => element.querySelector(selector);
        const label = one("label, summary")?.innerText ?? "";
        const box = one("input, textarea");
        if (one("details")) return ["fold", one("details").open, label];
        const radios = [...element.querySelectorAll("[role=radio]")];
        if (radios.length) {
            const pressed = radios.filter((radio) => radio.ariaChecked === "true");
            return ["radio", pressed.map((radio) => radio.innerText), radios.map((radio) => radio.innerText).join()];
        }
        switch (box?.role === "combobox" ? "combobox" : box?.type) {
            case "checkbox": return ["toggle", box.checked, label];
            case "range": return ["slider", [box.getAttribute("aria-valuetext")], [label, box.min, box.max].join()];
            case "combobox": return ["select", box.value || null, label];
            case "number": return ["number", box.value || null, [label, box.min, box.max].join()];
            case "text": case "search": case "textarea": return ["text", box.value, label];
        }
    };
    for (const element of document.querySelectorAll("[data-testid=stElementContainer], [data-testid=stExpander]")) {
        const key = keyOf(element) ?? (element.dataset.testid === "stExpander" ? keyOf(element.parentElement) : null);
        const control = key && element.checkVisibility() ? read(element) : null;
        if (control) found[key] = control;
    }
    return found;
}"""
_USED = """() => Object.assign({}, ...[...document.querySelectorAll("[data-used]")]
    .sort((one, other) => one.dataset.at - other.dataset.at).map((stamp) => JSON.parse(stamp.dataset.used)))"""
_BUTTONS = """() => [...document.querySelectorAll(
    "[data-testid=stButton] button:not([disabled]), [data-testid=stPopover] button")]
    .filter((button) => button.checkVisibility()).map((button) => button.innerText)"""
_UNFOLD = """() => document.querySelectorAll("[data-testid=stExpander] details:not([open])").forEach((fold) => {
    const expander = fold.closest("[data-testid=stExpander]");
    if (![expander, expander.parentElement].some((element) => element.className.includes("st-key-")))
        fold.querySelector("summary").click();
})"""
_IDLE = "() => document.querySelector('[data-test-script-state]')?.dataset.testScriptState === 'notRunning'"


@dataclass(frozen=True)
class Control:
    """One control as the page shows it now."""

    key: str
    kind: str
    """radio, toggle, slider, select, number, text or fold."""
    shown: Any
    face: str
    """Its label and bounds: a control with another face is worth another walk."""


def same(shown: Any, used: Any) -> bool:
    """Whether a control shows what the server used; numbers may be rounded by no more than they show."""
    if isinstance(shown, list):
        return len(shown) == len(used) and all(map(same, shown, used))
    if isinstance(shown, str) and isinstance(used, int | float):
        return float(shown) == float(used)
    if isinstance(shown, str) and isinstance(used, str):
        return shown[:1_000] == used.replace("\r\n", "\n")
    return shown == used


class Controls(Explorer):
    """A learner who looks at every control."""

    most_options = 4
    """Of a list that are all taken; of a longer one three are."""

    def settle(self) -> None:
        """Waits until the server is done and the page says what it used."""
        self.page.wait_for_function(f"() => ({_IDLE})() && document.querySelector('[data-used]')", timeout=30_000)

    def controls(self) -> list[Control]:
        """Those on the screen, from top to bottom; what is folded by the page itself is opened first."""
        found = self.page.evaluate(f"() => {{ ({_UNFOLD})(); return ({_CONTROLS})(); }}")
        return [Control(key, *face) for key, face in found.items()]

    def buttons(self) -> list[str]:
        """Texts of the buttons that are awake, icons' names among them."""
        return self.page.evaluate(_BUTTONS)

    def press(self, text: str) -> None:
        """Clicks a button by its whole text."""
        self.page.evaluate(
            """(text) => [...document.querySelectorAll("[data-testid=stButton] button, [data-testid=stPopover] button")]
            .find((button) => button.innerText === text).click()""",
            text,
        )
        with suppress(TimeoutError):  # nothing that is shown changes until the server has answered
            self.page.wait_for_function(f"() => !({_IDLE})()", timeout=500)

    def wait_for_other_page(self, before: set[str]) -> None:
        """Waits until none of these controls is used any more."""
        until = time.monotonic() + 30
        while before & self.used().keys() and time.monotonic() < until:
            self.page.wait_for_timeout(30)

    def used(self) -> dict[str, Any]:
        """The server's values in its last run, by key."""
        return self.page.evaluate(_USED)

    def differences(self, known: Collection[str] = ()) -> dict[str, tuple[Any, Any]]:
        """Controls that go on showing something else than the server used: (shown, used) by key.

        Args:
            known: keys not to look at.
        """
        until = time.monotonic() + SECONDS
        before = None
        while True:
            self.settle()
            used, controls = self.used(), self.controls()
            found = {
                control.key: (control.shown, used.get(control.key, "nothing"))
                for control in controls
                if control.key not in known and (control.key not in used or not same(control.shown, used[control.key]))
            }
            # The stamp may be there before the controls are: two looks must be alike.
            if (not found and controls and controls == before) or time.monotonic() > until:
                return found
            before = controls
            self.page.wait_for_timeout(30)

    def change(self, control: Control) -> Iterator[str]:
        """Changes a control in each way worth a look, one after the other; yields what was done."""
        yield from getattr(self, f"_change_{control.kind}")(self.widget(control.key))

    def _change_radio(self, group: Locator) -> Iterator[str]:
        for name in group.get_by_role("radio").all_inner_texts():
            option = group.get_by_role("radio", name=name, exact=True)
            if not option.count():
                return
            option.click()
            yield name

    def _change_toggle(self, box: Locator) -> Iterator[str]:
        for how in ("turned", "turned back"):
            if not box.count():
                return
            box.locator("label").first.click()
            yield how

    def _change_fold(self, fold: Locator) -> Iterator[str]:
        fold.locator("summary").click()
        yield "folded or unfolded"

    def _change_slider(self, slider: Locator) -> Iterator[str]:
        for key in ("Home", "ArrowRight", "End"):
            if not slider.count():
                return
            slider.locator("input").press(key)
            yield key

    def _change_number(self, box: Locator) -> Iterator[str]:
        for bound in ("min", "max"):
            if not box.count():
                return
            entry = box.locator("input")
            number = f"{float(entry.get_attribute(bound) or 0):g}"  # read now: it may follow from another control
            entry.fill(number)
            entry.press("Enter")
            yield number

    def _change_text(self, box: Locator) -> Iterator[str]:
        entry = box.locator("textarea, input")
        entry.fill("The fox sang.\nIt rained." if entry.evaluate("e => e.tagName") == "TEXTAREA" else "The fox sang.")
        entry.press("Control+Enter")
        yield "typed"

    def _change_select(self, box: Locator) -> Iterator[str]:
        options = self._open(box)
        names = options.all_inner_texts()
        self.page.keyboard.press("Escape")
        for name in names if len(names) <= self.most_options else [names[1], names[-1], names[0]]:
            if not box.count():
                return
            option = self._open(box).get_by_text(name, exact=True).first
            if option.count():
                option.click()
                yield name
            else:
                self.page.keyboard.press("Escape")

    def _open(self, box: Locator) -> Locator:
        """A select box's options, once they are there."""
        options = self.page.get_by_role("option")
        box.locator("input").click()
        try:
            options.first.wait_for(timeout=500)
        except TimeoutError:  # the click closed a list that was open
            box.locator("input").press("ArrowDown")
            options.first.wait_for()
        return options
