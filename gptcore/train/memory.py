"""Memory: whether there is enough for a run, and keeping what a training step frees, so that the next finds it again.

glibc gives large blocks back to the operating system at once and asks for them anew a moment later; each page is then
cleared and mapped again, which takes up to a fifth of a training step on a CPU.
"""

import ctypes
import sys
from contextlib import suppress
from pathlib import Path

import psutil
import torch

from gptcore.config import ModelConfig
from gptcore.errors import InputError
from gptcore.train.estimate import memory_bytes

_CGROUP = Path("/sys/fs/cgroup")
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # names of mallopt's settings, from <malloc.h>


def keep_freed_memory() -> None:
    """Tells the process's allocator to keep what is freed; does nothing where there is no glibc."""
    if not sys.platform.startswith("linux"):
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_MMAP_THRESHOLD, 1 << 30)
        mallopt(_TRIM_THRESHOLD, (1 << 31) - 1)


def require_memory(config: ModelConfig, batch_size: int, device: torch.device) -> None:
    """Refuses a run that the memory free now cannot hold, by the estimate of gptcore.train.estimate.

    Raises:
        InputError: says how much is missing, and what to take smaller.
    """
    free = available_bytes(device)
    needed = memory_bytes(config, batch_size)
    if needed <= free:
        return
    fixed = memory_bytes(config, 0)
    rows = int((free - fixed) / (memory_bytes(config, 1) - fixed))
    smaller = f"at most {rows:,} rows per update" if rows > 0 else "a smaller model: fewer layers, width or context"
    raise InputError(
        f"this run needs about {needed / 1e9:,.1f} GB of memory, and {free / 1e9:,.1f} GB are free; take {smaller}"
    )


def available_bytes(device: torch.device) -> int:
    """Memory that a new process may take on a device now."""
    if device.type == "cuda":
        return torch.cuda.mem_get_info(device)[0]
    if device.type == "mps":  # of the machine's memory, which it shares
        room = torch.mps.recommended_max_memory() - torch.mps.driver_allocated_memory()
        return min(room, psutil.virtual_memory().available)
    found = [psutil.virtual_memory().available]
    with suppress(OSError, ValueError, KeyError):  # on Linux, a container may have less than its machine
        about = dict(line.split() for line in _read(_CGROUP / "memory.stat").splitlines())
        limit, used = (int(_read(_CGROUP / name)) for name in ("memory.max", "memory.current"))
        found.append(limit - used + int(about["inactive_file"]))
    return min(found)


def _read(path: Path) -> str:
    return path.read_text(encoding="ascii")
