"""From a run to a model that ships: float16 weights and a card that says how good it is beside honest baselines."""

import math
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from gptcore.checkpoints.card import Card, initial_seed
from gptcore.checkpoints.checkpoint import TextModel, load_text_model, save
from gptcore.checkpoints.words import WORDS
from gptcore.errors import GPTCoreError, InputError
from gptcore.evaluate.evaluation import evaluate_ids, read_ids
from gptcore.evaluate.ngram import train_bigram, train_unigram
from gptcore.measures import bits_per_byte
from gptcore.model.gpt import GPT
from gptcore.text.corpus import open_token_file
from gptcore.text.known_words import write_words
from gptcore.train.familiarity import usual_passages, words_of_ids
from gptcore.train.finetune import remember_late
from gptcore.train.plans import FinetunePlan
from gptcore.train.run_folder import RunFolder

_FILES = ("corpus", "valid", "tokenizer", "parent", "model", "train_file", "test_file", "file")
"""Names on a card under which a path may stand."""


def publish(
    run: str | Path, out: str | Path, text: str | Path | None = None, about: str | None = None
) -> dict[str, Any]:
    """Writes a finished run, small, into `out`.

    A language model is measured on a held-out text, beside baselines that see the same tokens: itself as it was
    initialised, a unigram, and an interpolated Kneser-Ney bigram, both counted on the run's training text. A fine-tuned
    model has its measures already.

    Args:
        text: not trained on; needed for a language model.
        about: a line for the card: what the data is.

    Returns:
        of a language model, perplexity and bits_per_byte of model, untrained, unigram and bigram; of a fine-tuned one,
        the results on its test file.

    Raises:
        InputError: the run has no tokenizer, or there is no text to measure a language model on.
    """
    checkpoint, folder = load_text_model(run), RunFolder(run)
    if checkpoint.head is not None and checkpoint.words is None:
        with suppress(GPTCoreError):  # its files are gone: then nothing is said of words
            remember_late(folder, FinetunePlan.from_dict(folder.settings() or {}))
        checkpoint = load_text_model(run)
    card: Card = _portable(checkpoint.card)
    card["name"] = Path(out).name
    if checkpoint.head is None:
        if text is None:
            raise InputError("a language model is measured on a text that it was not trained on: give --text")
        card |= _beside_baselines(checkpoint, folder, text)
    if about:
        card["about"] = about
    save(replace(checkpoint, card=card), out, torch.float16)
    return card["measures"] if checkpoint.head is None else card["result"]


def _beside_baselines(checkpoint: TextModel, folder: RunFolder, text: str | Path) -> Card:
    ids, n_bytes = read_ids(text, checkpoint.tokenizer)
    train_ids = open_token_file(folder.tokens / "train.bin").ids
    if not (folder.path / WORDS).exists():  # a run from before words were counted
        n_train = checkpoint.card.get("data", {}).get("train_tokens")
        write_words(folder.path / WORDS, words_of_ids(train_ids[:n_train], checkpoint.tokenizer))
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
    card: Card = {"measured_on": {"text": Path(text).name, "tokens": len(ids), "bytes": n_bytes}, "measures": measures}
    if (usual := usual_passages(checkpoint.model, checkpoint.tokenizer, ids, checkpoint.words)) is not None:
        card["familiarity"] = usual.to_dict()
    return card


def _portable(value: Any, name: str = "") -> Any:
    """A card, or a value on it, whose files are names: where one lay on one machine is of no use on another."""
    if isinstance(value, dict):
        return {name: _portable(part, name) for name, part in value.items()}
    return Path(value).name if name in _FILES and isinstance(value, str) else value
