"""Nothing is lost: a run that dies at any moment resumes exactly, and damaged files cost no more than themselves."""

import json
import subprocess
import sys

import pytest

from gptcore.errors import CheckpointError
from gptcore.train.events import Validated
from gptcore.train.metrics import Metrics
from gptcore.train.run_folder import RunFolder
from tests.serving import ROOT


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["pretrain", "finetune"])
def test_a_run_that_dies_at_any_moment_resumes_to_the_last_digit(kind, corpus, tmp_path):
    command = [sys.executable, "-m", "tests.core.sweep", kind, str(corpus), str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["moments"] > 60
    assert found["failed"] == {}, done.stderr[-2000:]


@pytest.fixture
def folder(tmp_path) -> RunFolder:
    return RunFolder(tmp_path)


def test_a_line_that_was_cut_short_does_not_swallow_the_next(folder):
    folder.metrics.append(Validated(1, {"valid_loss": 2.0}))
    with (folder.path / "metrics.jsonl").open("a") as file:
        file.write('{"step": 2, "valid_')
    assert [look.step for look in folder.metrics.read().validations] == [1]
    folder.metrics.append(Validated(3, {"valid_loss": 1.0}))
    folder.metrics.append(Validated(4, {"valid_loss": 0.5}))
    assert [look.step for look in folder.metrics.read().validations] == [1, 3, 4]
    folder.metrics.forget_after(3)
    assert (folder.path / "metrics.jsonl").read_text().count("\n") == 2


@pytest.mark.parametrize(
    "line", ["[]", "5", '{"step": "x"}', '{"step": 1, "losses": {}}', '{"step": 1, "valid_loss": null}', "[" * 99_999]
)
def test_damaged_lines_are_left_out(folder, line):
    (folder.path / "metrics.jsonl").write_text(line + '\n{"step": 2, "valid_loss": 1.0}\n')
    assert folder.metrics.read() == Metrics((), (Validated(2, {"valid_loss": 1.0}),))


@pytest.mark.parametrize("card", ["", "[1]", '{"result": 5}', '{"result": {"valid_loss": "x"}}', "[" * 99_999, "\0"])
def test_a_damaged_card_is_a_reason_not_a_crash(folder, card):
    folder.card.write_text(card)
    with pytest.raises(CheckpointError, match=r"card\.json"):
        folder.result()


def test_opening_a_run_sweeps_what_was_half_written(folder):
    (folder.path / "snapshots" / "step-0000001").mkdir(parents=True)
    strays = [folder.path / "card.json.abc.tmp", folder.path / "snapshots" / "step-0000001" / "model.safetensors.x.tmp"]
    for stray in strays:
        stray.write_text("half")
    folder.open({})
    assert not any(stray.exists() for stray in strays)
