"""What every command is made of: its options, and an outcome for people and for programs."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


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
    parser = commands.add_parser(name, help=description, description=description)
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line of stdout")
    parser.set_defaults(run=run)
    return parser


def given(arguments: argparse.Namespace, names: tuple[str, ...]) -> dict[str, Any]:
    """The options among `names` that have a value."""
    return {name: value for name in names if (value := getattr(arguments, name)) is not None}
