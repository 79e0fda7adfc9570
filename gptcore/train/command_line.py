"""The command that makes a fine-tuning run again, out of its plan; for its card."""

import shlex
from pathlib import Path

from gptcore.fields import settings_of
from gptcore.train.plans import PAPER, FinetunePlan
from gptcore.train.settings import TrainSettings

_OPTIONS = {"train_file": "train", "test_file": "test"}
"""Settings that the command line calls otherwise; in dashes, all others."""
_PACED = ("warmup", "validate_every", "save_every")
"""What the length of the run decides, unless it is given."""
_NO_OPTIONS = ("decay", "clip", "log_every", "time_limit")
"""Settings that fine-tuning's command line has not, or that make no other model."""


def finetune_command(plan: FinetunePlan, out: str) -> str:
    """`python -m gptcore finetune` with every setting that is not what it would be without a word.

    Files keep the path that they were given by, but of one that leads from a machine's root only the end: where it lay
    there is of no use elsewhere.
    """
    values = {name: value for name, value in plan.to_dict().items() if name not in ("train", "columns")}
    known = settings_of(FinetunePlan)
    words = ["python", "-m", "gptcore", "finetune"]
    for name, value in values.items():
        if value != known[name].default:
            words += _option(_OPTIONS.get(name, name), portable(value) if known[name].kind is str else value)
    for ours, theirs in (plan.columns or {}).items():
        words += ["--column", f"{ours}={theirs}"]
    usual = {name: setting.default for name, setting in settings_of(TrainSettings).items()} | PAPER
    for name, value in plan.train.items():
        if name not in _NO_OPTIONS and (name in _PACED or value != usual[name]):
            words += _option(name, value)
    return shlex.join([*words, "--out", out])


def portable(value: str) -> str:
    """A name or a path from where one stands as it is; of a path from a machine's root the last folder and the name."""
    return "/".join(Path(value).parts[-2:]) if Path(value).is_absolute() else value


def _option(name: str, value: object) -> list[str]:
    option = f"--{name.replace('_', '-')}"
    return [option] if value is True else [option, str(value)]
