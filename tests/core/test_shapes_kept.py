"""A command's memory does not grow with every shape that its products have."""

import os
import subprocess
import sys

import pytest

from tests.serving import ROOT

NAME = "ONEDNN_PRIMITIVE_CACHE_CAPACITY"


@pytest.mark.parametrize(("given", "kept"), [({}, "64"), ({NAME: "9"}, "9")])
def test_a_command_bounds_what_is_prepared_for_shapes(given, kept):
    code = (
        "import os; from gptcore.__main__ import main; code = main(['generate', '--model', 'none such']); "
        f"print(code, os.environ['{NAME}'])"
    )
    environment = {name: value for name, value in os.environ.items() if name != NAME}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment | given, capture_output=True, text=True, check=True
    )
    assert done.stdout.split()[:2] == ["2", kept]
