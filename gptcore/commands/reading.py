"""Commands that use a model: evaluate, generate, fill, neurons and means."""

import argparse
from typing import Any

from gptcore.commands.command import Outcome, add_command, require_place
from gptcore.errors import InputError


def add(commands: Any) -> None:
    """Adds them to a parser."""
    p = add_command(commands, "evaluate", _evaluate, "perplexity and bits per byte of a text")
    p.add_argument("--model", default="default")
    p.add_argument("--text", required=True, help="a text file")

    p = add_command(commands, "generate", _generate, "continue a prompt, until its text ends at the latest")
    p.add_argument("--model", default="default")
    p.add_argument("--prompt", required=True)
    p.add_argument("--max-new-tokens", type=int, default=50)
    p.add_argument("--temperature", type=float, default=1.0)
    p.add_argument("--top-k", type=int)
    p.add_argument("--top-p", type=float)
    p.add_argument(
        "--repetition-penalty", type=float, default=1.0, help="above 1: what the text has is less likely (%(default)s)"
    )
    p.add_argument(
        "--no-repeat-ngram", type=int, default=0, metavar="N", help="no N tokens in a row come twice (0: they may)"
    )
    p.add_argument("--seed", type=int, default=0)

    p = add_command(commands, "fill", _fill, "let a masked model put words where a text has [MASK]")
    p.add_argument("--model", default="masked-stories", help="folder or name of a masked model (%(default)s)")
    p.add_argument("--text", required=True, help="[MASK] stands for one token")
    p.add_argument("--second", help="a second text in the same row")
    p.add_argument("--count", type=int, default=5, help="answers to each gap (%(default)s)")

    p = add_command(commands, "neurons", _neurons, "find what each feed-forward neuron answers to, and keep it")
    p.add_argument("--model", default="default")
    p.add_argument(
        "--text", help="a text file that it was not trained on; without it, the model writes a sample itself"
    )
    p.add_argument("--tokens", type=int, default=40_000, help="of the sample, at most (%(default)s)")
    p.add_argument("--seed", type=int, default=0, help="of the sample that the model writes")
    p.add_argument("--out", help="another folder than the model's to write neurons.safetensors into")

    p = add_command(commands, "means", _means, "measure what each part says on average, and keep it: off by its mean")
    p.add_argument("--model", default="default")
    given = p.add_mutually_exclusive_group(required=True)
    given.add_argument("--text", help="a text file that it was not trained on")
    given.add_argument("--examples", help="of a fine-tuned model: a file of examples that it was not trained on")
    p.add_argument("--tokens", type=int, default=40_000, help="to read, at most (%(default)s)")
    p.add_argument("--source", help="what text that is, in words; its file's name without it")
    p.add_argument("--out", help="another folder than the model's to write means.safetensors into")


def _evaluate(arguments: argparse.Namespace) -> Outcome:
    from gptcore.evaluate.evaluation import evaluate_text

    result = evaluate_text(arguments.model, arguments.text)
    perplexity = result.perplexity
    values = {
        "perplexity": perplexity.value,
        "bits_per_byte": result.bits_per_byte,
        "tokens": perplexity.count,
        "bytes": result.n_bytes,
    }
    return Outcome(f"perplexity {perplexity.value:.2f}, {result.bits_per_byte:.4f} bits per byte", values)


def _generate(arguments: argparse.Namespace) -> Outcome:
    import torch

    from gptcore.checkpoints.checkpoint import load_text_model
    from gptcore.decode.generate import generate

    checkpoint = load_text_model(arguments.model)
    tokenizer = checkpoint.tokenizer
    ids = tokenizer.encode(arguments.prompt).ids
    if not ids:
        raise InputError("the prompt is empty; there must be at least one token to go on from: give --prompt a word")
    generator = torch.Generator().manual_seed(_checked_seed(arguments.seed))
    steps = generate(
        checkpoint.model,
        torch.tensor(ids),
        arguments.max_new_tokens,
        arguments.temperature,
        arguments.top_k,
        arguments.top_p,
        generator,
        stop_ids=tokenizer.stop_ids,
        repetition_penalty=arguments.repetition_penalty,
        no_repeat_ngram_size=arguments.no_repeat_ngram,
    )
    new = [step.id for step in steps]
    ended = bool(new) and new[-1] in tokenizer.stop_ids
    text = tokenizer.decode([*ids, *(new[:-1] if ended else new)])
    return Outcome(text, {"text": text, "ids": new, "ended": ended})


def _fill(arguments: argparse.Namespace) -> Outcome:
    from gptcore.checkpoints.masked import load_masked_model
    from gptcore.decode.fill import fill_mask

    if arguments.count < 1:
        raise InputError(f"--count must be at least 1, not {arguments.count}")
    checkpoint = load_masked_model(arguments.model)
    texts = [arguments.text] if arguments.second is None else [arguments.text, arguments.second]
    filled = fill_mask(checkpoint.model, checkpoint.tokenizer, *texts)
    gaps = [
        [(checkpoint.tokenizer.token_text(token), share) for token, share in filled.best(gap, arguments.count)]
        for gap in range(len(filled.positions))
    ]
    lines = [", ".join(f"{token.strip()} {share:.1%}" for token, share in gap) for gap in gaps]
    return Outcome("\n".join(lines), {"gaps": [[{"token": t, "probability": p} for t, p in gap] for gap in gaps]})


def _neurons(arguments: argparse.Namespace) -> Outcome:
    from gptcore.commands.progress import stages
    from gptcore.train.neurons import make_neurons

    if arguments.out is not None:
        require_place("--out", arguments.out)
    seed = _checked_seed(arguments.seed)
    with stages() as report:
        path, n_tokens, most = make_neurons(
            arguments.model, arguments.out, arguments.text, arguments.tokens, seed, report
        )
    size = path.stat().st_size
    text = f"{path}: the {most} strongest of {n_tokens:,} tokens for each neuron, {size:,} bytes"
    return Outcome(text, {"file": str(path), "tokens": n_tokens, "places": most, "bytes": size})


def _means(arguments: argparse.Namespace) -> Outcome:
    from gptcore.commands.progress import stages
    from gptcore.train.means import make_means

    if arguments.out is not None:
        require_place("--out", arguments.out)
    given = arguments.text, arguments.examples, arguments.tokens, arguments.source
    with stages() as report:
        path, n_tokens = make_means(arguments.model, arguments.out, *given, report)
    size = path.stat().st_size
    text = f"{path}: averages over {n_tokens:,} tokens, {size:,} bytes"
    return Outcome(text, {"file": str(path), "tokens": n_tokens, "bytes": size})


def _checked_seed(seed: int) -> int:
    if not 0 <= seed < 2**63:
        raise InputError(f"seed must be a whole number from 0 to {2**63 - 1}, not {seed}")
    return seed
