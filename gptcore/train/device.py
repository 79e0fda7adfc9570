"""Which processor a run uses and how exactly it calculates there."""

import os

import torch

from gptcore.errors import InputError
from gptcore.train.settings import DEVICES, Precision


def devices() -> list[str]:
    """Names of those that this machine has."""
    gpus = [f"cuda:{index}" for index in range(torch.cuda.device_count())]
    return ["cpu", *gpus, *(["mps"] if torch.backends.mps.is_available() else [])]


def resolve_device(name: str) -> torch.device:
    """ "auto" becomes a GPU where there is one: Nvidia's or AMD's ("cuda"), or Apple's ("mps"). Of several processes
    (torchrun), each takes its own; they share no Apple GPU, which has no exchange of gradients.

    Apple's could not be tried where this was written: what it needs is read from torch's documentation.

    Raises:
        InputError: the name is no device, or this machine does not have it.
    """
    several = "LOCAL_RANK" in os.environ
    if name == "auto":
        has_apple = torch.backends.mps.is_available() and not several
        name = "cuda" if torch.cuda.is_available() else "mps" if has_apple else "cpu"
    if name == "cuda" and several:
        name = f"cuda:{os.environ['LOCAL_RANK']}"
    try:
        device = torch.device(name)
    except (RuntimeError, TypeError) as error:
        raise InputError(f"device must be {DEVICES}, not {name!r}") from error
    if device.type not in ("cpu", "cuda", "mps") or (device.type != "cuda" and device.index):
        raise InputError(f"device must be {DEVICES}, not {name!r}")
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise InputError(
            f"this machine has {torch.cuda.device_count()} GPUs, so {name!r} is not there; use cpu or auto"
        )
    if device.type == "mps" and not torch.backends.mps.is_available():
        raise InputError(f"this machine has no Apple GPU, so {name!r} is not there; use cpu or auto")
    if device.type == "mps" and several:
        raise InputError(f"several processes cannot train on {name!r}; use cpu, or one process")
    return device if device.type == "cuda" else torch.device(device.type)


def resolve_precision(precision: Precision, device: torch.device) -> torch.dtype:
    """The dtype of matrix products: "auto" becomes bfloat16 only where the hardware multiplies it.

    Raises:
        InputError: the machine has no bfloat16.
    """
    if precision == "auto":
        precision = "bfloat16" if _multiplies_bfloat16(device) else "float32"
    elif precision == "bfloat16" and device.type == "mps" and not torch.backends.mps.is_macos_or_newer(14, 0):
        raise InputError("an Apple GPU calculates in bfloat16 from macOS 14 on; use float32")
    return torch.bfloat16 if precision == "bfloat16" else torch.float32


def autocast(device: torch.device, dtype: torch.dtype) -> torch.autocast:
    """Matrix products in `dtype` inside this context; weights, sums and the optimiser stay float32."""
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=dtype == torch.bfloat16)


def _multiplies_bfloat16(device: torch.device) -> bool:
    if device.type == "cuda":
        return torch.cuda.get_device_capability(device) >= (8, 0)
    if device.type == "mps":  # some do; float32 is safe until somebody has measured it
        return False
    # torch may have been told to keep to older instructions (ATEN_CPU_CAPABILITY), or be built for them alone.
    is_used = torch.backends.cpu.get_cpu_capability().startswith("AVX512")
    return is_used and torch.cpu.get_capabilities().get("avx512_bf16", False)
