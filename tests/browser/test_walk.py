"""What a box shows is what was read: a walk over every control of every page, found in the page itself.

AppTest cannot see this: the browser keeps a keyed control's value when only its default changes.
"""

import re
from collections.abc import Iterator

import pytest

from tests.browser.controls import Control, Controls
from tests.browser.finished import OWNER

NOT_PRESSED = re.compile("Start|Stop|Teach|Write|Continue|Delete|Undo delete|Take it away|^−|expand_more$")
"""Buttons that start or end something, that cover the page, or open a number; and what only explains."""
FACES = 2
"""Of a control whose bounds follow from others: so many are walked, in each task."""
LEAST_CHECKS = 40
"""A walk that finds nothing to change proves nothing."""
AT_ONCE = 4
"""Keys that are new in the address before the learner leaves and returns: three pages are opened for it."""
OTHER_PAGE = {"lab": "Explore"}
"""Where a learner goes to before the browser's back button; from every other page to the Lab."""


class Walker(Controls):
    """A learner who changes every control in every way, and looks at all of them after each change."""

    def __init__(self, *args, **window):
        super().__init__(*args, **window)
        self.faces: dict[tuple[str, str], set[str]] = {}
        """Of the controls that were changed, by key and matter."""
        self.pressed: set[tuple[str, str]] = set()
        self.faults: list[str] = []
        self.in_address: set[str] = set()
        """Keys that the address held at some time: their values must survive a reload."""
        self.wrong: set[str] = set()
        """Keys with a fault already: one each is enough."""
        self.n_checks = 0

    def walk(self, path: str, *trail: str) -> None:
        """Changes each control that has not been changed yet, and those that a change brings to the screen."""
        while control := self.next_control():
            for done in self.change(control):
                here = (*trail, f"{control.key}: {done}")
                self.check(here)
                self.walk(path, *here)
            if len(self.query.keys() - self.in_address) >= AT_ONCE:
                self.leave_and_return(path, trail)
        while text := self.next_button():
            address = self.page.url
            self.press(text)
            here = (*trail, f"button {text.splitlines()[-1]}")
            self.check(here)
            self.walk(path, *here)
            if self.page.url != address:  # it may lead away from the other buttons
                self.page.goto(address)
                self.check((*here, "the page before"))

    def next_control(self) -> Control | None:
        """The first one on the screen that is new, or has got another face."""
        for control in self.controls():
            sight = (control.key, "" if control.key == "task" else self.matter())
            faces = self.faces.setdefault(sight, set())
            if control.face not in faces and len(faces) < FACES:
                faces.add(control.face)
                return control
        return None

    def next_button(self) -> str | None:
        """The first one that was not pressed yet."""
        for text in self.buttons():
            sight = (text, self.matter())
            if sight not in self.pressed and not NOT_PRESSED.search(text):
                self.pressed.add(sight)
                return text
        return None

    def matter(self) -> str:
        """The texts and examples of each task are another matter."""
        return str(self.used().get("task"))

    def check(self, trail: tuple[str, ...]) -> None:
        """Notes what shows something else than the server used."""
        self.n_checks += 1
        if found := self.differences(self.wrong):
            self.wrong |= found.keys()
            self.faults.append(" > ".join(trail) + f": {found}")

    def leave_and_return(self, path: str, trail: tuple[str, ...]) -> None:
        """Another page and back, then a reload, which keeps what the address can hold."""
        self.in_address |= self.query.keys()
        here = set(self.used())
        self.page.get_by_role("link", name=OTHER_PAGE.get(path, "Lab"), exact=True).click()
        self.wait_for_other_page(here)
        there = set(self.used())
        self.check((*trail, "another page"))
        self.page.go_back()
        self.wait_for_other_page(there)
        self.check((*trail, "back"))
        before = self.used()
        self.page.reload()
        self.check((*trail, "reload"))
        after = self.used()
        kept = self.in_address & before.keys() - self.wrong
        if lost := {key: (before[key], after.get(key)) for key in kept if before[key] != after.get(key)}:
            self.wrong |= lost.keys()
            self.faults.append(" > ".join(trail) + f" > reload lost {lost}")


@pytest.fixture
def walker(browser, lived_in) -> Iterator[Walker]:
    """That learner."""
    learner = Walker(browser, lived_in.url)
    learner.context.add_cookies([{"name": "gpt_explorer_learner", "value": OWNER, "url": lived_in.url}])
    yield learner
    learner.close()


@pytest.mark.parametrize("path", ["", "tasks", "worked", "lab"])
def test_every_control_shows_what_the_server_used(walker, path):
    walker.page.goto(walker.url + path)
    walker.check(("open",))
    walker.walk(path)
    walker.leave_and_return(path, ("the end",))
    assert walker.faults == []
    assert walker.n_checks > LEAST_CHECKS
