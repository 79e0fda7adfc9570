"""The command `strategies`: measures every way to choose the next token over many texts."""

import argparse
from typing import Any

from gptcore.commands.command import Outcome, add_command, require_place


def add(commands: Any) -> None:
    """Adds it to a parser."""
    p = add_command(commands, "strategies", _strategies, "measure greedy, beam, top-k, top-p ... over many texts")
    p.add_argument("--model", default="default")
    p.add_argument("--prompts", help="a text file, one beginning a line (ours: twenty beginnings of stories)")
    p.add_argument("--tokens", type=int, default=60, help="of each text, at most (%(default)s)")
    p.add_argument("--seeds", type=int, default=3, help="texts of each beginning where chance decides (%(default)s)")
    p.add_argument("--out", required=True, help="a file to write, in JSON")


def _strategies(arguments: argparse.Namespace) -> Outcome:
    import json
    from pathlib import Path
    from shlex import quote

    from gptcore.checkpoints.checkpoint import load_text_model
    from gptcore.commands.progress import counting
    from gptcore.evaluate.strategies import BEGINNINGS, MEASURED, measure_strategies, read_beginnings
    from gptcore.files import write_text

    out = Path(arguments.out)
    require_place("--out", str(out.parent))
    beginnings = read_beginnings(arguments.prompts or BEGINNINGS)
    checkpoint = load_text_model(arguments.model)
    with counting(len(MEASURED), "strategies") as done:
        records = measure_strategies(checkpoint, beginnings, arguments.tokens, arguments.seeds, done)
    prompts = f" --prompts {quote(arguments.prompts)}" if arguments.prompts else ""
    values = {
        "model": arguments.model,
        "beginnings": len(beginnings),
        "tokens": arguments.tokens,
        "seeds": arguments.seeds,
        "command": f"python -m gptcore strategies --model {quote(arguments.model)}{prompts} "
        f"--tokens {arguments.tokens} --seeds {arguments.seeds} --out {quote(out.name)}",
        "strategies": records,
    }
    write_text(out, json.dumps(values, indent=1) + "\n")
    lines = [_line(record) for record in records]
    return Outcome("\n".join([f"{out}: {len(beginnings)} beginnings", *lines]), values)


def _line(record: dict[str, Any]) -> str:
    mean = {name: measure["mean"] for name, measure in record["measures"].items()}
    parts = [
        f"{record['name']:12}",
        _number(mean["per_token"], "{:6.2f} nats/token"),
        _number(mean["distinct_words"], "{:4.0%} distinct words"),
        _number(mean["repeated"], "{:4.0%} repeated 4-grams"),
        _number(mean["entropy"], "{:.1f} bits"),
        _number(mean["length"], "{:.0f} tokens"),
        _number(mean["seconds"], "{:.2f} s"),
    ]
    return " ".join(parts)


def _number(value: float | None, form: str) -> str:
    return "-" if value is None else form.format(value)
