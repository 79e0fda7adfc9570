"""What the computer has for a run."""

import os

from gptcore.train import device


def cores() -> int:
    """Processor cores that a run on the CPU takes."""
    return min(8, os.cpu_count() or 1)


def devices() -> list[str]:
    """Where a run may be executed."""
    return ["auto", *device.devices()]
