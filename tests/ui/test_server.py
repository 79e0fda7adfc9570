"""The server itself: fit for many learners, on this machine only, and its log stays clean."""

import asyncio
import gc
import json
import signal
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from tests.learner import Learner
from tests.serving import APP, Server, running_app
from tests.ui.page import Page


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The app's own server with the model that ships; on a signal it writes how its garbage collector stands."""
    folder = tmp_path_factory.mktemp("server")
    report = folder / "collector.json"
    with running_app(folder / "log.txt", ("-m", "tests.ui.collector_report", str(report), "run", APP)) as running:
        yield running, report


def _collector_of(server: Server, report) -> dict[str, float]:
    server.process.send_signal(signal.SIGUSR1)
    for _ in range(100):
        if report.exists():
            return json.loads(report.read_text())
        time.sleep(0.1)
    raise AssertionError(f"no report; the server's log ends: {server.log.read_text()[-500:]}")


async def _visit(url: str) -> list:
    async with Learner.at(url) as learner:
        return [await learner.open(), await learner.type("The fox went"), await learner.type("")]


async def _crowd(url: str) -> list:
    """Two hold a key down on a long text, one of them leaves in the middle; a third types a sentence, and then the
    one who stayed does, too."""
    long = "The fox said to the crow, sing, dear crow. " * 50
    async with Learner.at(url) as quiet, Learner.at(url) as stays:
        await quiet.open()
        await stays.open()
        looking_away = asyncio.create_task(stays.look_away())
        answers = []
        async with Learner.at(url) as leaves:
            await leaves.open()
            for number in range(8):
                await leaves.type_blindly(f"{number} {long}")
                await stays.type_blindly(f"{number} {long}")
                await asyncio.sleep(0.05)
        for number in range(3):
            await stays.type_blindly(f"{number} {long}")
            answers.append(await quiet.type(f"The fox went {number}"))
        await asyncio.sleep(2)
        looking_away.cancel()
        return [*answers, await stays.type("The end")]


def test_a_run_of_the_page_freezes_what_lives_long():
    gc.unfreeze()
    Page().run()
    assert gc.get_freeze_count() > 100_000
    assert len(gc.get_objects()) < gc.get_freeze_count() / 2
    assert torch.get_num_threads() == 1
    assert sys.getswitchinterval() <= 0.001


def test_the_server_answers_and_its_collector_is_frozen(server):
    running, report = server
    with ThreadPoolExecutor(1) as thread:  # playwright, if it ran before, keeps an event loop in this one
        answers = thread.submit(lambda: asyncio.run(_visit(running.url))).result()
    assert all(answer.succeeded for answer in answers)
    collector = _collector_of(running, report)
    assert collector["frozen"] > 100_000
    assert collector["seconds_frozen"] < collector["seconds_unfrozen"] / 2
    assert "Traceback" not in running.log.read_text()


def test_held_keys_and_who_leaves_hold_up_nobody(server):
    running, _ = server
    with ThreadPoolExecutor(1) as thread:
        answers = thread.submit(lambda: asyncio.run(_crowd(running.url))).result()
    assert len(answers) == 4 and all(answer.succeeded for answer in answers)
    assert "Traceback" not in running.log.read_text()


def test_the_server_listens_on_this_machine_only(server):
    running, _ = server
    assert "localhost" in running.url
    assert "External URL" not in running.log.read_text() and "Network URL" not in running.log.read_text()
    with urllib.request.urlopen(running.url + "_stcore/health") as answer:
        assert answer.read() == b"ok"
