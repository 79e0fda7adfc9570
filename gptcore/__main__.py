"""The command line: `python -m gptcore pretrain | tokenizer | evaluate | generate | export | publish |
download`.

The only place in gptcore that prints. Progress and messages go to stderr, results to stdout; `--json` makes the last
line of stdout one JSON object. Bad input ends with exit code 2 and one clear line.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gptcore.config import PRESETS
from gptcore.errors import GPTCoreError, InputError
from gptcore.text.tokenizer import STYLES


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; returns its exit code."""
    arguments = _parser().parse_args(argv)
    try:
        if getattr(arguments, "config", None):
            arguments = _with_config_file(arguments, sys.argv[1:] if argv is None else argv)
        result = arguments.run(arguments)
    except GPTCoreError as error:
        print(f"gptcore: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("gptcore: stopped; a run goes on with --resume", file=sys.stderr)
        return 130
    if arguments.json:
        print(json.dumps(result))
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
    return [option, str(value)]


def _pretrain(arguments: argparse.Namespace) -> dict[str, Any]:
    import torch

    from gptcore.progress import show
    from gptcore.train.pretrain import PretrainPlan, pretrain
    from gptcore.train.settings import TrainSettings

    model = dict(PRESETS[arguments.preset])
    for name in ("n_layer", "n_head", "d_model", "n_positions", "vocab_size", "dropout", "positions", "norm"):
        if (value := getattr(arguments, name)) is not None:
            model[name] = value
    options = {name: getattr(arguments, name) for name in _TRAIN_OPTIONS if getattr(arguments, name) is not None}
    # The thread count is written down with the run: sums in another order round differently.
    settings = TrainSettings(**{"threads": torch.get_num_threads(), **options})
    plan = PretrainPlan(
        corpus=arguments.corpus,
        model=model,
        train=settings,
        valid=arguments.valid,
        tokenizer=arguments.tokenizer,
        style=arguments.style,
        snapshots=arguments.snapshots,
    )
    result = show(pretrain(plan, arguments.out, arguments.resume), settings.steps)
    print(f"validation loss {result['valid_loss']:.4f} nats per token; the model is in {arguments.out}")
    return result


def _tokenizer(arguments: argparse.Namespace) -> dict[str, Any]:
    from gptcore.text.corpus import read_documents
    from gptcore.text.tokenizer import Tokenizer

    tokenizer = Tokenizer.train(read_documents(arguments.corpus), arguments.vocab_size, arguments.style)
    tokenizer.save(arguments.out)
    print(f"{tokenizer.vocab_size:,} entries in {arguments.out}")
    return {"vocab_size": tokenizer.vocab_size, "out": arguments.out}


def _evaluate(arguments: argparse.Namespace) -> dict[str, Any]:
    from gptcore.evaluation import evaluate_text

    result = evaluate_text(arguments.model, arguments.text)
    perplexity = result.perplexity
    print(f"perplexity {perplexity.value:.2f}, {result.bits_per_byte:.4f} bits per byte")
    return {
        "perplexity": perplexity.value,
        "bits_per_byte": result.bits_per_byte,
        "tokens": perplexity.count,
        "bytes": result.n_bytes,
    }


def _generate(arguments: argparse.Namespace) -> dict[str, Any]:
    import torch

    from gptcore.decode.generate import generate
    from gptcore.runs.checkpoint import load

    checkpoint = load(arguments.model)
    if checkpoint.tokenizer is None:
        raise InputError(f"{arguments.model} has no tokenizer, so it cannot read a prompt")
    ids = checkpoint.tokenizer.encode(arguments.prompt).ids
    if not 0 <= arguments.seed < 2**63:
        raise InputError(f"seed must be a whole number from 0 to {2**63 - 1}, not {arguments.seed}")
    generator = torch.Generator().manual_seed(arguments.seed)
    steps = generate(
        checkpoint.model,
        torch.tensor(ids),
        arguments.max_new_tokens,
        arguments.temperature,
        arguments.top_k,
        arguments.top_p,
        generator,
    )
    new = [step.id for step in steps]
    text = checkpoint.tokenizer.decode([*ids, *new])
    print(text)
    return {"text": text, "ids": new}


def _export(arguments: argparse.Namespace) -> dict[str, Any]:
    from gptcore.runs.checkpoint import load
    from gptcore.runs.hf import to_hf

    to_hf(load(arguments.model), arguments.hf)
    print(f"transformers can open {arguments.hf}")
    return {"hf": arguments.hf}


def _publish(arguments: argparse.Namespace) -> dict[str, Any]:
    from gptcore.runs.publish import publish

    measures = publish(arguments.run_folder, arguments.text, arguments.out)
    for name, values in measures.items():
        print(f"{name:10} perplexity {values['perplexity']:8.1f}, {values['bits_per_byte']:.4f} bits per byte")
    return measures


def _download(arguments: argparse.Namespace) -> dict[str, Any]:
    from gptcore.runs.download import download_gpt1

    folder = download_gpt1(arguments.out)
    print(f"GPT-1 is in {folder}")
    return {"out": str(folder)}


_TRAIN_OPTIONS = (
    "steps",
    "batch_size",
    "learning_rate",
    "warmup",
    "weight_decay",
    "seed",
    "device",
    "precision",
    "threads",
    "compile",
    "validate_every",
    "save_every",
)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m gptcore", description="Train, measure and use a small GPT-1.")
    commands = parser.add_subparsers(dest="command", required=True)

    p = _command(commands, "pretrain", _pretrain, "learn language from plain text")
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
    p.add_argument("--batch-size", type=int, default=64, help="rows per update, over all processes (%(default)s)")
    p.add_argument("--learning-rate", type=float, default=2.5e-4, help="the schedule's peak (%(default)s)")
    p.add_argument("--warmup", type=int, default=2_000, help="updates until the peak (%(default)s)")
    p.add_argument("--weight-decay", type=float, default=0.01)
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--device", default="auto", help="auto, cpu, cuda or cuda:N")
    p.add_argument("--precision", choices=["auto", "float32", "bfloat16"], default="auto")
    p.add_argument("--threads", type=int, help="CPU threads; all cores without it")
    p.add_argument("--compile", action="store_true", help="torch.compile the step")
    p.add_argument("--validate-every", type=int, default=500)
    p.add_argument("--save-every", type=int, default=500)
    p.add_argument("--snapshots", type=int, default=0, help="small early checkpoints to keep")
    p.add_argument("--resume", action="store_true", help="go on where the run in --out was stopped")
    p.add_argument("--config", help="JSON file with these settings; the command line wins over it")

    p = _command(commands, "tokenizer", _tokenizer, "learn a vocabulary from plain text")
    p.add_argument("--corpus", required=True, help="a UTF-8 text file, or a folder of .txt files")
    p.add_argument("--vocab-size", type=int, default=8_192)
    p.add_argument("--style", choices=STYLES, default="bytes")
    p.add_argument("--out", required=True, help="folder to write")

    p = _command(commands, "evaluate", _evaluate, "perplexity and bits per byte of a text")
    p.add_argument("--model", default="default")
    p.add_argument("--text", required=True, help="a text file")

    p = _command(commands, "generate", _generate, "continue a prompt")
    p.add_argument("--model", default="default")
    p.add_argument("--prompt", required=True)
    p.add_argument("--max-new-tokens", type=int, default=50)
    p.add_argument("--temperature", type=float, default=1.0)
    p.add_argument("--top-k", type=int)
    p.add_argument("--top-p", type=float)
    p.add_argument("--seed", type=int, default=0)

    p = _command(commands, "export", _export, "write a checkpoint that transformers opens")
    p.add_argument("--model", default="default")
    p.add_argument("--hf", required=True, help="folder to write")

    p = _command(
        commands, "publish", _publish, "measure a run beside its peers and write a small checkpoint with a card"
    )
    p.add_argument("--run", dest="run_folder", required=True, help="folder of a finished run")
    p.add_argument("--text", required=True, help="text that was not trained on")
    p.add_argument("--out", required=True, help="folder to write")

    p = _command(commands, "download", _download, "fetch the paper's own 117M model (needs a network)")
    p.add_argument("--out", required=True, help="folder to write")
    return parser


def _command(commands: Any, name: str, run: Any, description: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=description, description=description)
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line of stdout")
    parser.set_defaults(run=run)
    return parser


if __name__ == "__main__":
    sys.exit(main())
