"""The Lab in a real browser, with a real worker: a run starts, is watched, outlives its server, and is its owner's."""

import os
import re
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.explorer import Explorer
from tests.serving import ROOT, Server, running_app

TEXT = "One sunny Friday, a crow sang.\n" + "\n".join(
    file.read_text() for file in sorted((ROOT / "tests" / "benchmarks" / "texts").glob("*.txt"))
)
"""Pasted: the Lab's own text takes its worker longer to make than all else here. It is second to everybody else."""


class Lab(Explorer):
    """The page in a window."""

    def open_page(self) -> "Lab":
        """Opens it and waits for the form."""
        self.page.goto(f"{self.url}lab")
        self.widget("pretrain_start", "button").wait_for()
        return self

    def set_number(self, key: str, value: int) -> None:
        """Types into a number box."""
        box = self.widget(key, "input")
        box.fill(str(value))
        box.press("Enter")

    def start(self, steps: int) -> "Lab":
        """Starts a small pre-training run."""
        self.widget("pretrain_corpus", "input").click()
        self.page.get_by_role("option", name="Your own text").click()
        self.widget("pretrain_text", "textarea").fill(TEXT)
        self.set_number("pretrain_steps", steps)
        self.set_number("pretrain_batch_size", 4)
        self.widget("pretrain_start", "button").click()
        return self

    def wait_for_state(self, name: str) -> "Lab":
        """Waits until the run's badge says so."""
        self.page.get_by_text(re.compile(f"^{name}$")).first.wait_for()
        return self


@pytest.fixture(scope="module")
def lab_server(browser, tmp_path_factory) -> Iterator[Server]:
    """A server of these tests' own: others are not to wait for its worker."""
    with running_app(tmp_path_factory.mktemp("lab") / "log.txt") as running:
        yield running
        assert "Traceback" not in running.log.read_text(), running.log.read_text()[-3000:]


@pytest.fixture
def learners(browser) -> Iterator:
    """Makes learners, each with cookies of their own."""
    made = []

    def learner(server: Server) -> Lab:
        made.append(Lab(browser, server.url))
        return made[-1]

    yield learner
    for one in made:
        one.close()


def test_a_run_is_watched_to_its_end_and_opens_with_a_time_slider(lab_server, learners):
    lab = learners(lab_server).open_page().start(steps=20)
    lab.wait_for_state("Finished")
    lab.page.locator(".js-plotly-plot").first.wait_for()
    lab.page.get_by_text(re.compile("^20 *One sunny Friday")).wait_for()  # what the last checkpoint writes
    look_inside = lab.page.get_by_role("link", name="Look inside")
    expect(look_inside).to_have_count(1)  # for a moment the live panel and the finished one are both there
    look_inside.click()
    lab.wait_for({})
    assert "model=" in lab.page.url  # so that a reload, or a link, shows the same run
    before = lab.stamps()
    slider = lab.widget("checkpoint", "input[type=range]")
    slider.focus()
    slider.press("Home")
    lab.wait_for(before)
    assert lab.chips.count() > 1


def test_nobody_else_sees_a_run(lab_server, learners):
    owner, other = learners(lab_server).open_page().start(steps=10), learners(lab_server)
    owner.wait_for_state("Finished")
    other.open_page()
    other.page.get_by_text("No run yet").wait_for()
    owner.page.reload()
    owner.wait_for_state("Finished")


def test_a_resumed_run_is_watched_again_without_a_reload(lab_server, learners):
    lab = learners(lab_server).open_page().start(steps=60_000)
    lab.wait_for_state("Running")
    lab.widget("pretrain_stop", "button").click()
    lab.wait_for_state("Stopped")
    lab.settled().page.get_by_role("button", name="Resume").click()
    lab.wait_for_state("Running")
    lab.widget("pretrain_stop", "button").click()
    lab.wait_for_state("Stopped")


def children(server: Server) -> dict[int, str]:
    """The server's child processes: their states, by number."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
            if int(parent) == server.process.pid:
                found[int(stat.parent.name)] = state
    return found


@pytest.mark.skipif(not Path("/proc").exists(), reason="finds the worker by Linux's list of processes")
def test_a_killed_worker_is_seen_at_once_and_its_run_goes_on_by_itself(lab_server, learners):
    lab = learners(lab_server).open_page().start(steps=60_000)
    lab.wait_for_state("Running")
    (worker,) = children(lab_server)
    os.kill(worker, signal.SIGKILL)
    lab.page.get_by_text("its worker died").wait_for()
    assert lab.page.get_by_text(re.compile("^Running$")).count() == 0
    assert "Z" not in children(lab_server).values()
    lab.wait_for_state("Running")  # a new worker has come
    assert worker not in children(lab_server)
    lab.widget("pretrain_stop", "button").click()
    lab.wait_for_state("Stopped")


def test_a_run_goes_on_while_its_server_is_killed(browser, learners, tmp_path):
    with running_app(tmp_path / "log.txt") as first:
        lab = learners(first).open_page().start(steps=60_000)
        lab.wait_for_state("Running")
        cookies = lab.context.cookies()
        first.process.kill()
        first.process.wait()
        with running_app(tmp_path / "log.txt") as second:
            again = learners(second)
            again.context.add_cookies(
                [{**cookie, "url": second.url, "domain": None, "path": None} for cookie in cookies]
            )
            again.open_page().wait_for_state("Running")
            again.widget("pretrain_stop", "button").click()
            again.wait_for_state("Stopped")
