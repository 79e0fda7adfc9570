"""The command line, `python -m gptcore <command>`: reads its arguments, runs a command of gptcore.commands, prints.

The only place in gptcore that prints. Progress and messages go to stderr, results to stdout; `--json` makes the last
line of stdout one JSON object. Bad input ends with exit code 2 and one clear line, a fault of ours with 1 and one line.
"""

import argparse
import io
import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, NoReturn

from gptcore.commands import (
    beside_bert,
    claims,
    config_file,
    exercise,
    files,
    labelled,
    predicting,
    reading,
    stories,
    strategies,
    training,
    workers,
)
from gptcore.errors import GPTCoreError, InputError, is_out_of_memory

_TRACEBACK = "GPTCORE_TRACEBACK"
"""Set in the environment: a fault of ours shows where it happened."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; returns its exit code.

    Args:
        argv: its words; None: those that this process was started with.
    """
    # Threads that wait give their core to whoever wants it: spinning, a run on a busy machine is many times slower.
    # Every OpenMP that torch comes with (GNU's, LLVM's, Intel's) reads this, once, as torch is loaded. GNU's then
    # sleeps at once, which costs a sixth of a small model's speed on a quiet machine; a short look first costs nothing.
    if "OMP_WAIT_POLICY" not in os.environ:
        os.environ["OMP_WAIT_POLICY"] = "passive"
        os.environ.setdefault("GOMP_SPINCOUNT", "10000")
    # In bfloat16, oneDNN keeps what it prepared for each shape of a product, some megabytes each. Batches of
    # fine-tuning all differ in length: with its own bound of 1,024 shapes a run took 10 GB. A step of pre-training,
    # whose batches are alike, has fewer than 64.
    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "64")
    os.environ.setdefault("PYTORCH_ENABLE_MPS_FALLBACK", "1")  # what Apple's GPU cannot do yet, its processor does
    if argv is None and isinstance(sys.stdout, io.TextIOWrapper):  # a terminal in another encoding shows what it can
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        return _run(sys.argv[1:] if argv is None else list(argv))
    except KeyboardInterrupt:
        return _say("stopped; a run goes on with --resume", 130)
    except GPTCoreError as error:
        return _say(str(error), 2)
    except OSError as error:
        return _say(f"{error.filename or 'a file'}: {error.strerror or error}", 2)
    except Exception as error:
        if is_out_of_memory(error):
            return _say("there is not enough memory; take a smaller batch, a smaller model or a shorter context", 2)
        if os.environ.get(_TRACEBACK):
            raise
        return _say(f"a fault of ours: {type(error).__name__}: {error}; {_TRACEBACK}=1 shows where", 1)


def _run(argv: list[str]) -> int:
    if unreadable := [word for word in argv if not _is_utf8(word)]:
        raise InputError(f"{unreadable[0]!r} is not UTF-8; give names and values in UTF-8")
    parser, commands = _parser()
    arguments = parser.parse_args(config_file.expanded(argv, commands))
    outcome = arguments.run(arguments)
    try:
        if outcome.text:
            print(outcome.text)
        if arguments.json and outcome.text:
            print(json.dumps(outcome.values))
        sys.stdout.flush()
    except OSError as error:
        with suppress(OSError, ValueError):  # or Python tries once more to write what is left, when it ends
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise InputError(f"the result cannot be written to stdout ({error.strerror}); all else is done") from error
    return 0


def _say(message: str, code: int) -> int:
    with suppress(OSError):
        print("gptcore:", " ".join(message.split()), file=sys.stderr)
    return code


def _is_utf8(word: str) -> bool:
    with suppress(UnicodeEncodeError):
        return word.encode() is not None
    return False


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise InputError(f"{message}; {self.prog} --help lists what there is")


def _parser() -> tuple[_Parser, dict[str, argparse.ArgumentParser]]:
    """The parser of the whole command line, and those of the commands by name."""
    parser = _Parser(prog="python -m gptcore", description="Train, measure and use a small GPT-1.")
    commands: Any = parser.add_subparsers(dest="command", required=True)
    using = predicting, reading, strategies, beside_bert
    for group in (training, labelled, *using, files, stories, claims, exercise, workers):
        group.add(commands)
    return parser, commands.choices


if __name__ == "__main__":
    sys.exit(main())
