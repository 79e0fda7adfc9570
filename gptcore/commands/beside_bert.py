"""The commands `look-ahead`, `word-gaps`, `both-kinds` and `passes`: GPT beside BERT, measured on our models."""

import argparse
from typing import Any

from gptcore.commands.command import Outcome, add_command, require_place


def add(commands: Any) -> None:
    """Adds them to a parser."""
    p = add_command(commands, "look-ahead", _look_ahead, "what a GPT loses without its causal mask, on given sentences")
    p.add_argument("--model", default="default")
    p.add_argument("--text", help="a text file, a sentence a line (ours: 43 sentences)")
    p.add_argument("--out", required=True, help="a file to write, in JSON")
    p = add_command(commands, "word-gaps", _word_gaps, "how often the first guess at a hidden word is right")
    p.add_argument("--models", nargs="+", default=["default"], help="GPTs and masked language models (%(default)s)")
    p.add_argument("--text", help="a text file, a text a line (ours: 43 sentences)")
    p.add_argument("--out", required=True, help="a file to write, in JSON")
    p = add_command(commands, "both-kinds", _both_kinds, "fine-tune GPTs and masked models alike; resumable")
    p.add_argument("--models", nargs="+", default=["stories", "masked-stories"], help="(%(default)s)")
    p.add_argument("--tasks", nargs="+", help="of the story world; all without it")
    p.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    p.add_argument("--out", required=True, help="folder of the runs, and of tasks.json")
    p = add_command(commands, "passes", _passes, "time reading and writing, by GPTs and by masked models")
    p.add_argument("--models", nargs="+", default=["default"], help="GPTs and masked language models (%(default)s)")
    p.add_argument("--read", type=int, default=64, help="tokens of the text that is classified (%(default)s)")
    p.add_argument("--write", type=int, default=20, help="tokens that are written behind ten (%(default)s)")
    p.add_argument("--repeats", type=int, default=21, help="each is timed so often, by turns (%(default)s)")
    p.add_argument("--machine", default="", help="the machine's name, as it is to be shown (the processor's own)")
    p.add_argument("--out", required=True, help="a file to write, in JSON")


def _look_ahead(arguments: argparse.Namespace) -> Outcome:
    import json
    from pathlib import Path
    from shlex import quote

    from gptcore.checkpoints.checkpoint import load_text_model
    from gptcore.commands.progress import counting
    from gptcore.evaluate.look_ahead import SENTENCES, measure_look_ahead, read_sentences
    from gptcore.files import write_text

    out = Path(arguments.out)
    require_place("--out", str(out.parent))
    sentences = read_sentences(arguments.text or SENTENCES)
    checkpoint = load_text_model(arguments.model)
    with counting(len(sentences), "sentences") as done:
        measured = measure_look_ahead(checkpoint, sentences, done)
    text = f" --text {quote(arguments.text)}" if arguments.text else ""
    command = f"python -m gptcore look-ahead --model {quote(arguments.model)}{text} --out {quote(out.name)}"
    values = {"model": arguments.model, "command": command, **measured}
    write_text(out, json.dumps(values, indent=1) + "\n")
    ways = {"triangle": "with the mask", "square": "without it", "square_so_far": "without it, the answer not in sight"}
    lines = [f"{said}: perplexity {measured[name]['perplexity']}" for name, said in ways.items()]
    return Outcome("\n".join([f"{out}: {measured['tokens']} tokens predicted", *lines]), values)


def _word_gaps(arguments: argparse.Namespace) -> Outcome:
    import json
    from pathlib import Path
    from shlex import join, quote

    from gptcore.checkpoints.masked import load_any_model
    from gptcore.commands.progress import counting
    from gptcore.evaluate.look_ahead import SENTENCES, read_sentences
    from gptcore.evaluate.word_gaps import measure_gaps
    from gptcore.files import write_text

    out = Path(arguments.out)
    require_place("--out", str(out.parent))
    texts = read_sentences(arguments.text or SENTENCES)
    opened = [(name, load_any_model(name)) for name in arguments.models]
    rows: list[dict[str, Any]] = []
    with counting(len(opened) * len(texts), "texts") as done:
        for name, checkpoint in opened:
            found = measure_gaps(checkpoint, texts, done)
            rows.append({"model": name, "is_causal": checkpoint.config.is_causal, **found})
    text = f" --text {quote(arguments.text)}" if arguments.text else ""
    command = f"python -m gptcore word-gaps --models {join(arguments.models)}{text} --out {quote(out.name)}"
    values = {"texts": len(texts), "command": command, "models": rows}
    write_text(out, json.dumps(values, indent=1) + "\n")
    lines = [f"{row['model']}: {row['left']:.1%} by the left side, {row['both']:.1%} by both" for row in rows]
    return Outcome("\n".join([f"{out}: {rows[0]['gaps']} hidden words", *lines]), values)


