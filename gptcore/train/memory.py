"""Memory: whether there is enough for a run."""

from contextlib import suppress
from pathlib import Path

import psutil
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
        return int(torch.cuda.mem_get_info(device)[0])
    room = [int(psutil.virtual_memory().available)]
    if device.type == "mps":  # of the machine's memory, which it shares
        room.append(torch.mps.recommended_max_memory() - torch.mps.driver_allocated_memory())
    else:
        with suppress(OSError, ValueError, KeyError):  # on Linux, a container may have less than its machine
            about = dict(line.split() for line in _read(_CGROUP / "memory.stat").splitlines())
            limit, used = (int(_read(_CGROUP / name)) for name in ("memory.max", "memory.current"))
            room.append(limit - used + int(about["inactive_file"]))
    return min(room)


def _read(path: Path) -> str:
    return path.read_text(encoding="ascii")
