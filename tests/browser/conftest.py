"""A real Chromium against the real server with the model that ships. Skipped where there is no Chromium.

Set REQUIRE_BROWSER=1 to make a missing Chromium a failure.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser.explorer import ARGUMENTS, CHROMIUM, Explorer
from tests.browser.finished import make_finished_runs
from tests.browser.windows import PATIENCE, Windows
from tests.serving import Server, running_app


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs a browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Windows]:
    """One Chromium for all tests; its windows are used again."""
    if not shutil.which(CHROMIUM):
        complaint = f"{CHROMIUM} is not installed"
        pytest.fail(complaint) if os.environ.get("REQUIRE_BROWSER") == "1" else pytest.skip(complaint)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        expect.set_options(timeout=1_000 * PATIENCE)
        yield Windows(chromium, PATIENCE)
        chromium.close()


@pytest.fixture(scope="session")
def server(browser, tmp_path_factory) -> Iterator[Server]:
    """The app as `make run` starts it; its log must be free of exceptions in the end."""
    with running_app(tmp_path_factory.mktemp("server") / "log.txt") as running:
        yield running
        assert "Traceback" not in running.log.read_text(), running.log.read_text()[-3000:]


@pytest.fixture
def explorer(browser, server) -> Iterator[Explorer]:
    """A fresh learner; the page opens with explorer.open()."""
    learner = Explorer(browser, server.url)
    yield learner
    learner.close()
    assert learner.complaints == []
    assert learner.requests_elsewhere == []


@pytest.fixture(scope="session")
def lived_in(browser, tmp_path_factory) -> Iterator[Server]:
    """A server with a learner's finished runs, so that every list of the Lab has entries."""
    folder = tmp_path_factory.mktemp("walk")
    make_finished_runs(folder / "runs")
    with running_app(folder / "log.txt") as running:
        yield running
        assert "Traceback" not in running.log.read_text(), running.log.read_text()[-3000:]