def _both_kinds(arguments: argparse.Namespace) -> Outcome:
    from itertools import product
    from pathlib import Path
    from shlex import join

    from gptcore.checkpoints.checkpoint import write_json
    from gptcore.commands.progress import show, stages
    from gptcore.paper.both_kinds import BOTH_TASKS, lambdas, row_of_both, train_both

    out, tasks = Path(arguments.out), arguments.tasks or list(BOTH_TASKS)
    require_place("--out", str(out))
    some = f" --tasks {join(tasks)}" if arguments.tasks else ""
    command = f"python -m gptcore both-kinds --models {join(arguments.models)}{some} --out both --seeds "
    values: dict[str, Any] = {"command": command + " ".join(map(str, arguments.seeds)), "rows": []}
    with stages() as say:
        for task, model in product(tasks, arguments.models):
            for weight in lambdas(model, task):
                for seed in arguments.seeds:
                    say(f"{model}, {task}, lambda {weight:g}, seed {seed}")
                    show(train_both(model, task, weight, seed, out))
                values["rows"].append(row_of_both(model, task, weight, arguments.seeds, out))
                write_json(out / "tasks.json", values)
    lines = [
        f"{row['task']}, {row['model']}, lambda {row['lambda']:g}: {row['measure']} "
        + ", ".join(f"{value:.3f}" for value in row["seeds"].values())
        for row in values["rows"]
    ]
    return Outcome("\n".join([*lines, f"the figures are in {out / 'tasks.json'}"]), values)


def _passes(arguments: argparse.Namespace) -> Outcome:
    import json
    from pathlib import Path
    from shlex import join, quote

    import torch

    from gptcore.files import write_text

    out = Path(arguments.out)
    require_place("--out", str(out.parent))
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # and the processor's own clock: what others do meanwhile is not counted
    try:
        rows = [_timed(name, arguments) for name in arguments.models]
    finally:
        torch.set_num_threads(threads)
    machine = arguments.machine or _processor()
    sizes = f"--read {arguments.read} --write {arguments.write} --repeats {arguments.repeats}"
    command = f"python -m gptcore passes --models {join(arguments.models)} {sizes} --out {quote(out.name)}"
    values = {
        "machine": machine,
        "threads": 1,
        "read": arguments.read,
        "write": arguments.write,
        "repeats": arguments.repeats,
        "command": command,
        "models": rows,
    }
    write_text(out, json.dumps(values, indent=1) + "\n")
    lines = [
        f"{row['model']}: " + ", ".join(f"{name} {time['ms']:.2f} ms" for name, time in row["times"].items())
        for row in rows
    ]
    return Outcome("\n".join([f"{out}: {machine}", *lines]), values)


def _timed(name: str, arguments: argparse.Namespace) -> dict[str, Any]:
    """A model's shape and times."""
    import time

    from gptcore.checkpoints.checkpoint import load
    from gptcore.evaluate.passes import measure_passes
    from gptcore.model.parameters import parameter_count

    model = load(name).model
    sizes = dict(n_read=arguments.read, n_write=arguments.write, repeats=arguments.repeats)
    return {
        "model": name,
        "is_causal": model.config.is_causal,
        "parameters": parameter_count(model.config),
        "layers": model.config.n_layer,
        "width": model.config.d_model,
        "times": measure_passes(model, **sizes, clock=time.thread_time),
    }


def _processor() -> str:
    """The processor's name, as its system has it."""
    import platform
    from contextlib import suppress
    from pathlib import Path

    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
