"""From a run to a model that ships: float16 weights and a card that says how good it is beside honest baselines."""

import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
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
from gptcore.train.account import Beside, account, card_examples, rename_labels, renamed_row
from gptcore.train.familiarity import usual_passages, words_of_ids
from gptcore.train.finetune import remember_late
from gptcore.train.plans import FinetunePlan
from gptcore.train.run_folder import RunFolder

_FILES = ("corpus", "valid", "tokenizer", "parent", "model", "train_file", "test_file", "file")
"""Names on a card under which a path may stand."""


@dataclass(frozen=True)
class Told:
    """What a card says that no run knows."""

    about: str | None = None
    """What the data is, a line for people."""
    sources: Sequence[tuple[str, str]] = ()
    """Where the data comes from and its licence."""
    labels: Sequence[str] | None = None
    """Other names for a fine-tuned model's classes, in the order of its own."""
    keeps_examples: bool = True
    """Whether some examples of the run's test file stand on the card: they may be somebody else's."""
    examples: str | Path | None = None
    """A labelled file, in the names of `labels`, whose examples stand there instead."""


_NOTHING, _ALONE = Told(), Beside()


def publish(
    run: str | Path,
    out: str | Path,
    text: str | Path | None = None,
    told: Told = _NOTHING,
    beside: Beside = _ALONE,
    report: Callable[[str], object] = str,
) -> dict[str, Any]:
    """Writes a finished run, small, into `out`.

    A language model is measured on a held-out text, beside baselines that see the same tokens: itself as it was
    initialised, a unigram, and an interpolated Kneser-Ney bigram, both counted on the run's training text. A fine-tuned
    model has its measures already; it is put beside simpler methods and other runs (gptcore.train.account).

    Args:
        text: not trained on; needed for a language model.
        told: what else the card says.
        beside: what a fine-tuned model is put beside.
        report: told what is done now.

    Returns:
        of a language model, perplexity and bits_per_byte of model, untrained, unigram and bigram; of a fine-tuned one,
        the results on its test file, and its card's peers and mistakes.

    Raises:
        InputError: the run has no tokenizer, there is no text to measure a language model on, or what is told of a
            fine-tuned one or put beside it does not fit.
    """
    checkpoint, folder = load_text_model(run), RunFolder(run)
    if checkpoint.head is not None and checkpoint.words is None:
        with suppress(GPTCoreError):  # its files are gone: then nothing is said of words
            remember_late(folder, FinetunePlan.from_dict(folder.settings() or {}))
        checkpoint = load_text_model(run)
    names = rename_labels(checkpoint, told.labels) if told.labels else {}
    card: Card = _portable(checkpoint.card)
    card["name"] = Path(out).name
    if checkpoint.head is None:
        if text is None:
            raise InputError("a language model is measured on a text that it was not trained on: give --text")
        card |= _beside_baselines(checkpoint, folder, text)
    else:
        rows = [renamed_row(row, names) for row in folder.results_rows()]
        card |= account(run, checkpoint.head.task, rows, names, beside, report)
        if told.examples or not told.keeps_examples:
            card.pop("examples", None)
        if told.examples:
            card["examples"] = card_examples(told.examples, checkpoint.head.task)
    if told.about:
        card["about"] = told.about
    if told.sources:
        card["sources"] = [{"name": name, "licence": licence} for name, licence in told.sources]
    save(replace(checkpoint, card=card), out, torch.float16)
    if checkpoint.head is None:
        return card["measures"]
    return {**card["result"], "peers": card["peers"], "mistakes": card["mistakes"]}


def _beside_baselines(checkpoint: TextModel, folder: RunFolder, text: str | Path) -> Card:
    ids, n_bytes = read_ids(text, checkpoint.tokenizer)
    train_ids = open_token_file(folder.tokens / "train.bin").ids
    if not (folder.path / WORDS).exists():  # a run from before words were counted
        n_train = checkpoint.card.get("data", {}).get("train_tokens")
        write_words(folder.path / WORDS, words_of_ids(train_ids[:n_train], checkpoint.tokenizer, lambda _: None))
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
