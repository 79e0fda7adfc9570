"""What `pip install .` installs: all that the app needs, nothing else, and it finds its way about from any folder."""

import os
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import EntryPoint, PathDistribution
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).resolve().parents[2]
NEEDED = ("app", "gptcore", "assets", "tests", "LICENSE", "README.md", "pyproject.toml", "requirements.txt", "setup.py")


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """A folder that holds what the wheel of this tree installs, built as pip does."""
    source, wheels, folder = (tmp_path_factory.mktemp(name) for name in ("source", "wheels", "installed"))
    for name in NEEDED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, source / name)
    for made in ("runs", "models"):
        (source / made).mkdir()
        (source / made / "own.py").write_text("")
    code = f"from setuptools import build_meta; build_meta.build_wheel({str(wheels)!r})"
    subprocess.run([sys.executable, "-c", code], cwd=source, capture_output=True, check=True)
    ZipFile(next(wheels.glob("gpt_explorer-*.whl"))).extractall(folder)
    return folder


def _files(folder: Path) -> set[str]:
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    return {path.relative_to(folder).as_posix() for path in files}


def _distribution(folder: Path) -> PathDistribution:
    return PathDistribution(next(folder.glob("*.dist-info")))


def _run(folder: Path, home: Path, *arguments: str, **settings: str) -> str:
    """What Python prints for these arguments, run from a folder that knows nothing of us."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GPT_EXPLORER_")}
    env = {**kept, "PYTHONPATH": str(folder), "HOME": str(home), "USERPROFILE": str(home), **settings}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=home, env=env, capture_output=True, text=True, check=True).stdout


def test_all_of_the_app_is_installed_and_nothing_else(installed):
    expected = {f"{name}/{file}" for name in ("app", "gptcore") for file in _files(ROOT / name)}
    expected |= {f"gptcore/assets/{file}" for file in _files(ROOT / "assets")}
    assert {file for file in _files(installed) if ".dist-info/" not in file} == expected
    assert {"app/.streamlit/config.toml", "app/shared/browser/shared.js", "app/shared/browser/shared.css"} <= expected


def test_it_needs_what_make_installs(installed):
    required = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert _distribution(installed).requires == [line for line in required if not line.startswith("#")]


def test_its_commands_are_functions_of_ours(installed):
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    commands = {found.name: found for found in _distribution(installed).entry_points}
    assert commands == {name: EntryPoint(name, value, "console_scripts") for name, value in scripts.items()}
    assert set(commands) == {"gptcore", "gpt-explorer"}
    assert all(callable(command.load()) for command in commands.values())


def test_the_model_that_ships_writes_from_any_folder(installed, tmp_path):
    written = _run(installed, tmp_path, "-m", "gptcore", "generate", "--prompt", "Once", "--max-new-tokens", "3")
    assert written.startswith("Once") and len(written.split()) > 1


def _places(folder: Path, home: Path, **settings: str) -> list[Path]:
    """Where this folder's gptcore looks for assets, models and runs."""
    code = "import runpy, sys; print(*map(runpy.run_path(sys.argv[1]).get, ('ASSETS', 'MODELS', 'RUNS')), sep='\\n')"
    printed = _run(folder, home, "-c", code, str(folder / "gptcore" / "places.py"), **settings)
    return [Path(line) for line in printed.splitlines()]


def test_what_learners_make_lies_with_the_user_not_in_the_package(installed, tmp_path):
    own = tmp_path / ".gpt-explorer"
    assert _places(installed, tmp_path) == [installed / "gptcore" / "assets", own / "models", own / "runs"]


def test_a_variable_names_another_place(installed, tmp_path):
    found = _places(installed, tmp_path, GPT_EXPLORER_HOME=str(tmp_path / "own"))
    assert found[1:] == [tmp_path / "own" / "models", tmp_path / "own" / "runs"]


def test_a_checkout_keeps_all_of_it_together(tmp_path):
    assert _places(ROOT, tmp_path) == [ROOT / "assets", ROOT / "models", ROOT / "runs"]
