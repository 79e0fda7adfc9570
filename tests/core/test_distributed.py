"""Two processes that torchrun starts take the same steps as one with the whole batch."""

import json
import subprocess
import sys

import pytest
import torch
import torch.distributed as dist

from gptcore.train.distributed import current_group, leave_group
from gptcore.train.run_folder import RunFolder

SHAPE = dict(n_layer=2, n_head=2, d_model=16, n_positions=16, vocab_size=300, dropout=0)
SETTINGS = dict(
    steps=12,
    batch_size=4,
    learning_rate=3e-3,
    warmup=2,
    precision="float32",
    device="cpu",
    threads=1,
    validate_every=6,
    seed=3,
)
PRETRAIN = [word for k, v in {**SHAPE, **SETTINGS}.items() for word in ("--" + k.replace("_", "-"), str(v))]


def run(out, arguments, processes=None) -> dict:
    """By itself, or under torchrun as so many processes."""
    starter = [sys.executable, "-m"]
    if processes:
        starter += ["torch.distributed.run", f"--nproc-per-node={processes}", "--standalone", "-m"]
    done = subprocess.run(
        [*starter, "gptcore", *arguments, "--out", str(out), "--json"],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    return json.loads(done.stdout.splitlines()[-1])


def losses(out) -> list[float]:
    return [update.losses["loss"] for update in RunFolder(out).metrics.read().updates]


@pytest.mark.slow
def test_under_torchrun_one_process_and_two_give_the_losses_of_one_by_itself(corpus, tmp_path):
    command = ["pretrain", "--corpus", str(corpus), *PRETRAIN]
    alone = run(tmp_path / "alone", command)
    for processes in (1, 2):
        grouped = run(tmp_path / f"of {processes}", command, processes)
        assert grouped["valid_loss"] == pytest.approx(alone["valid_loss"], abs=1e-4)
        assert losses(tmp_path / f"of {processes}") == pytest.approx(losses(tmp_path / "alone"), abs=1e-4)


def test_one_process_under_torchrun_is_a_group(monkeypatch):
    monkeypatch.setattr(dist, "is_torchelastic_launched", lambda: True)
    started = []
    monkeypatch.setattr(dist, "init_process_group", lambda backend, **_: started.append(backend))
    assert current_group(torch.device("cpu"), batch_size=3).is_main
    assert started == ["gloo"]


def test_a_group_is_left_in_order_and_only_once():
    dist.init_process_group("gloo", store=dist.HashStore(), rank=0, world_size=1)
    leave_group()
    assert not dist.is_initialized()
    leave_group()
