"""Several processes that train one model, as `torchrun` starts them: who is who, and what they do together.

Each process computes the gradients of its share of a batch; DistributedDataParallel averages them, so all take the
same step. Only the leader writes, validates and reports.
"""

import os
from dataclasses import dataclass

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from gptcore.errors import InputError


@dataclass(frozen=True)
class Group:
    """This process among those that train together."""

    rank: int = 0
    world_size: int = 1

    @property
    def is_main(self) -> bool:
        """Whether this is the process that writes and reports."""
        return self.rank == 0

    def wait(self) -> None:
        """Until all processes are here."""
        if dist.is_initialized():
            dist.barrier()

    def mean(self, values: Tensor) -> Tensor:
        """The mean of all processes' values."""
        if dist.is_initialized():
            dist.all_reduce(values)
            values /= self.world_size
        return values

    def wrap(self, losses: nn.Module, device: torch.device) -> nn.Module:
        """The same module, whose backward leaves the mean of all processes' gradients."""
        if not dist.is_initialized():
            return losses
        return DistributedDataParallel(losses, device_ids=[device] if device.type == "cuda" else None)


ALONE = Group()


def current_group(device: torch.device, batch_size: int) -> Group:
    """The group that `torchrun` put this process into; of one, if it was started by itself. One process that `torchrun`
    started takes the way of several, so that a machine with one GPU can try it.

    Raises:
        InputError: the batch cannot be shared out evenly.
    """
    world_size = int(os.environ.get("WORLD_SIZE", "1"))
    if batch_size % world_size:
        raise InputError(f"batch_size ({batch_size}) must be a multiple of the {world_size} processes that share it")
    if (world_size > 1 or dist.is_torchelastic_launched()) and not dist.is_initialized():
        is_gpu = device.type == "cuda"
        dist.init_process_group("nccl" if is_gpu else "gloo", device_id=device if is_gpu else None)
    return Group(int(os.environ.get("RANK", "0")), world_size)


def leave_group() -> None:
    """Waits for all processes and parts from them: one that just ended would be taken for dead, and end the others."""
    if dist.is_initialized():
        dist.barrier()
        dist.destroy_process_group()
