"""From a run to a model that ships: float16 weights and a card that says how good it is beside honest peers."""

import math
from pathlib import Path
from typing import Any

import torch

from gptcore.evaluation import evaluate_ids, read_ids
from gptcore.measures import bits_per_byte
from gptcore.model.gpt import GPT
from gptcore.ngram import train_bigram, train_unigram
from gptcore.runs.checkpoint import Checkpoint, initial_seed, load, save
from gptcore.runs.folder import RunFolder
from gptcore.text.corpus import open_token_file


def publish(run: str | Path, text: str | Path, out: str | Path) -> dict[str, dict[str, float]]:
    """Measures a finished run on a held-out text and writes it, small, into `out`.

    The peers see the same tokens: the model as it was initialised, a unigram, and an interpolated Kneser-Ney bigram,
    both counted on the run's training text.

    Returns:
        perplexity and bits_per_byte of model, untrained, unigram and bigram; the card has them too.
    """
    checkpoint = load(run)
    ids, n_bytes = read_ids(text, checkpoint.tokenizer)
    train_ids = open_token_file(RunFolder(run).tokens / "train.bin").ids
    untrained = GPT(checkpoint.config, torch.Generator().manual_seed(initial_seed(checkpoint.card))).eval()
    vocab_size = checkpoint.config.vocab_size
    nats = {
        "model": -evaluate_ids(checkpoint.model, ids, n_bytes).perplexity.log_probability_sum,
        "bigram": train_bigram(train_ids, vocab_size).nats(ids),
        "unigram": train_unigram(train_ids, vocab_size).nats(ids),
        "untrained": -evaluate_ids(untrained, ids, n_bytes).perplexity.log_probability_sum,
    }
    measures = {
        name: {
            "perplexity": round(math.exp(total / (len(ids) - 1)), 2),
            "bits_per_byte": round(bits_per_byte(total, n_bytes), 4),
        }
        for name, total in nats.items()
    }
    measured_on = {"text": Path(text).name, "tokens": len(ids), "bytes": n_bytes}
    card: dict[str, Any] = {**checkpoint.card, "name": Path(out).name, "measured_on": measured_on, "measures": measures}
    settings = card.get("settings", {})
    for name in ("corpus", "valid", "tokenizer"):  # where a file lay on one machine is of no use on another
        if settings.get(name):
            settings[name] = Path(settings[name]).name
    save(Checkpoint(checkpoint.model, checkpoint.tokenizer, checkpoint.config, card), out, torch.float16)
    return measures
