"""Who may talk to the server: pages of this machine's own names, and those that a teacher names."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.serving import running_app


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    """Where the app listens, started as `make run` does."""
    with running_app(tmp_path_factory.mktemp("hosts") / "log.txt") as running:
        yield int(running.url.rsplit(":", 1)[1].strip("/"))


def _answers(port: int, host: str, origin: str | None = None) -> bool:
    """Whether the server opens a session for a browser that reached it by this name, from a page of this origin."""

    async def ask() -> bool:
        try:
            async with connect(
                f"ws://{host}/_stcore/stream",
                host="localhost",
                port=port,
                origin=origin,
                subprotocols=["streamlit"],
                proxy=None,
            ):
                return True
        except InvalidStatus as refusal:
            assert refusal.response.status_code == 403
            return False

    with ThreadPoolExecutor(1) as thread:  # playwright, if it ran before, keeps an event loop in this one
        return thread.submit(lambda: asyncio.run(ask())).result()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "LOCALHOST"])
def test_this_machine_is_answered_by_its_own_names(port, host):
    assert _answers(port, host) and _answers(port, f"{host}:{port}")
    assert _answers(port, f"{host}:{port}", f"http://{host}:{port}")


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "192.168.1.20"])
def test_another_name_for_this_machine_is_refused(port, host):  # what DNS rebinding makes of evil.example
    assert not _answers(port, host) and not _answers(port, f"{host}:{port}")
    assert not _answers(port, f"{host}:{port}", f"http://{host}:{port}")


@pytest.mark.parametrize("origin", ["http://evil.example", "http://localhost.evil.example", "null"])
def test_another_site_s_page_is_refused(port, origin):
    assert not _answers(port, f"localhost:{port}", origin)


def test_a_class_is_answered_by_the_name_that_its_teacher_gives(tmp_path):
    options = ("--server.address", "0.0.0.0", "--server.allowedHosts", "192.168.1.20")
    with running_app(tmp_path / "log.txt", options=options) as running:
        port = int(running.url.rsplit(":", 1)[1].strip("/"))
        assert _answers(port, f"192.168.1.20:{port}", f"http://192.168.1.20:{port}")
        assert not _answers(port, f"evil.example:{port}")
