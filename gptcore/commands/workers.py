"""The command that executes runs from the Lab's queue: worker."""

import argparse
from contextlib import suppress
from typing import Any

from gptcore.commands.command import Outcome, add_command
from gptcore.errors import InputError

_MOST_SLOTS = 1_000


def add(commands: Any) -> None:
    """Adds it to a parser."""
    p = add_command(commands, "worker", _worker, "execute runs that were started in the app")
    p.add_argument("--device", default="cpu", help="cpu, cuda:N or mps: whose queue (%(default)s)")
    p.add_argument("--slot", type=int, default=1, help="another number allows another worker beside (%(default)s)")
    p.add_argument(
        "--starter", type=int, metavar="PID", help="end when that process is gone and nothing waits any more"
    )
    p.add_argument("--once", action="store_true", help="end when nothing waits any more")


def _worker(arguments: argparse.Namespace) -> Outcome:
    from gptcore.lab import corpora as texts
    from gptcore.lab.processes import give_way
    from gptcore.lab.store import HOME
    from gptcore.lab.worker import work
    from gptcore.train.device import resolve_device

    if not 1 <= arguments.slot <= _MOST_SLOTS:
        raise InputError(f"--slot must be a whole number from 1 to {_MOST_SLOTS}, not {arguments.slot}")
    if arguments.starter is not None and not 1 <= arguments.starter < 2**31:
        raise InputError(f"--starter must be the id of a process, not {arguments.starter}")
    device = str(resolve_device(arguments.device))
    give_way()
    with suppress(OSError):  # ready before somebody asks for it; on a full disk, whoever asks is told
        texts.make(HOME, "storyworld")
    if not work(device, slot=arguments.slot, once=arguments.once, starter=arguments.starter):
        raise InputError(f"worker {arguments.slot} of {device} runs already; --slot 2 starts another")
    return Outcome("nothing waits any more", {})
