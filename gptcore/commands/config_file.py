"""Settings from a file: `--config FILE.json` as words of the command line.

In: the words as typed. Out: the same words with the file's settings before them, so that what was typed wins.
"""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gptcore.errors import InputError

_NO_SETTINGS = ("config", "help")
_MOST_BYTES = 10_000_000


def expanded(argv: list[str], commands: Mapping[str, argparse.ArgumentParser]) -> list[str]:
    """The words of the command line, with those of a settings file.

    Args:
        commands: the parsers of all commands by name.

    Raises:
        InputError: the file cannot be read, or a setting is none of the command's.
    """
    finder = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    finder.add_argument("--config")
    try:
        file = finder.parse_known_args(argv)[0].config
    except argparse.ArgumentError as error:
        raise InputError(str(error)) from error
    if file is None or not argv or argv[0] not in commands:
        return argv
    options = {
        option.removeprefix("--").replace("-", "_"): action
        for action in commands[argv[0]]._actions
        for option in action.option_strings
        if option.startswith("--")
    }
    if "config" not in options:
        return argv
    words = []
    for name, value in _settings(file).items():
        action = options.get(name.replace("-", "_"))
        if action is None or action.dest in _NO_SETTINGS:
            raise InputError(f"--config {file} has {name!r}, which is no setting of {argv[0]}")
        words += _words(file, name, value, action)
    return [argv[0], *words, *argv[1:]]


def _settings(file: str) -> dict[str, Any]:
    try:
        if not Path(file).is_file():
            raise InputError(f"--config {file} is no file")
        if Path(file).stat().st_size > _MOST_BYTES:
            raise InputError(f"--config {file} is larger than {_MOST_BYTES:,} bytes, so it holds no settings")
        values = json.loads(Path(file).read_text(encoding="utf-8"))
    except RecursionError as error:
        raise InputError(f"--config {file} is nested too deep for settings") from error
    except InputError:
        raise
    except (OSError, ValueError) as error:
        raise InputError(f"--config {file} cannot be read as JSON: {error}") from error
    if not isinstance(values, dict):
        raise InputError(f"--config {file} must hold one JSON object of settings")
    return values


def _words(file: str, name: str, value: Any, action: argparse.Action) -> list[str]:
    """One setting as words; null means that it is not given."""
    option, is_flag = action.option_strings[0], action.nargs == 0
    if value is None or (is_flag and value is False):
        return []
    if is_flag and value is True:
        return [option]
    many = isinstance(action, argparse._AppendAction)
    for item in value if many and isinstance(value, list) else [value]:
        wanted = str if action.type is None else int | str if action.type is int else int | float | str
        if is_flag or isinstance(item, bool) or not isinstance(item, wanted):
            what = "true or false" if is_flag else "a text" if action.type is None else "a number"
            raise InputError(f"--config {file}: {name} must be {what}, not {json.dumps(value)[:100]}")
    return [f"{option}={item}" for item in (value if isinstance(value, list) else [value])]
