"""What every command is made of: its options, and an outcome for people and for programs."""

import argparse
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gptcore.errors import InputError


@dataclass(frozen=True)
class Outcome:
    """What a command has found or done."""

    text: str
    """For people."""
    values: dict[str, Any]
    """For programs: what --json prints."""


NOTHING = Outcome("", {})
"""Of a process that only helps another (torchrun): the other one reports."""

Run = Callable[[argparse.Namespace], Outcome]


def add_command(commands: Any, name: str, run: Run, description: str) -> argparse.ArgumentParser:
    """A command without options yet, but for --json."""
    parser: argparse.ArgumentParser = commands.add_parser(name, help=description, description=description)
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line of stdout")
    parser.set_defaults(run=run)
    return parser


def given(arguments: argparse.Namespace, names: tuple[str, ...]) -> dict[str, Any]:
    """The options among `names` that have a value."""
    return {name: value for name in names if (value := getattr(arguments, name)) is not None}


def require_place(option: str, folder: str) -> None:
    """Makes sure, before any work, that a folder can be made or written to. Leaves nothing behind.

    Args:
        option: what messages call it, "--out" say.

    Raises:
        InputError: it cannot.
    """
    if not folder:
        raise InputError(f"{option} is empty; name a folder")
    path = Path(folder).absolute()
    try:
        place = next(place for place in (path, *path.parents) if _is_there(place))
        os.rmdir(tempfile.mkdtemp(dir=place))
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the name
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{option} {folder} cannot be made or written ({reason}); choose another folder") from error


def _is_there(path: Path) -> bool:
    try:
        os.stat(path)
    except FileNotFoundError:
        return False
    return True
