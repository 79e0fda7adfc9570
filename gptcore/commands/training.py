"""Commands that train: pretrain and finetune."""

import argparse
from collections.abc import Iterator
from typing import Any

from gptcore.commands.command import NOTHING, Outcome, add_command, given, require_place
from gptcore.commands.labelled import add_reading_options, mapping
from gptcore.config import PRESETS
from gptcore.tasks.examples import KINDS
from gptcore.text.tokenizer import STYLES

_MODEL = ("n_layer", "n_head", "d_model", "n_positions", "vocab_size", "dropout", "positions", "norm")
_TRAIN = (
    "steps",
    "batch_size",
    "learning_rate",
    "warmup",
    "optimizer",
    "weight_decay",
    "seed",
    "device",
    "precision",
    "threads",
    "compile",
    "validate_every",
    "save_every",
    "time_limit",
)


def add(commands: Any) -> None:
    """Adds them to a parser."""
    p = add_command(commands, "pretrain", _pretrain, "learn language from plain text")
    p.add_argument("--corpus", required=True, help="a UTF-8 text file, or a folder of .txt files")
    p.add_argument("--valid", help="text to validate on; without it, the end of the corpus is kept back")
    p.add_argument("--out", required=True, help="folder of the run; must be new")
    p.add_argument("--preset", choices=list(PRESETS), default="small", help="shape of the model (%(default)s)")
    for name in ("n-layer", "n-head", "d-model", "n-positions", "vocab-size"):
        p.add_argument(f"--{name}", type=int, help="instead of the preset's")
    p.add_argument("--dropout", type=float, default=0.1)
    p.add_argument("--positions", choices=["learned", "sinusoidal", "none"])
    p.add_argument("--norm", choices=["post", "pre"])
    p.add_argument("--style", choices=STYLES, default="bytes", help="of a new tokenizer (%(default)s)")
    p.add_argument("--tokenizer", help="folder of a tokenizer to use instead of a new one")
    p.add_argument("--steps", type=int, required=True, help="optimiser updates")
    p.add_argument("--warmup", type=int, default=2_000, help="updates until the peak (%(default)s)")
    p.add_argument("--snapshots", type=int, default=0, help="small early checkpoints to keep")
    _add_loop_options(p, batch_size=64, learning_rate=2.5e-4, every=500)

    p = add_command(commands, "finetune", _finetune, "learn a task from labelled examples")
    p.add_argument("--model", default="default", help="folder or name of the model to start from (%(default)s)")
    p.add_argument("--task", choices=KINDS, required=True)
    p.add_argument("--train", required=True, help="labelled examples; `inspect` says what is understood of them")
    p.add_argument("--test", required=True, help="labelled examples that are not trained on")
    add_reading_options(p)
    p.add_argument("--out", required=True, help="folder of the run; must be new")
    p.add_argument("--epochs", type=int, default=3, help="passes over the training examples (%(default)s)")
    p.add_argument("--lm-weight", type=float, default=0.5, help="lambda of L3 = L2 + lambda L1 (%(default)s)")
    p.add_argument("--from-scratch", action="store_true", help="new weights; only shape and tokenizer are the model's")
    p.add_argument("--transfer-layers", type=int, metavar="K", help="blocks that start pre-trained; all without it")
    p.add_argument("--freeze", type=int, default=0, metavar="K", help="lowest blocks that are not trained")
    p.add_argument("--dropout", type=float, help="the model's own, and 0.1 before the head, without it")
    p.add_argument("--warmup", type=int, help="updates until the peak; 0.2 %% of them without it")
    _add_loop_options(p, batch_size=32, learning_rate=6.25e-5, every=None)


def _add_loop_options(p: argparse.ArgumentParser, batch_size: int, learning_rate: float, every: int | None) -> None:
    p.add_argument("--batch-size", type=int, default=batch_size, help="per update, over all processes (%(default)s)")
    p.add_argument("--learning-rate", type=float, default=learning_rate, help="the schedule's peak (%(default)s)")
    p.add_argument("--optimizer", choices=["adam", "sgd"], default="adam")
    p.add_argument("--weight-decay", type=float, default=0.01)
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--device", default="auto", help="auto, cpu, cuda or cuda:N")
    p.add_argument("--precision", choices=["auto", "float32", "bfloat16"], default="auto")
    p.add_argument("--threads", type=int, help="CPU threads; all cores without it")
    p.add_argument("--compile", action="store_true", help="torch.compile the step, on a GPU")
    p.add_argument("--validate-every", type=int, default=every)
    p.add_argument("--save-every", type=int, default=every)
    p.add_argument("--time-limit", type=float, metavar="SECONDS", help="stop after so long, to go on with --resume")
    p.add_argument("--resume", action="store_true", help="go on where the run in --out was stopped")
    p.add_argument("--config", help="JSON file with these settings; the command line wins over it")


def _pretrain(arguments: argparse.Namespace) -> Outcome:
    from gptcore.train.pretrain import PretrainPlan, pretrain
    from gptcore.train.settings import TrainSettings

    require_place("--out", arguments.out)
    plan = PretrainPlan(
        corpus=arguments.corpus,
        model={**PRESETS[arguments.preset], **given(arguments, _MODEL)},
        train=TrainSettings(**_loop_settings(arguments)),
        valid=arguments.valid,
        tokenizer=arguments.tokenizer,
        style=arguments.style,
        snapshots=arguments.snapshots,
    )
    result = _run(pretrain(plan, arguments.out, arguments.resume))
    if not result:
        return NOTHING
    text = f"validation loss {result['valid_loss']:.4f} nats per token; the model is in {arguments.out}"
    return Outcome(text, result)


def _finetune(arguments: argparse.Namespace) -> Outcome:
    from gptcore.train.finetune import FinetunePlan, finetune

    require_place("--out", arguments.out)
    arguments.steps = None
    plan = FinetunePlan(
        model=arguments.model,
        task=arguments.task,
        train_file=arguments.train,
        test_file=arguments.test,
        train=_loop_settings(arguments),
        epochs=arguments.epochs,
        lm_weight=arguments.lm_weight,
        from_scratch=arguments.from_scratch,
        transfer_layers=arguments.transfer_layers,
        freeze=arguments.freeze,
        dropout=arguments.dropout,
        columns=mapping(arguments),
        labels_from=arguments.labels_from,
    )
    result = _run(finetune(plan, arguments.out, arguments.resume))
    if not result:
        return NOTHING
    name = result["measure"]
    return Outcome(f"{name} {result[name]:.4f} on the test examples; the model is in {arguments.out}", result)


def _run(events: Iterator[Any]) -> dict[str, Any]:
    """The finished run's result; of several processes, none ends before the leader has saved what they made."""
    from gptcore.commands.progress import show
    from gptcore.train.distributed import leave_group

    result = show(events)
    leave_group()
    return result


def _loop_settings(arguments: argparse.Namespace) -> dict[str, Any]:
    import torch

    # The thread count is written down with the run: sums in another order round differently.
    return {"threads": torch.get_num_threads(), **given(arguments, _TRAIN)}
