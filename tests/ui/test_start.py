"""`python -m app`: starts from any folder, with the project's own settings."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.serving import ROOT, Server, free_port, wait_until_healthy

SETTINGS = tomllib.loads((ROOT / "app" / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
IN_FORCE = """
import json, runpy, sys
from streamlit import config
from streamlit.web import bootstrap

def run(script, *_):
    options = config.get_config_options()
    print(json.dumps({"script": script, **{name: option.value for name, option in options.items()}}))

bootstrap.run = run
sys.argv = ["app", "--server.port", "8612"]
runpy.run_module("app", run_name="__main__")
"""


@pytest.fixture
def elsewhere(tmp_path) -> Path:
    """A folder of somebody's own Streamlit app, with other settings."""
    (tmp_path / ".streamlit").mkdir()
    other = '[server]\naddress = "0.0.0.0"\nallowedHosts = ["*"]\n[theme]\nbaseFontSize = 9\n'
    (tmp_path / ".streamlit" / "config.toml").write_text(other, encoding="utf-8")
    return tmp_path


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("STREAMLIT_")}
    return {**kept, "PYTHONPATH": str(ROOT)}


def _flat(settings: dict, start: str = "") -> dict:
    """Settings by their full names: "theme.light.textColor"."""
    found = {}
    for name, value in settings.items():
        found |= _flat(value, f"{start}{name}.") if isinstance(value, dict) else {start + name: value}
    return found


def test_the_project_s_settings_hold_in_another_folder_and_options_pass_through(elsewhere):
    done = subprocess.run(
        [sys.executable, "-c", IN_FORCE], cwd=elsewhere, env=_environment(), capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout)
    expected = _flat(SETTINGS)
    assert {name: found[name] for name in expected} == expected
    assert found["server.address"] == "localhost" and found["client.showErrorDetails"] == "none"
    assert found["server.enableXsrfProtection"] is True
    assert found["script"] == str(ROOT / "app" / "main.py") and found["server.port"] == 8612


@pytest.mark.parametrize("program", [["-m", "app"], [str(ROOT / "app")]], ids=["module", "folder"])
def test_it_answers_when_started_in_another_folder(elsewhere, program):
    port = free_port()
    log = elsewhere / "log.txt"
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            [sys.executable, *program, "--server.port", str(port), "--server.headless", "true"],
            cwd=elsewhere,
            env=_environment(),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until_healthy(Server(f"http://localhost:{port}/", process, log))
    finally:
        process.terminate()
        process.wait(timeout=30)
