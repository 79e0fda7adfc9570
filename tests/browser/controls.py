"""Every control of a page, found in the page itself: what it shows, what the server used, and how to change it."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator

from tests.browser.explorer import Explorer

SECONDS = 3
"""Until the page must show what the server used; far more than any change takes."""

_CONTROLS = """() => {
    const found = {};
    for (const element of document.querySelectorAll("[data-testid=stElementContainer][class*=st-key-]")) {
        const key = [...element.classList].find((name) => name.startsWith("st-key-")).slice(7);
        const radios = [...element.querySelectorAll("[role=radio]")];
        const one = (selector) => element.querySelector(selector);
        const label = element.querySelector("label, [data-testid=stWidgetLabel]")?.innerText ?? "";
        if (!element.checkVisibility()) continue;
        if (radios.length)
            found[key] = ["radio", radios.filter((r) => r.ariaChecked === "true").map((r) => r.innerText),
                radios.map((r) => r.innerText).join()];
        else if (one("input[type=checkbox]")) found[key] = ["toggle", one("input").checked, label];
        else if (one("input[type=range]")) {
            const slider = one("input"), text = slider.getAttribute("aria-valuetext");
            found[key] = ["slider", [text ?? slider.value], [label, slider.min, slider.max].join()];
        }
        else if (one("input[role=combobox]")) found[key] = ["select", one("input").value || null, label];
        else if (one("input[type=number]")) {
            const box = one("input");
            found[key] = ["number", box.value || null, [label, box.min, box.max].join()];
        }
        else if (one("textarea, input[type=text], input[type=search]"))
            found[key] = ["text", one("textarea, input").value, label];
        else if (one("details")) found[key] = ["fold", one("details").open, label];
    }
    return found;
}"""
_USED = """() => Object.assign({}, ...[...document.querySelectorAll("[data-used]")].map(
    (stamp) => JSON.parse(stamp.dataset.used)))"""
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

    def settle(self) -> None:
        """Waits until the server is done and the page says what it used."""
        self.page.wait_for_function(_IDLE, timeout=30_000)
        self.page.wait_for_selector("[data-used]", state="attached", timeout=30_000)

    def controls(self) -> list[Control]:
        """Those on the screen, from top to bottom."""
        return [Control(key, *face) for key, face in self.page.evaluate(_CONTROLS).items()]

    def used(self) -> dict[str, Any]:
        """The server's values in its last run, by key."""
        return self.page.evaluate(_USED)

    def differences(self) -> dict[str, tuple[Any, Any]]:
        """Controls that go on showing something else than the server used: (shown, used) by key."""
        until = time.monotonic() + SECONDS
        while True:
            self.settle()
            used = self.used()
            found = {
                control.key: (control.shown, used.get(control.key, "nothing"))
                for control in self.controls()
                if control.key not in used or not same(control.shown, used[control.key])
            }
            if not found or time.monotonic() > until:
                return found
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
        entry = box.locator("input")
        least, most = (float(entry.get_attribute(name) or 0) for name in ("min", "max"))
        for number in (least, most):
            if not box.count():
                return
            entry.fill(f"{number:g}")
            entry.press("Enter")
            yield f"{number:g}"

    def _change_text(self, box: Locator) -> Iterator[str]:
        entry = box.locator("textarea, input")
        entry.fill("The fox sang.\nIt rained." if entry.evaluate("e => e.tagName") == "TEXTAREA" else "The fox sang.")
        entry.press("Control+Enter")
        yield "typed"

    def _change_select(self, box: Locator) -> Iterator[str]:
        options = self.page.get_by_role("option")
        number = 0
        while box.count():
            box.locator("input").click()
            options.first.wait_for()
            count = options.count()
            if number >= min(count, 12):
                self.page.keyboard.press("Escape")
                return
            name = options.nth(number).inner_text()
            options.nth(number).click()
            number += 1
            yield name
