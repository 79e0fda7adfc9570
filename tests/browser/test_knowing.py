"""A sentence of one's own in Tasks, in a real browser: the verdict, what the model learnt from, and a warning where the
text is in another language. The model is fine-tuned here, for seconds, on labels of chance: what the page says of a
text does not depend on the answer."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser.test_tasks import PIECES, Tasks
from tests.serving import ROOT, running_app

TEXTS = ROOT / "tests" / "benchmarks" / "texts"


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """A home of the program with one model of one's own, which knows remarks on films."""
    folder = tmp_path_factory.mktemp("home")
    for name, source in (("train", "films"), ("test", "praise")):
        with (folder / f"{name}.csv").open("w", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["text", "label"])
            for i, line in enumerate((TEXTS / f"{source}.txt").read_text().splitlines()):
                rows.writerow([line, ("negative", "positive")[i % 2]])
    command = [sys.executable, "-m", "gptcore", "finetune", "--model", "books", "--task", "classification"]
    files = ["--train", folder / "train.csv", "--test", folder / "test.csv", "--out", folder / "models" / "my-films"]
    subprocess.run([*command, *map(str, files), "--epochs", "1", "--threads", "1"], cwd=ROOT, check=True)
    return folder


@pytest.fixture
def tasks(browser, home, tmp_path):
    """A learner on a server that has the model."""
    with running_app(tmp_path / "log.txt", home=home) as server:
        learner = Tasks(browser, server.url)
        yield learner
        learner.close()
    assert [complaint for complaint in learner.complaints if "404" not in complaint] == []


def test_a_sentence_of_ones_own_gets_a_verdict_and_another_language_a_warning(tasks):
    page = tasks.page
    page.goto(f"{tasks.url}tasks?task=Classification&task_model=my-films")
    tasks.wait_for({}, PIECES)
    before = tasks.stamps()
    tasks.widget("text_a", "input").fill("I love this movie, it is a great film.")
    tasks.wait_for(before, PIECES)
    assert len(tasks.verdict) == 2
    page.get_by_text("Learnt from 32 examples of train.csv").wait_for()
    width = tasks.widget("verdict").bounding_box()["width"]
    warning = page.get_by_text("Take its answer as a guess")
    assert warning.count() == 0
    before = tasks.stamps()
    tasks.widget("text_a", "input").fill("Esta película es maravillosa y me ha gustado mucho.")
    tasks.wait_for(before, PIECES)
    warning.wait_for()
    assert warning.bounding_box()["y"] < tasks.widget("verdict").bounding_box()["y"]
    assert tasks.widget("verdict").bounding_box()["width"] == width
    assert page.locator(".st-key-rows .chip.new, .st-key-rows .chip.unknown").count() > 5
