"""Commands that make or move files: tokenizer, export, import, publish and download."""

import argparse
from pathlib import Path
from typing import Any

from gptcore.commands.command import Outcome, add_command, require_place
from gptcore.text.styles import STYLES


def add(commands: Any) -> None:
    """Adds them to a parser."""
    p = add_command(commands, "tokenizer", _tokenizer, "learn a vocabulary from plain text")
    p.add_argument("--corpus", required=True, help="a UTF-8 text file, or a folder of .txt files")
    p.add_argument("--vocab-size", type=int, default=8_192)
    p.add_argument("--style", choices=STYLES, default="bytes")
    p.add_argument("--out", required=True, help="folder to write")

    p = add_command(commands, "export", _export, "write a checkpoint that transformers opens")
    p.add_argument("--model", default="default")
    p.add_argument("--hf", required=True, help="folder to write")

    p = add_command(commands, "import", _import, "make a checkpoint of a folder that transformers wrote")
    p.add_argument("--hf", required=True, help="folder with config.json and safetensors, of a GPT-1 or GPT-2")
    p.add_argument("--out", required=True, help="folder to write; must be new or empty")

    p = add_command(commands, "publish", _publish, "write a finished run as a small model with a card")
    p.add_argument("--run", dest="run_folder", required=True, help="folder of a finished run")
    p.add_argument("--text", help="text that was not trained on: a language model is measured on it beside its peers")
    p.add_argument("--about", help="a line for the card: what the data is")
    p.add_argument(
        "--source",
        dest="sources",
        action="append",
        nargs=2,
        default=[],
        metavar=("NAME", "LICENCE"),
        help="where the data comes from, for the card; may be given several times",
    )
    of = "of a fine-tuned model: "
    p.add_argument("--seeds", nargs="+", default=[], metavar="RUN", help=f"{of}the same run with other seeds")
    p.add_argument("--scratch", nargs="+", default=[], metavar="RUN", help=f"{of}runs on its data --from-scratch")
    p.add_argument("--train", metavar="FILE", help=f"{of}where the file that it learnt from lies now")
    p.add_argument("--labels", nargs="+", metavar="NAME", help=f"{of}other names for its labels, in their order")
    shown = p.add_mutually_exclusive_group()
    shown.add_argument("--examples", metavar="FILE", help=f"{of}labelled examples for the card, not its test file's")
    shown.add_argument("--no-examples", action="store_true", help=f"{of}none of its test file's examples on the card")
    p.add_argument(
        "--bits",
        type=int,
        choices=(16, 8, 4),
        default=16,
        help="for each weight; 4: of a fine-tuned model, the difference from its parent, which must be one "
        "that ships (%(default)s)",
    )
    p.add_argument("--out", required=True, help="folder to write")

    p = add_command(commands, "download", _download, "fetch the paper's own 117M model (needs a network)")
    p.add_argument("--out", required=True, help="folder to write")


def _tokenizer(arguments: argparse.Namespace) -> Outcome:
    from gptcore.text.corpus import read_documents
    from gptcore.text.tokenizer import Tokenizer

    require_place("--out", arguments.out)
    tokenizer = Tokenizer.train(read_documents(arguments.corpus), arguments.vocab_size, arguments.style)
    tokenizer.save(arguments.out)
    values = {"vocab_size": tokenizer.vocab_size, "out": arguments.out}
    return Outcome(f"{tokenizer.vocab_size:,} entries in {arguments.out}", values)


def _export(arguments: argparse.Namespace) -> Outcome:
    from gptcore.checkpoints.checkpoint import load
    from gptcore.checkpoints.hf import to_hf

    require_place("--hf", arguments.hf)
    to_hf(load(arguments.model), arguments.hf)
    return Outcome(f"transformers can open {arguments.hf}", {"hf": arguments.hf})


def _import(arguments: argparse.Namespace) -> Outcome:
    from gptcore.checkpoints.checkpoint import save
    from gptcore.checkpoints.hf import from_hf
    from gptcore.errors import InputError

    if (out := Path(arguments.out)).exists() and (not out.is_dir() or any(out.iterdir())):
        raise InputError(f"{out} is not empty; choose another --out")
    checkpoint = from_hf(arguments.hf)
    save(checkpoint, out)
    left_out = checkpoint.card.get("left_out", [])
    lines = [f"{checkpoint.card['model_type']} model in {out}"]
    lines += [f"left out, as they belong to another head: {', '.join(left_out)}"] if left_out else []
    lines += ["it has no tokenizer, so it cannot read a text"] if checkpoint.tokenizer is None else []
    return Outcome("\n".join(lines), {"out": str(out), "left_out": left_out})


def _publish(arguments: argparse.Namespace) -> Outcome:
    from gptcore.commands.progress import stages
    from gptcore.tasks.files.rows import count
    from gptcore.train.account import Beside
    from gptcore.train.publish import Told, publish

    require_place("--out", arguments.out)
    told = Told(arguments.about, arguments.sources, arguments.labels, not arguments.no_examples, arguments.examples)
    beside = Beside(arguments.seeds, arguments.scratch, arguments.train)
    with stages() as report:
        measures = publish(arguments.run_folder, arguments.out, arguments.text, told, beside, arguments.bits, report)
    if "peers" not in measures:
        lines = [f"{name:10} {_measured(value)}" for name, value in measures.items()]
        return Outcome("\n".join(lines), measures)
    peers, mistakes = measures["peers"], measures["mistakes"]
    lines = [f"{name:15} {value}" for name, value in measures.items() if not isinstance(value, dict)]
    lines += [f"{name:15} {value}" for name, value in peers.items() if isinstance(value, float)]
    lines += [
        f"{name:15} {value['mean']} in {count(value['runs'], 'run')}, {value['least']} to {value['most']}"
        for name, value in peers.items()
        if isinstance(value, dict)
    ]
    return Outcome("\n".join([*lines, *mistakes["sentences"]]), measures)


def _measured(value: dict[str, float]) -> str:
    """Of a language model, or of a masked one."""
    if "perplexity" in value:
        return f"perplexity {value['perplexity']:8.1f}, {value['bits_per_byte']:.4f} bits per byte"
    accuracy = f", {value['accuracy']:.1%} right" if "accuracy" in value else ""
    return f"{value['loss']:.4f} nats per hidden token{accuracy}"


def _download(arguments: argparse.Namespace) -> Outcome:
    from gptcore.checkpoints.download import download_gpt1

    require_place("--out", arguments.out)
    folder = download_gpt1(arguments.out)
    return Outcome(f"GPT-1 is in {folder}", {"out": str(folder)})
