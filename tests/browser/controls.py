"""Every control of a page, found in the page itself: what it shows, what the server used, and how to change it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, TimeoutError

from tests.browser.explorer import IDLE, Explorer

SECONDS = 60
"""Until the page must show what the server used; far more than any change takes, on a slow machine too."""

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
_COMPARED = f"""(known) => {{
    const same = (shown, used) => {{
        if (Array.isArray(shown) && Array.isArray(used))
            return shown.length === used.length && shown.every((one, i) => same(one, used[i]));
        if (typeof shown === "string" && typeof used === "number") return Number(shown) === used;
        if (typeof shown === "string" && typeof used === "string")
            return shown.slice(0, 1000) === used.replaceAll("\\r\\n", "\\n");
        return (shown ?? null) === (used ?? null);
    }};
    ({_UNFOLD})();
    const controls = ({_CONTROLS})(), used = ({_USED})(), found = {{}};
    for (const [key, [, shown]] of Object.entries(controls))
        if (!known.includes(key) && !(key in used && same(shown, used[key])))
            found[key] = [shown, used[key] ?? "nothing"];
    return [found, JSON.stringify(controls)];
}}"""
"""What shows something else than the server used, and all that is shown; numbers are equal however they are written."""
_AGREE = f"""(known) => {{
    if (!({IDLE})() || !document.querySelector("[data-used]")) return false;
    const [found, shown] = ({_COMPARED})(known);
    const before = document.lookedAt;
    document.lookedAt = shown;  // the stamp may be there before the controls are: two looks must be alike
    return shown !== "{{}}" && shown === before && !Object.keys(found).length;
}}"""
LOOK_EVERY = 50
"""Milliseconds."""


@dataclass(frozen=True)
class Control:
    """One control as the page shows it now."""

    key: str
    kind: str
    """radio, toggle, slider, select, number, text or fold."""
    shown: Any
    face: str
    """Its label and bounds: a control with another face is worth another walk."""


class Controls(Explorer):
    """A learner who looks at every control."""

    def settle(self) -> None:
        """Waits until the server is done and the page says what it used."""
        self.page.wait_for_function(f"() => ({IDLE})() && document.querySelector('[data-used]')")

    def controls(self) -> list[Control]:
        """Those on the screen, from top to bottom; what is folded by the page itself is opened first."""
        found = self.page.evaluate(f"() => {{ ({_UNFOLD})(); return ({_CONTROLS})(); }}")
        return [Control(key, *face) for key, face in found.items()]

    def buttons(self) -> list[str]:
        """Texts of the buttons that are awake, icons' names among them."""
        return self.page.evaluate(_BUTTONS)

    def press(self, text: str) -> None:
        """Clicks a button by its whole text, and waits until the server has answered if it was asked."""
        with self.answered():
            self.page.evaluate(
                """(text) => [
                    ...document.querySelectorAll("[data-testid=stButton] button, [data-testid=stPopover] button")
                ].find((button) => button.innerText === text).click()""",
                text,
            )

    def wait_for_other_page(self, before: set[str]) -> None:
        """Waits until none of these controls is used any more."""
        self.page.wait_for_function(
            f"(before) => {{ const now = ({_USED})(); return !before.some((key) => key in now); }}", arg=sorted(before)
        )

    def used(self) -> dict[str, Any]:
        """The server's values in its last run, by key."""
        return self.page.evaluate(_USED)

    def differences(self, known: Collection[str] = ()) -> dict[str, tuple[Any, Any]]:
        """Controls that go on showing something else than the server used: (shown, used) by key.

        Args:
            known: keys not to look at.
        """
        try:
            self.page.wait_for_function(_AGREE, arg=sorted(known), polling=LOOK_EVERY, timeout=1_000 * SECONDS)
        except TimeoutError:
            found, shown = self.page.evaluate(_COMPARED, sorted(known))
            return found or {"": (shown, "no rest")}
        return {}

    def change(self, control: Control) -> Iterator[str]:
        """Changes a control in each way worth a look, one after the other; yields what was done."""
        yield from getattr(self, f"_change_{control.kind}")(self.widget(control.key))

    def _change_radio(self, group: Locator) -> Iterator[str]:
        for name in group.get_by_role("radio").all_inner_texts():  # all: each may bring other controls
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
        for key in ("Home", "End"):
            if not slider.count():
                return
            slider.locator("input").press(key)
            yield key

    def _change_number(self, box: Locator) -> Iterator[str]:
        for bound in ("max", "min"):  # less is quicker, for all that is looked at from now on
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
        for name in dict.fromkeys((names[-1], names[0])):
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
            options.first.wait_for(timeout=5_000)
        except TimeoutError:  # the click closed a list that was open
            box.locator("input").press("ArrowDown")
            options.first.wait_for()
        return options
