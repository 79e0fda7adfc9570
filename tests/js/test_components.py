"""The arithmetic of our components' scripts, in node: tests/js/*.test.mjs. Skipped where there is no node."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from app.shared.browser.assets import script

HERE = Path(__file__).parent
NAMES = re.compile(r"^(?:async )?(?:function|const) (\w+)", re.MULTILINE)


@pytest.mark.skipif(not shutil.which("node"), reason="node is not installed")
@pytest.mark.parametrize("name", sorted(path.name.removesuffix(".test.mjs") for path in HERE.glob("*.test.mjs")))
def test_component(name, tmp_path):
    """Each module is what a browser gets, with all its names exported."""
    module = script(name)
    (tmp_path / f"{name}.mjs").write_text(f"{module}\nexport {{ {', '.join(NAMES.findall(module))} }};\n", "utf-8")
    test = shutil.copy(HERE / f"{name}.test.mjs", tmp_path)
    done = subprocess.run(["node", "--test", test], env={**os.environ, "NO_COLOR": "1"}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert "# pass 0" not in done.stdout
