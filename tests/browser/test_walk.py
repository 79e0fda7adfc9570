"""What a box shows is what was read: a walk over every control of every page, found in the page itself.

AppTest cannot see this: the browser keeps a keyed control's value when only its default changes.
"""

from collections.abc import Iterator

import pytest

from tests.browser.controls import Control, Controls

OTHER_PAGE = {"lab": "Explore"}
"""Where a learner goes to before the browser's back button; from every other page to the Lab."""


class Walker(Controls):
    """A learner who changes every control in every way, and looks at all of them after each change."""

    def __init__(self, *args, **window):
        super().__init__(*args, **window)
        self.walked: set[tuple[str, ...]] = set()
        self.faults: list[str] = []
        self.kept: dict[str, object] = {}
        """What the address held at some time: it must survive a reload."""
        self.n_checks = 0

    def walk(self, path: str, *trail: str) -> None:
        """Changes each control that has not been changed yet, and those that a change brings to the screen."""
        while control := self.next_control():
            address = self.page.url
            for done in self.change(control):
                here = (*trail, f"{control.key}: {done}")
                self.check(here)
                self.walk(path, *here)
            if self.page.url != address:
                self.leave_and_return(path, trail)

    def next_control(self) -> Control | None:
        """The first one on the screen that is new, or has got another face."""
        for control in self.controls():
            sight = (control.key, control.face, self.matter(control))
            if sight not in self.walked:
                self.walked.add(sight)
                return control
        return None

    def matter(self, control: Control) -> str:
        """The texts and examples of each task are another matter."""
        return "" if control.key == "task" else str(self.used().get("task"))

    def check(self, trail: tuple[str, ...]) -> None:
        """Notes what shows something else than the server used."""
        self.n_checks += 1
        if found := self.differences():
            self.faults.append(" > ".join(trail) + f": {found}")

    def leave_and_return(self, path: str, trail: tuple[str, ...]) -> None:
        """Another page and back, then a reload."""
        before = self.used()
        self.page.get_by_role("link", name=OTHER_PAGE.get(path, "Lab"), exact=True).click()
        self.check((*trail, "another page"))
        self.page.go_back()
        self.check((*trail, "back"))
        self.page.reload()
        self.check((*trail, "reload"))
        after = self.used()
        kept = {key for key in self.query if key in before}
        if lost := {key: (before[key], after.get(key)) for key in kept if before[key] != after.get(key)}:
            self.faults.append(" > ".join(trail) + f" > reload lost {lost}")


@pytest.fixture
def walker(browser, server) -> Iterator[Walker]:
    """A fresh learner."""
    learner = Walker(browser, server.url)
    yield learner
    learner.close()


@pytest.mark.parametrize("path", ["", "tasks", "worked", "lab"])
def test_every_control_shows_what_the_server_used(walker, path):
    walker.page.goto(walker.url + path)
    walker.check(("open",))
    walker.walk(path)
    assert walker.faults == []
