"""The exercise to take home: a file of numpy with parts to write, and the same file with the solution.

Both come from one source, assets/exercise/source.py. There a part stands between `# PART n: title` and `# END`; the
comment that it begins with is its hint. Settings are the lines `NAME = value` at the top.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from gptcore.exercise.settings import ExerciseSettings
from gptcore.places import ASSETS

SOURCE = ASSETS / "exercise" / "source.py"
EXERCISE_FILE, SOLUTION_FILE = "exercise.py", "solution.py"

_PART = re.compile(
    r"^(?P<indent> *)# PART (?P<number>\d+): (?P<title>.*)\n(?P<hint>(?:^ *# .*\n)+)(?P<code>(?s:.*?))^ *# END\n",
    re.MULTILINE,
)
_NAMES = {
    "WIDTH": "d_model",
    "HEADS": "n_head",
    "PRETRAIN_EPOCHS": "pretrain_epochs",
    "PRETRAIN_RATE": "pretrain_rate",
    "FINETUNE_EPOCHS": "finetune_epochs",
    "FINETUNE_RATE": "finetune_rate",
    "LAMBDA": "lm_weight",
    "OPTIMIZER": "optimizer",
    "START": "start",
    "OVER": "over",
    "SEED": "seed",
}
"""Names in the file, and of the settings."""


@dataclass(frozen=True)
class Part:
    """Something that the exercise leaves out."""

    number: int
    title: str
    hint: str
    """As one line of text."""
    code: str


def parts() -> tuple[Part, ...]:
    """All parts, in the order in which the file has them."""
    return tuple(
        Part(int(found["number"]), found["title"], _one_line(found["hint"]), found["code"])
        for found in _PART.finditer(SOURCE.read_text(encoding="utf-8"))
    )


def solution(settings: ExerciseSettings | None = None) -> str:
    """The whole program, with these settings in it; it prints what a training with them gives."""
    return _file(SOLUTION_FILE, settings, ())


def exercise(settings: ExerciseSettings | None = None, left_out: Collection[int] | None = None) -> str:
    """The program with parts left out.

    Args:
        left_out: their numbers; None: all.
    """
    return _file(EXERCISE_FILE, settings, {part.number for part in parts()} if left_out is None else left_out)


def _file(name: str, settings: ExerciseSettings | None, left_out: Collection[int]) -> str:
    def written(found: re.Match[str]) -> str:
        number = int(found["number"])
        title = f"{found['indent']}# TODO {number}: {found['title']}\n"
        missing = f'{found["indent"]}raise NotImplementedError("{found["title"]}")\n'
        return title + found["hint"] + (missing if number in left_out else found["code"])

    text = _PART.sub(written, SOURCE.read_text(encoding="utf-8")).replace("`python NAME`", f"`python {name}`")
    values = (settings or ExerciseSettings()).to_dict()
    for own, setting in _NAMES.items():
        value = f'"{values[setting]}"' if isinstance(values[setting], str) else repr(values[setting])
        text = re.sub(rf"^{own} = [^\s#]+", f"{own} = {value}", text, count=1, flags=re.MULTILINE)
    return text


def _one_line(comment: str) -> str:
    return " ".join(line.strip().removeprefix("# ") for line in comment.splitlines())
