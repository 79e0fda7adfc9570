"""Windows and macOS, as far as another system can tell: nothing is asked for that only Linux has."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
import torch

from gptcore import files
from gptcore.config import ModelConfig
from gptcore.files import write_text
from gptcore.lab import processes
from gptcore.lab.processes import apart, give_way
from gptcore.lab.storage import move_aside
from gptcore.model.gpt import GPT
from gptcore.train.resume import load_state, save_state
from tests.serving import ROOT

SHIPPED = [path for package in ("gptcore", "app") for path in sorted((ROOT / package).rglob("*.py"))]
ONLY_HERE = ("fcntl", "grp", "posix", "pwd", "resource", "syslog", "termios", "tty", "pty")
"""Modules that Windows lacks."""
NOT_EVERYWHERE = (
    *("chown", "fork", "forkpty", "geteuid", "getloadavg", "getpgid", "getuid", "kill", "killpg", "mkfifo", "nice"),
    *("pread", "sched_getaffinity", "setsid", "sync", "uname", "wait", "waitpid"),
)
"""Functions of os that Windows or macOS lacks; kill(process, 0) is there on Windows, and ends the process."""
IMPORT_ALL = """
import importlib, os, pathlib, sys

def import_all():
    for path in sorted(path for package in ("gptcore", "app") for path in pathlib.Path(package).rglob("*.py")):
        if not path.name.startswith("__") and path.name not in ("main.py", "page.py"):  # those run as they are imported
            importlib.import_module(".".join(path.with_suffix("").parts))

import_all()  # whatever other packages ask for is loaded
for name in [name for name in sys.modules if name.split(".")[0] in ("gptcore", "app")]:
    del sys.modules[name]
modules, functions = (names.split() for names in sys.argv[1:])
sys.modules.update(dict.fromkeys(modules))
for name in functions:
    vars(os).pop(name, None)
sys.platform = "win32"
import_all()
import gptcore.files
gptcore.files.write_text(pathlib.Path(os.environ["TARGET"]), "text")
"""


def test_everything_is_imported_where_linux_s_own_modules_are_missing(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, " ".join(ONLY_HERE), " ".join(NOT_EVERYWHERE)],
        cwd=ROOT,
        env={**os.environ, "TARGET": str(tmp_path / "a.txt")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert (tmp_path / "a.txt").read_text() == "text"


def _called(path: Path) -> set[str]:
    return {ast.unparse(node) for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if _is_name(node)}


def _is_name(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_is_asked_for_that_other_systems_lack(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert not imported & {*ONLY_HERE, "signal"}
    assert not _called(path) & {f"os.{name}" for name in NOT_EVERYWHERE}


def _leaves_the_encoding_open(call: ast.Call) -> bool:
    """Whether a call opens, reads or writes text in whatever encoding the system prefers."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    if ast.unparse(call.func) == "os.open" or "encoding" in given:
        return False
    if name in ("read_text", "write_text"):
        return isinstance(call.func, ast.Attribute)
    if name == "open":
        mode = given.get("mode", next(iter(call.args[isinstance(call.func, ast.Name) :]), ast.Constant("r")))
        return isinstance(mode, ast.Constant) and "b" not in mode.value
    return name in ("run", "Popen") and "text" in given


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: str(path.relative_to(ROOT)))
def test_text_is_read_and_written_in_a_named_encoding(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    assert [ast.unparse(call) for call in calls if _leaves_the_encoding_open(call)] == []


def test_a_guess_at_the_encoding_is_found():
    calls = ["p.open()", "p.open('w')", "open('a')", "open('a', mode='w')", "p.read_text()", "p.write_text('x')"]
    assert all(_leaves_the_encoding_open(ast.parse(call).body[0].value) for call in calls)
    calls = ["p.open('rb')", "open('a', 'wb')", "p.read_text(encoding='utf-8')", "write_text(p, 'x')", "os.open(p, 1)"]
    assert not any(_leaves_the_encoding_open(ast.parse(call).body[0].value) for call in calls)


@pytest.fixture
def busy(monkeypatch):
    """Windows, where the next renamings are refused, as while somebody reads the file."""
    real, refused = os.replace, []

    def replace(source, target):
        if len(refused) < 3:
            refused.append(target)
            raise PermissionError(13, "Access is denied")
        real(source, target)

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(os, "replace", replace)
    monkeypatch.setattr(files, "_TRY_EVERY", 0.0)
    return refused


def test_a_file_that_somebody_reads_is_replaced_a_moment_later(busy, tmp_path):
    write_text(tmp_path / "a.txt", "new")
    assert (tmp_path / "a.txt").read_text() == "new" and len(busy) == 3


def test_a_file_that_stays_open_is_an_error(busy, tmp_path, monkeypatch):
    monkeypatch.setattr(files, "_TRIES", 2)
    with pytest.raises(PermissionError):
        write_text(tmp_path / "a.txt", "new")
    assert not list(tmp_path.iterdir())


def test_a_damaged_table_is_set_aside_a_moment_later(busy, tmp_path):
    (tmp_path / "runs.sqlite").write_text("garbage")
    move_aside(tmp_path / "runs.sqlite")
    assert [path.read_text() for path in tmp_path.glob("runs.sqlite.broken-*")] == ["garbage"]


def test_no_folder_is_opened_on_windows(tmp_path, monkeypatch):
    real = os.open

    def open_file(path, *arguments):
        if Path(path).is_dir():
            raise PermissionError(13, "Permission denied", str(path))
        return real(path, *arguments)

    monkeypatch.setattr(os, "open", open_file)
    monkeypatch.setattr(sys, "platform", "win32")
    write_text(tmp_path / "a.txt", "text")


def test_a_state_that_was_loaded_is_free_to_be_replaced(tmp_path):
    model = GPT(ModelConfig(vocab_size=9, n_positions=4, n_layer=1, n_head=1, d_model=64), torch.Generator())
    optimizer = torch.optim.Adam(model.parameters())
    for parameter in model.parameters():
        parameter.grad = torch.ones_like(parameter)
    optimizer.step()
    state = tmp_path / "resume.safetensors"
    save_state(state, 1, model, optimizer)
    anew = torch.optim.Adam(model.parameters())
    assert load_state(state, model, anew) == 1
    if hasattr(psutil.Process(), "memory_maps"):  # macOS tells nobody
        assert str(state) not in {part.path for part in psutil.Process().memory_maps()}
    assert all(moments["exp_avg"].any() for moments in anew.state.values())


def test_a_worker_on_windows_is_of_lower_priority_and_outlives_its_terminal(monkeypatch):
    asked = []
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(psutil, "BELOW_NORMAL_PRIORITY_CLASS", 0x4000, raising=False)
    monkeypatch.setattr(subprocess, "CREATE_NO_WINDOW", 0x08000000, raising=False)
    monkeypatch.setattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0x200, raising=False)
    monkeypatch.setattr(psutil.Process, "nice", lambda self, value=None: asked.append(value))
    monkeypatch.setattr(processes, "Path", lambda name: Path("/nowhere") / "at all")
    give_way()
    assert asked == [0x4000]
    assert apart() == {"creationflags": 0x08000200}
    monkeypatch.setattr(sys, "platform", "darwin")
    assert apart() == {"start_new_session": True}
