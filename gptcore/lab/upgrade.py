"""Runs of earlier versions, whose titles and files' names held what has fields of its own now. Read here, once, and
nowhere else."""

import re
from pathlib import Path
from typing import Any

LATER = ("variant", "seed", "ours", "examples")
"""Fields of a run that earlier versions lack."""
_TITLE = re.compile(r"(?P<title>.+) · (?P<variant>.+?) · seed (?P<seed>\d+)")
_TEXT = re.compile(r"(?!own-)(?P<ours>\w+)\.txt")
_EXAMPLES = re.compile(r"(?!own-)(?P<ours>\w+)-train-(?P<examples>\d+)\.csv")


def upgraded(values: dict[str, Any]) -> dict[str, Any]:
    """A run's fields by name, with those that it lacks; as they are, if it has them."""
    if LATER[0] in values:
        return values
    parts: dict[str, Any] = {}
    if values.get("series") and (match := _TITLE.fullmatch(str(values.get("title")))):
        parts |= match.groupdict()
    plan = values["plan"] if isinstance(values.get("plan"), dict) else {}
    for name, pattern, folder in (("corpus", _TEXT, "texts"), ("train_file", _EXAMPLES, "examples")):
        path = Path(str(plan.get(name)))
        if path.parent.name == folder and (match := pattern.fullmatch(path.name)):
            parts |= match.groupdict()
    numbers: dict[str, Any] = {name: int(parts[name]) for name in ("seed", "examples") if name in parts}
    return {**values, **dict.fromkeys(LATER), **parts, **numbers}
