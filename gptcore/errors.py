"""What gptcore raises on purpose.

    GPTCoreError
    ├── InputError (ValueError)         a value, text or file from outside is not usable
    │   └── ConfigError                 settings that do not fit together; lists every problem
    ├── CheckpointError (RuntimeError)  a folder is no checkpoint, or its parts do not fit each other
    ├── TrainingError (RuntimeError)    a run cannot go on (a loss that is not finite)
    └── StorageError (RuntimeError)     runs cannot be read or written: a full disk, a read-only folder

Every message says what is wrong, with the values, and what to do next. The command line turns
each into one line and exit code 2; the app shows it as a message.
"""

from collections.abc import Sequence


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error of Python, numpy or torch says that memory ran out."""
    name, text = type(error).__name__, str(error)
    return (
        isinstance(error, MemoryError)
        or name == "OutOfMemoryError"
        or "allocate memory" in text
        or ("not enough memory" in text)
    )


class GPTCoreError(Exception):
    """Base of everything gptcore raises on purpose."""


class InputError(GPTCoreError, ValueError):
    """A value, text or file from outside is not usable."""


class ConfigError(InputError):
    """Settings that are out of range or do not fit together.

    Args:
        problems: one sentence per problem; all are shown at once.
    """

    def __init__(self, problems: Sequence[str]):
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))


class CheckpointError(GPTCoreError, RuntimeError):
    """A folder is no checkpoint, or its weights, config and tokenizer do not fit each other."""


class TrainingError(GPTCoreError, RuntimeError):
    """A training run cannot go on."""


class StorageError(GPTCoreError, RuntimeError):
    """The place where runs are kept cannot be read or written now."""
