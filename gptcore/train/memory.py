"""Memory: whether there is enough for a run."""

from contextlib import suppress
from pathlib import Path

import torch

from gptcore.config import ModelConfig
from gptcore.errors import InputError
from gptcore.train.estimate import memory_bytes

_CGROUP = Path("/sys/fs/cgroup")


def require_memory(config: ModelConfig, batch_size: int, device: torch.device) -> None:
    """Refuses a run that the memory free now cannot hold, by the estimate of gptcore.train.estimate.

    Raises:
        InputError: says how much is missing, and what to take smaller.
    """
    free = available_bytes(device)
    needed = memory_bytes(config, batch_size)
    if free is None or needed <= free:
        return
    fixed = memory_bytes(config, 0)
    rows = int((free - fixed) / (memory_bytes(config, 1) - fixed))
    smaller = f"at most {rows:,} rows per update" if rows > 0 else "a smaller model: fewer layers, width or context"
    raise InputError(
        f"this run needs about {needed / 1e9:,.1f} GB of memory, and {free / 1e9:,.1f} GB are free; take {smaller}"
    )


def available_bytes(device: torch.device) -> int | None:
    """Memory that a new process may take on a device now; None where that cannot be told."""
    if device.type == "cuda":
        return torch.cuda.mem_get_info(device)[0]
    found = []
    with suppress(OSError, ValueError, KeyError):
        lines = Path("/proc/meminfo").read_text().splitlines()
        about = dict(line.split(":", 1) for line in lines)
        found.append(1024 * int(about["MemAvailable"].split()[0]))
    with suppress(OSError, ValueError, KeyError):  # a container may have less than its machine
        about = dict(line.split() for line in (_CGROUP / "memory.stat").read_text().splitlines())
        limit, used = (int((_CGROUP / name).read_text()) for name in ("memory.max", "memory.current"))
        found.append(limit - used + int(about["inactive_file"]))
    return min(found, default=None)
