"""Commands that train: pretrain and finetune."""

import argparse
from collections.abc import Iterator
from typing import Any

from gptcore.commands.command import NOTHING, Outcome, add_command, given, require_place
from gptcore.commands.labelled import add_reading_options, mapping
from gptcore.commands.options import add_options
from gptcore.config import PRESETS, ModelConfig
from gptcore.errors import InputError
from gptcore.fields import settings_of
from gptcore.tasks.examples import KINDS
from gptcore.tasks.marked import MARK_KINDS
from gptcore.train.events import Event
from gptcore.train.plans import PAPER, FinetunePlan, MarkPlan, PretrainPlan
from gptcore.train.settings import TrainSettings

_SIZES = ("n_layer", "n_head", "d_model", "n_positions", "vocab_size")
_MODEL = (*_SIZES, "dropout", "positions", "norm")
_LOOP = (
    *("batch_size", "learning_rate", "warmup", "optimizer", "weight_decay", "beta2", "seed", "device", "precision"),
    *("threads", "compile", "validate_every", "save_every", "time_limit"),
)
_FINETUNE = (
    *(
        "epochs",
        "held_out",
        "lm_weight",
        "keep_head",
        "rehearse",
        "replay",
        "from_scratch",
        "transfer_layers",
        "freeze",
    ),
    "dropout",
)
_NOT_OF_MARKS = ("held_out", "keep_head", "rehearse", "replay", "transfer_layers", "freeze", "labels_from")
_PRESET = "the preset's without it"
_OFTEN = "24 times in a run without it"


def add(commands: Any) -> None:
    """Adds them to a parser."""
    p = add_command(commands, "pretrain", _pretrain, "learn language from plain text")
    add_options(p, PretrainPlan, ["corpus", "valid"])
    p.add_argument("--out", required=True, help="folder of the run; must be new")
    p.add_argument("--preset", choices=list(PRESETS), default="small", help="shape of the model (%(default)s)")
    add_options(p, ModelConfig, _SIZES, dict.fromkeys(_SIZES), dict.fromkeys(_SIZES, _PRESET))
    add_options(p, ModelConfig, ["dropout"])
    usual = {name: f"{default} without it" for name, default in (("positions", "learned"), ("norm", "post"))}
    add_options(p, ModelConfig, usual, dict.fromkeys(usual), usual)
    add_options(p, PretrainPlan, ["objective", "style", "tokenizer", "teacher", "snapshots"])
    add_options(p, TrainSettings, ["steps", *_LOOP])
    _add_resuming(p)

    p = add_command(commands, "finetune", _finetune, "learn a task from labelled examples")
    add_options(p, FinetunePlan, ["model"], {"model": "default"})
    p.add_argument(
        "--task",
        required=True,
        choices=(*KINDS, *MARK_KINDS),
        help="what is asked of each example; span and tokens find their answers in the text, and read .jsonl files",
    )
    p.add_argument("--train", required=True, help=_about("train_file"))
    p.add_argument("--test", required=True, help=_about("test_file"))
    add_reading_options(p)
    p.add_argument("--out", required=True, help="folder of the run; must be new")
    add_options(p, FinetunePlan, _FINETUNE)
    paced = {"warmup": "0.2 % of all without it", "validate_every": _OFTEN, "save_every": _OFTEN}
    add_options(p, TrainSettings, _LOOP, {**PAPER, **dict.fromkeys(paced)}, paced)
    _add_resuming(p)


def _about(name: str) -> str:
    return settings_of(FinetunePlan)[name].about.help


def _add_resuming(p: argparse.ArgumentParser) -> None:
    p.add_argument("--resume", action="store_true", help="go on where the run in --out was stopped")
    p.add_argument("--config", help="JSON file with these settings; the command line wins over it")


def _pretrain(arguments: argparse.Namespace) -> Outcome:
    from gptcore.train.pretrain import pretrain

    require_place("--out", arguments.out)
    plan = PretrainPlan.from_dict(
        {
            **given(arguments, ("corpus", "valid", "objective", "tokenizer", "teacher", "style", "snapshots")),
            "model": {**PRESETS[arguments.preset], **given(arguments, _MODEL)},
            "train": _loop_settings(arguments, "steps"),
        }
    )
    result = _run(pretrain(plan, arguments.out, arguments.resume))
    if not result:
        return NOTHING
    of = "hidden token" if plan.objective == "masked" else "token"
    text = f"validation loss {result['valid_loss']:.4f} nats per {of}; the model is in {arguments.out}"
    return Outcome(text, result)


def _finetune(arguments: argparse.Namespace) -> Outcome:
    from gptcore.train.finetune import finetune

    require_place("--out", arguments.out)
    if arguments.task in MARK_KINDS:
        return _finetune_marks(arguments)
    plan = FinetunePlan(
        train_file=arguments.train,
        test_file=arguments.test,
        train=_loop_settings(arguments),
        columns=mapping(arguments),
        labels_from=arguments.labels_from,
        **given(arguments, ("model", "task", *_FINETUNE)),
    )
    result = _run(finetune(plan, arguments.out, arguments.resume))
    if not result:
        return NOTHING
    name = result["measure"]
    return Outcome(f"{name} {result[name]:.4f} on the test examples; the model is in {arguments.out}", result)


def _finetune_marks(arguments: argparse.Namespace) -> Outcome:
    from gptcore.train.marking import finetune_marks

    usual = settings_of(FinetunePlan)
    refused = [name for name in _NOT_OF_MARKS if getattr(arguments, name) not in (None, usual[name].default)]
    if refused or arguments.columns:
        option = refused[0] if refused else "columns"
        raise InputError(f"--{option.replace('_', '-')} is not known to --task {arguments.task}; leave it out")
    plan = MarkPlan(
        train_file=arguments.train,
        test_file=arguments.test,
        train=_loop_settings(arguments),
        **given(arguments, ("model", "task", "epochs", "from_scratch", "dropout")),
    )
    result = _run(finetune_marks(plan, arguments.out, arguments.resume))
    if not result:
        return NOTHING
    name = result["measure"]
    return Outcome(f"{name} {result[name]:.4f} on the test examples; the model is in {arguments.out}", result)


def _run(events: Iterator[Event]) -> dict[str, Any]:
    """The finished run's result; of several processes, none ends before the leader has saved what they made."""
    from gptcore.commands.progress import show
    from gptcore.train.distributed import leave_group

    result = show(events)
    leave_group()
    return result


def _loop_settings(arguments: argparse.Namespace, *more: str) -> dict[str, Any]:
    import torch

    # The thread count is written down with the run: sums in another order round differently.
    return {"threads": torch.get_num_threads(), **given(arguments, (*more, *_LOOP))}
