"""The arithmetic of our components' scripts, in node: tests/js/*.test.mjs. Skipped where there is no node."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from app.shared.browser import assets
from app.shared.browser.assets import script, style

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


def test_what_components_share_is_in_front_of_their_own():
    """Each name of the table is a script or a style of the folder, and each component's own comes last."""
    folder = Path(assets.__file__).parent
    for name, used in assets._USES.items():
        for kind, given in (("js", script(name)), ("css", style(name))):
            files = [folder / f"{one}.{kind}" for one in used]
            texts = [file.read_text("utf-8") for file in files if file.is_file()]
            assert given.startswith("\n".join(texts)), name
            assert given.endswith((folder / name / f"{name}.{kind}").read_text("utf-8") + "\n"), name
        assert all((folder / f"{one}.js").is_file() or (folder / f"{one}.css").is_file() for one in used), name
