"""What the server has loaded once a page is drawn: nothing that only another page, or a training run, needs."""

import json
import subprocess
import sys

import pytest

from tests.serving import ROOT

TRAINING = {"gptcore.train.loop", "gptcore.train.pretrain", "gptcore.lab.queue", "gptcore.lab.worker", "huey"}
LARGE = {"torch._dynamo", "sympy", "sklearn", "scipy.stats", "transformers"}
UNNEEDED = {
    "explore": TRAINING | LARGE | {"scipy", "app.tasks", "app.lab", "app.worked"},
    "decoding": TRAINING | LARGE | {"scipy", "app.explore", "app.tasks", "app.lab", "app.worked"},
    "tasks": TRAINING | LARGE | {"app.explore", "app.lab", "app.worked"},
    "worked": TRAINING | LARGE | {"app.explore", "app.lab", "app.tasks"},
}
_DRAW = """
import json, sys
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash
page = AppTest.from_file({main!r}, default_timeout=60)
page._page_hash = calc_hash({url!r})  # as a browser that opens this address; AppTest itself goes by way of Explore
page.run()
assert not page.exception, page.exception
print(json.dumps(sorted(sys.modules)))
"""


@pytest.mark.parametrize("page", UNNEEDED)
def test_a_page_loads_nothing_large_that_it_does_not_need(page):
    script = _DRAW.format(main=str(ROOT / "app" / "main.py"), url="" if page == "explore" else page)
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    loaded = set(json.loads(done.stdout.splitlines()[-1]))
    assert f"app.{page}.text" in loaded
    assert sorted(UNNEEDED[page] & loaded) == []
