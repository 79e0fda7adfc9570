"""The app as its own process on a free port of this machine, for tests and benchmarks that need the real server."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
APP = "app/main.py"
OURS = ("-m", "app")
STREAMLIT = ("-m", "streamlit", "run")
START_SECONDS = 180


@dataclass(frozen=True)
class Server:
    """A running app."""

    url: str
    """Ends in a slash."""
    process: subprocess.Popen
    log: Path
    """What the server prints."""


@contextmanager
def running_app(
    log: Path,
    program: Sequence[str] = OURS,
    script: str = "",
    options: Sequence[str] = (),
    home: Path | None = None,
) -> Iterator[Server]:
    """Starts the app as `make run` does and stops it at the end.

    Args:
        log: file for the server's output; runs of the Lab are kept beside it, and their workers end with the server.
        program: arguments of Python, in place of the app's own command.
        script: another one than the app's, for what no page shows by itself; it has the app's settings all the same.
        options: more of Streamlit's own.
        home: a folder whose models/ are the learner's own, in place of the project's.
    """
    port = free_port()
    options = ["--server.port", str(port), "--server.headless", "true", *options]
    command = [sys.executable, *((*STREAMLIT, str(ROOT / script)) if script else program), *options]
    cwd = ROOT / "app" if script else ROOT  # settings are those beside the script, and those where it runs
    with log.open("w") as output:
        process = subprocess.Popen(
            command, cwd=cwd, stdout=output, stderr=subprocess.STDOUT, env=_environment(log.parent / "runs", home)
        )
    try:
        server = Server(f"http://localhost:{port}/", process, log)
        wait_until_healthy(server)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        _end_workers(log.parent / "runs")


def _end_workers(runs: Path) -> None:
    """They outlive their server as long as there is work; nobody waits for it any more."""
    for process in psutil.process_iter(["cmdline"]):
        with suppress(psutil.Error):
            is_worker = "worker" in (process.info["cmdline"] or [])
            if is_worker and process.environ().get("GPT_EXPLORER_RUNS") == str(runs):
                process.kill()
                process.wait(10)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _environment(runs: Path, home: Path | None) -> dict[str, str]:
    """Ours, without settings for Streamlit: the project's own config.toml is what is tested."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("STREAMLIT_")}
    own = {} if home is None else {"GPT_EXPLORER_HOME": str(home)}
    return {**kept, "GPT_EXPLORER_RUNS": str(runs), **own}


def wait_until_healthy(server: Server) -> None:
    """Returns once the server answers; raises RuntimeError with the end of its log if it does not."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.process.poll() is None:
        try:
            with urllib.request.urlopen(f"{server.url}_stcore/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"the server did not start:\n{server.log.read_text()[-2000:]}")
