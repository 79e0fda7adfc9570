"""A learner's own corrections: examples that a model got wrong, or is to keep right, with the right answer.

One small JSON file for each learner and model, beside the runs. Its name is a hash, so neither a learner's id nor a
model's name ever becomes a path. Two tabs may change a set at once: each change reads, changes and writes under a lock.
"""

import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

from gptcore.checkpoints.checkpoint import write_json
from gptcore.errors import CheckpointError, InputError, StorageError
from gptcore.files import read_object, rename
from gptcore.lab.locks import alone
from gptcore.lab.storage import BROKEN, storing
from gptcore.tasks.examples import TEXT_COLUMNS, Example
from gptcore.tasks.files.cells import as_text
from gptcore.tasks.files.scores import MAX_SCORE
from gptcore.tasks.task import Task

MOST = 50
"""Examples of a set: it is for mistakes met one by one; more of them are a file to fine-tune on."""
_PATIENCE = 5.0
"""Seconds to wait for another tab's change."""


def require_example(task: Task, example: Example) -> None:
    """Makes sure that a model can learn an example.

    Raises:
        InputError: it has other texts than the task's, or an answer that the model cannot give.
    """
    n_texts, n_fixed = len(example.texts), len(TEXT_COLUMNS[task.kind])
    is_choice = task.kind == "multiple_choice"
    if not (n_texts >= n_fixed + 2 if is_choice else n_texts == n_fixed):
        raise InputError(f"an example of {task.kind.replace('_', ' ')} does not have {n_texts} texts")
    if any(as_text(text, "text") is None for text in example.texts):
        raise InputError("one of the texts is empty; write something")
    target = example.target
    if task.labels is not None:
        if target not in task.labels:
            raise InputError(f"{target!r:.60} is none of the model's answers ({', '.join(task.labels)})")
    elif is_choice:
        if type(target) is not int or not 0 <= target < n_texts - 1:
            raise InputError(f"the right answer must be one of the {n_texts - 1} answers")
    elif isinstance(target, bool | str) or not math.isfinite(target) or abs(target) > MAX_SCORE:
        raise InputError(f"a score is a number like 3.5, not {target!r:.60}")


def fits(task: Task, example: Example) -> bool:
    """Whether a model can learn it: a model of the same name may have been replaced since it was added."""
    with suppress(InputError):
        require_example(task, example)
        return True
    return False


class Corrections:
    """One learner's set for one model.

    Args:
        home: where runs are kept.
        owner: the learner's anonymous id.
        model: its name.
    """

    def __init__(self, home: Path, owner: str, model: str):
        self._home = home
        name = blake2b(f"{owner} {model}".encode(), digest_size=16).hexdigest()
        self._path = home / "examples" / f"corrections-{name}.json"

    def examples(self) -> tuple[Example, ...]:
        """In the order in which they were added.

        Raises:
            StorageError: they cannot be read.
        """
        with storing(self._home):
            if not self._path.exists():
                return ()
            try:
                return tuple(map(_example, read_object(self._path)["examples"]))
            except (CheckpointError, KeyError, TypeError, ValueError):  # damaged: kept, but out of the way
                with suppress(FileNotFoundError):  # the other tab was faster
                    rename(self._path, self._path.with_suffix(BROKEN.rstrip("-")))
                return ()

    def put(self, task: Task, example: Example) -> None:
        """Adds an example, or gives one with the same texts another answer.

        Raises:
            InputError: the model cannot learn it, or there are too many.
            StorageError: it cannot be written.
        """
        require_example(task, example)
        self._change(lambda known: _with(known, example))

    def restore(self, example: Example) -> None:
        """Adds an example that was there before, whether or not it fits the model; raises as above."""
        self._change(lambda known: _with(known, example))

    def remove(self, texts: Sequence[str]) -> None:
        """Removes the example with these texts, if there is one; StorageError as above."""
        self._change(lambda known: [other for other in known if other.texts != tuple(texts)])

    def _change(self, change: Callable[[Sequence[Example]], list[Example]]) -> None:
        with storing(self._home), alone(self._path.with_suffix(".lock"), _PATIENCE) as mine:
            if not mine:
                raise StorageError("another tab is changing these corrections; try again")
            examples = change(self.examples())
            rows = [{"texts": example.texts, "target": example.target} for example in examples]
            write_json(self._path, {"examples": rows})


def _with(known: Sequence[Example], example: Example) -> list[Example]:
    if any(other.texts == example.texts for other in known):
        return [example if other.texts == example.texts else other for other in known]
    if len(known) >= MOST:
        raise InputError(f"there are {MOST} corrections already; remove one, or fine-tune on a file of them in the Lab")
    if known and len(known[0].texts) != len(example.texts):
        n = len(known[0].texts) - 1
        raise InputError(f"the others have {n} answers; all corrections of a model need as many")
    return [*known, example]


def _example(row: dict[str, object]) -> Example:
    match row:
        case {"texts": [str(), *_] as texts, "target": (str() | int() | float()) as target}:
            return Example(tuple(map(str, texts)), target)
    raise ValueError("no example")
