"""The command line, `python -m gptcore <command>`: reads its arguments, runs a command of gptcore.commands, prints.

The only place in gptcore that prints. Progress and messages go to stderr, results to stdout; `--json` makes the last
line of stdout one JSON object. Bad input ends with exit code 2 and one clear line.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gptcore.commands import files, labelled, reading, stories, training, workers
from gptcore.errors import GPTCoreError, InputError


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; returns its exit code."""
    arguments = _parser().parse_args(argv)
    try:
        if getattr(arguments, "config", None):
            arguments = _with_config_file(arguments, sys.argv[1:] if argv is None else argv)
        outcome = arguments.run(arguments)
    except GPTCoreError as error:
        print(f"gptcore: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("gptcore: stopped; a run goes on with --resume", file=sys.stderr)
        return 130
    if outcome.text:
        print(outcome.text)
    if arguments.json and outcome.text:
        print(json.dumps(outcome.values))
    return 0


def _with_config_file(arguments: argparse.Namespace, argv: Sequence[str]) -> argparse.Namespace:
    """Values of --config FILE.json as defaults: what stands on the command line wins."""
    try:
        values = json.loads(Path(arguments.config).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"--config {arguments.config} cannot be read as JSON: {error}") from error
    if not isinstance(values, dict):
        raise InputError(f"--config {arguments.config} must hold one JSON object of settings")
    known = vars(arguments)
    if unknown := [name for name in values if name.replace("-", "_") not in known]:
        raise InputError(f"--config {arguments.config} has settings that {arguments.command} does not: {unknown}")
    words = [word for name, value in values.items() for word in _as_words(name, value)]
    return _parser().parse_args([arguments.command, *words, *list(argv)[1:]])


def _as_words(name: str, value: Any) -> list[str]:
    option = "--" + name.replace("_", "-")
    if isinstance(value, bool):
        return [option] if value else []
    if isinstance(value, list):
        return [word for item in value for word in (option, str(item))]
    return [option, str(value)]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m gptcore", description="Train, measure and use a small GPT-1.")
    commands = parser.add_subparsers(dest="command", required=True)
    for group in (training, labelled, reading, files, stories, workers):
        group.add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
