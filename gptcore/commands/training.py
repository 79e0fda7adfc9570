"""Commands that train: pretrain, finetune, and count for what is counted instead."""

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
_MODEL = (*_SIZES, "dropout", "positions", "norm", "init_std")
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
_NOT_OF_MARKS = (
    *("held_out", "lm_weight", "keep_head", "rehearse", "replay", "transfer_layers", "freeze", "labels_from"),
)
_PRESET = "the preset's without it"
_PEERS = (
    "an LSTM is as wide as gives it as many parameters as the transformer of the other options would have, a bigram is "
    "made by `count`"
)
_OFTEN = "24 times in a run without it"


def add(commands: Any) -> None:
    """Adds them to a parser."""
    p = add_command(commands, "pretrain", _pretrain, "learn language from plain text")
    add_options(p, PretrainPlan, ["corpus", "valid"])
    p.add_argument("--out", required=True, help="folder of the run; must be new")
    p.add_argument("--preset", choices=list(PRESETS), default="small", help="shape of the model (%(default)s)")
    add_options(p, ModelConfig, _SIZES, dict.fromkeys(_SIZES), dict.fromkeys(_SIZES, _PRESET))
    add_options(p, ModelConfig, ["dropout"])
    add_options(p, ModelConfig, ["architecture"], without={"architecture": _PEERS})
    p.add_argument("--lstm-layers", type=int, help="of an LSTM: layers, one above the other; 1 without it")
    p.add_argument("--lstm-width", type=int, help="of an LSTM: its width, instead of one for as many parameters")
    usual = {name: f"{default} without it" for name, default in (("positions", "learned"), ("norm", "post"))}
    add_options(p, ModelConfig, usual, dict.fromkeys(usual), usual)
    add_options(p, ModelConfig, ["init_std"])
    add_options(p, PretrainPlan, ["objective", "start", "style", "tokenizer", "teacher", "snapshots"])
    add_options(p, TrainSettings, ["steps", *_LOOP])
    _add_resuming(p)

    p = add_command(commands, "count", _count, "make a bigram, the simplest peer, by counting a text's pairs of tokens")
    p.add_argument("--corpus", required=True, help="a UTF-8 text file, or a folder of .txt files")
    p.add_argument("--tokenizer", required=True, help="folder of the tokenizer, or of the model, to compare with")
    p.add_argument("--valid", help="a text that is not counted, to measure it on")
    p.add_argument("--smoothing", choices=("kneser-ney", "laplace"), default="kneser-ney", help="(%(default)s)")
    p.add_argument("--added", type=float, default=1.0, help="laplace: what is added to each count (%(default)s)")
    p.add_argument("--out", required=True, help="folder of the model; must be new")

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
    shape = _shape(arguments)
    plan = PretrainPlan.from_dict(
        {
            **given(arguments, ("corpus", "valid", "objective", "start", "tokenizer", "teacher", "style", "snapshots")),
            "model": shape,
            "train": _loop_settings(arguments, "steps"),
        }
    )
    result = _run(pretrain(plan, arguments.out, arguments.resume))
    if not result:
        return NOTHING
    of = "hidden token" if plan.objective == "masked" else "token"
    text = f"validation loss {result['valid_loss']:.4f} nats per {of}; the model is in {arguments.out}"
    return Outcome(text, result)


def _shape(arguments: argparse.Namespace) -> dict[str, Any]:
    """The model's, as plain values; an LSTM's from the transformer that it is to equal."""
    transformer = {**PRESETS[arguments.preset], **given(arguments, _MODEL)}
    if arguments.architecture == "transformer":
        if arguments.lstm_layers is not None or arguments.lstm_width is not None:
            raise InputError("--lstm-layers and --lstm-width are an LSTM's: add --architecture lstm")
        return transformer
    if arguments.architecture == "bigram":
        raise InputError("a bigram is counted, not trained: `python -m gptcore count` makes one")
    from gptcore.model.parameters import equal_lstm
    from gptcore.text.tokenizer import Tokenizer

    if arguments.norm is not None or arguments.positions is not None:
        raise InputError("an LSTM has no --norm and no --positions; leave them out")
    if arguments.tokenizer is not None:  # whose size decides, as it will in the run
        transformer["vocab_size"] = Tokenizer.load(arguments.tokenizer).vocab_size
    n_layer = settings_of(ModelConfig)["n_layer"].plain(1 if arguments.lstm_layers is None else arguments.lstm_layers)
    config = equal_lstm(ModelConfig.from_dict(transformer), n_layer)
    width = config.d_model if arguments.lstm_width is None else arguments.lstm_width
    return config.with_changes(d_model=width, d_ff=None).to_dict()


def _count(arguments: argparse.Namespace) -> Outcome:
    from gptcore.commands.progress import stages
    from gptcore.train.counting import count_bigram

    require_place("--out", arguments.out)
    asked = (arguments.corpus, arguments.tokenizer, arguments.out, arguments.smoothing, arguments.added)
    with stages() as report:
        counted = count_bigram(*asked, arguments.valid, report)
    measured = counted.valid_perplexity
    text = f"{counted.pairs:,} different pairs in {counted.tokens:,} tokens; the bigram is in {arguments.out}"
    if measured is not None:
        text += f", perplexity {measured:.2f}"
    return Outcome(text, {"pairs": counted.pairs, "tokens": counted.tokens, "valid_perplexity": measured})


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
    if refused or arguments.column:
        option = refused[0] if refused else "column"
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
