"""How a command's threads wait for each other: they sleep after a short look, unless its user wants them to spin."""

import os
import re
import subprocess
import sys

import pytest

from tests.serving import ROOT


def _spins(**environment: str) -> int:
    """How often a thread looks again before it sleeps, as the OpenMP says that torch comes with when a command loads
    it."""
    kept = {name: value for name, value in os.environ.items() if name not in ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT")}
    command = [sys.executable, "-m", "gptcore", "generate", "--prompt", "Once", "--max-new-tokens", "1"]
    done = subprocess.run(
        [*command, "--model", str(ROOT / "assets" / "early" / "step-0000000")],
        cwd=ROOT,
        env={**kept, "OMP_DISPLAY_ENV": "verbose", **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    if (found := re.search(r"GOMP_SPINCOUNT = '(\d+)'", done.stderr)) is None:
        pytest.skip("torch comes with another OpenMP than GNU's here")
    return int(found[1])


def test_a_commands_threads_look_for_a_moment_and_then_sleep():
    assert _spins() == 10_000


def test_a_command_waits_as_its_user_wants():
    assert _spins(OMP_WAIT_POLICY="active") > 1_000_000
    assert _spins(OMP_WAIT_POLICY="passive") == 0
    assert _spins(GOMP_SPINCOUNT="500") == 500


def test_torch_is_not_loaded_before_a_command_can_prepare_its_process():
    code = "import sys, gptcore.__main__; assert 'torch' not in sys.modules; import gptcore; gptcore.GPT; gptcore.trace"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_a_name_that_is_not_there_is_told():
    code = "import gptcore\ntry: gptcore.Nothing\nexcept AttributeError as error: print(error)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "Nothing" in done.stdout
