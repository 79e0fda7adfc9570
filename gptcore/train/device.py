"""Which processor a run uses and how exactly it calculates there."""

import os
from contextlib import AbstractContextManager

import torch

from gptcore.errors import InputError
from gptcore.train.settings import Precision


def resolve_device(name: str) -> torch.device:
    """ "auto" becomes the GPU where there is one; of several processes (torchrun), each takes its own.

    Raises:
        InputError: the name is no device, or this machine does not have it.
    """
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    if name == "cuda" and "LOCAL_RANK" in os.environ:
        name = f"cuda:{os.environ['LOCAL_RANK']}"
    try:
        device = torch.device(name)
    except (RuntimeError, TypeError) as error:
        raise InputError(f"device must be auto, cpu, cuda or cuda:N, not {name!r}") from error
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise InputError(
            f"this machine has {torch.cuda.device_count()} GPUs, so {name!r} is not there; use cpu or auto"
        )
    if device.type not in ("cpu", "cuda") or (device.type == "cpu" and device.index):
        raise InputError(f"device must be auto, cpu, cuda or cuda:N, not {name!r}")
    return device


def resolve_precision(precision: Precision, device: torch.device) -> torch.dtype:
    """The dtype of matrix products: "auto" becomes bfloat16 only where the hardware multiplies it."""
    if precision == "auto":
        precision = "bfloat16" if _multiplies_bfloat16(device) else "float32"
    return torch.bfloat16 if precision == "bfloat16" else torch.float32


def autocast(device: torch.device, dtype: torch.dtype) -> AbstractContextManager:
    """Matrix products in `dtype` inside this context; weights, sums and the optimiser stay float32."""
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=dtype == torch.bfloat16)


def _multiplies_bfloat16(device: torch.device) -> bool:
    if device.type == "cuda":
        return torch.cuda.get_device_capability(device) >= (8, 0)
    # torch may have been told to keep to older instructions (ATEN_CPU_CAPABILITY), or be built for them alone.
    is_used = torch.backends.cpu.get_cpu_capability().startswith("AVX512")
    return is_used and torch.cpu.get_capabilities().get("avx512_bf16", False)
