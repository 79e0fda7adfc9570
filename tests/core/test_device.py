"""Which device a run takes, on machines that this one is not: with an Nvidia GPU, with an Apple GPU, with none."""

import psutil
import pytest
import torch

from app.lab import machine
from gptcore.errors import InputError
from gptcore.train.device import devices, resolve_device, resolve_precision
from gptcore.train.memory import available_bytes


@pytest.fixture
def gpus(monkeypatch):
    """A function that gives this machine so many Nvidia GPUs, and an Apple GPU or none."""

    def give(nvidia: int = 0, apple: bool = False, macos: int = 15) -> None:
        monkeypatch.setattr(torch.cuda, "is_available", lambda: nvidia > 0)
        monkeypatch.setattr(torch.cuda, "device_count", lambda: nvidia)
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda: apple)
        monkeypatch.setattr(torch.backends.mps, "is_macos_or_newer", lambda major, minor: macos >= major)

    monkeypatch.delenv("LOCAL_RANK", raising=False)
    return give


@pytest.mark.parametrize(
    ("nvidia", "apple", "takes", "lists"),
    [
        (0, False, "cpu", ["cpu"]),
        (0, True, "mps", ["cpu", "mps"]),
        (2, False, "cuda", ["cpu", "cuda:0", "cuda:1"]),
        (1, True, "cuda", ["cpu", "cuda:0", "mps"]),
    ],
)
def test_auto_takes_cuda_then_mps_then_the_processor(gpus, nvidia, apple, takes, lists):
    gpus(nvidia, apple)
    assert str(resolve_device("auto")) == takes
    assert devices() == lists and machine.devices() == ["auto", *lists]
    assert str(resolve_device("cpu")) == "cpu"


def test_apple_s_gpu_has_one_name(gpus):
    gpus(apple=True)
    assert resolve_device("mps:0") == resolve_device("mps") == torch.device("mps")
    with pytest.raises(InputError, match="mps:1"):
        resolve_device("mps:1")
    gpus()
    with pytest.raises(InputError, match="no Apple GPU"):
        resolve_device("mps")


def test_of_several_processes_none_takes_apple_s_gpu(gpus, monkeypatch):
    gpus(apple=True)
    monkeypatch.setenv("LOCAL_RANK", "1")
    assert resolve_device("auto").type == "cpu"
    with pytest.raises(InputError, match="several processes"):
        resolve_device("mps")


def test_apple_s_gpu_calculates_in_float32_unless_asked(gpus):
    gpus(apple=True)
    assert resolve_precision("auto", torch.device("mps")) == torch.float32
    assert resolve_precision("bfloat16", torch.device("mps")) == torch.bfloat16
    gpus(apple=True, macos=13)
    with pytest.raises(InputError, match="macOS 14"):
        resolve_precision("bfloat16", torch.device("mps"))
    assert resolve_precision("float32", torch.device("mps")) == torch.float32


def test_apple_s_gpu_shares_the_machine_s_memory(monkeypatch):
    monkeypatch.setattr(torch.mps, "recommended_max_memory", lambda: 5_000)
    monkeypatch.setattr(torch.mps, "driver_allocated_memory", lambda: 2_000)
    assert available_bytes(torch.device("mps")) == 3_000
    monkeypatch.setattr(torch.mps, "recommended_max_memory", lambda: 10**18)
    assert 0 < available_bytes(torch.device("mps")) <= psutil.virtual_memory().total
