"""From a run to a model that ships: small weights, and a card that says how good they are beside honest baselines."""

import math
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch

from gptcore.checkpoints.card import Card, initial_seed
from gptcore.checkpoints.checkpoint import TextModel, load_text_model, save, save_difference, write_json
from gptcore.checkpoints.words import WORDS
from gptcore.errors import GPTCoreError, InputError
from gptcore.evaluate.evaluation import evaluate_ids, read_ids
from gptcore.evaluate.ngram import train_bigram, train_unigram
from gptcore.familiar import Usual
from gptcore.measures import bits_per_byte
from gptcore.model.gpt import GPT
from gptcore.tasks.metrics import confusion, metrics
from gptcore.tasks.predict import predict
from gptcore.tasks.task import Task
from gptcore.text.corpus import open_token_file
from gptcore.text.known_words import write_words
from gptcore.train.familiarity import usual_passages, words_of_ids
from gptcore.train.finetune import remember_late
from gptcore.train.plans import FinetunePlan
from gptcore.train.run_folder import RunFolder

_FILES = ("corpus", "valid", "tokenizer", "parent", "model", "train_file", "test_file", "file")
"""Names on a card under which a path may stand."""

Bits = Literal[16, 8, 4]
"""In which a number of the weights can be kept."""


def publish(
    run: str | Path, out: str | Path, text: str | Path | None = None, about: str | None = None, bits: Bits = 16
) -> dict[str, Any]:
    """Writes a finished run, small, into `out`, and measures what was written: rounded weights are another model.

    A language model is measured on a held-out text, beside baselines that see the same tokens: itself as it was
    initialised, a unigram, and an interpolated Kneser-Ney bigram, both counted on the run's training text. A fine-tuned
    model has its measures already; in fewer than 16 bits it answers the run's test examples once more.

    Args:
        text: not trained on; needed for a language model.
        about: a line for the card: what the data is.
        bits: 16 costs nothing that can be measured, and any program reads it. 8 is half of that. 4 keeps only the
            difference from the parent, which must ship.

    Returns:
        of a language model, perplexity and bits_per_byte of model, untrained, unigram and bigram; of a fine-tuned one,
        the results on its test file.

    Raises:
        InputError: the run has no tokenizer or is not finished, there is no text to measure a language model on, or no
            parent that ships.
        CheckpointError: the run is damaged.
    """
    checkpoint, folder, out = load_text_model(run), RunFolder(run), Path(out)
    card: Card = _portable(checkpoint.card)
    card |= {"name": out.name, "bits": bits}
    if about:
        card["about"] = about
    if checkpoint.head is None:
        if text is None:
            raise InputError("a language model is measured on a text that it was not trained on: give --text")
        ids, n_bytes = read_ids(text, checkpoint.tokenizer)
        train_ids = open_token_file(folder.tokens / "train.bin").ids
        if not (folder.path / WORDS).exists():  # a run from before words were kept
            n_train = card.get("data", {}).get("train_tokens")
            write_words(folder.path / WORDS, words_of_ids(train_ids[:n_train], checkpoint.tokenizer))
        kept = _kept(replace(checkpoint, card=card), out, bits)
        card["measured_on"] = {"text": Path(text).name, "tokens": len(ids), "bytes": n_bytes}
        card["measures"] = measures = _beside_baselines(kept, train_ids, ids, n_bytes)
        if (usual := usual_passages(kept.model, kept.tokenizer, ids, kept.words)) is not None:
            card["familiarity"] = usual.to_dict()
        write_json(out / "card.json", card)
        return measures
    if "result" not in card:
        raise InputError(f"{folder.path} is not finished; go on with --resume first")
    if not _tells_words(checkpoint):
        with suppress(GPTCoreError):  # what it was trained on is gone: nothing is said of words
            card |= remember_late(folder, FinetunePlan.from_dict(folder.settings() or {}))
    rows = folder.results_rows() if bits < 16 else []
    kept = _kept(replace(checkpoint, card=card), out, bits)
    if rows:
        card |= _measured(checkpoint.head.task, answered_again(kept, rows), card["result"])
        write_json(out / "card.json", card)
    return card["result"]


def _tells_words(checkpoint: TextModel) -> bool:
    """Whether a fine-tuned model says what is usual, beside all that is known now of what it has read."""
    words, usual = checkpoint.words, Usual.from_card(checkpoint.card)
    return words is not None and usual is not None and usual.has_before == (words.before is not None)


def _kept(checkpoint: TextModel, out: Path, bits: Bits) -> TextModel:
    """Writes a checkpoint, and gives what a reader finds."""
    if bits == 4:
        if checkpoint.head is None:
            raise InputError("only a fine-tuned model has a parent to keep the difference from; give 8 or 16 bits")
        save_difference(checkpoint, out, str(checkpoint.card.get("parent")))
    else:
        save(checkpoint, out, torch.int8 if bits == 8 else torch.float16)
    return load_text_model(out)


def _beside_baselines(
    checkpoint: TextModel, train_ids: np.ndarray, ids: np.ndarray, n_bytes: int
) -> dict[str, dict[str, float]]:
    untrained = GPT(checkpoint.config, torch.Generator().manual_seed(initial_seed(checkpoint.card))).eval()
    vocab_size = checkpoint.config.vocab_size
    nats = {
        "model": -evaluate_ids(checkpoint.model, ids, n_bytes).perplexity.log_probability_sum,
        "bigram": train_bigram(train_ids, vocab_size).nats(ids),
        "unigram": train_unigram(train_ids, vocab_size).nats(ids),
        "untrained": -evaluate_ids(untrained, ids, n_bytes).perplexity.log_probability_sum,
    }
    return {
        name: {
            "perplexity": round(math.exp(total / (len(ids) - 1)), 2),
            "bits_per_byte": round(bits_per_byte(total, n_bytes), 4),
        }
        for name, total in nats.items()
    }


def answered_again(checkpoint: TextModel, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A fine-tuned run's answers to its test examples (RunFolder.results_rows) as this checkpoint gives them."""
    predictions = [predict(checkpoint, row["texts"]) for row in rows]
    return [
        {**row, "answer": prediction.answer, "outputs": prediction.logits.tolist()}
        for row, prediction in zip(rows, predictions, strict=True)
    ]


def _measured(task: Task, rows: list[dict[str, Any]], result: dict[str, Any]) -> Card:
    """What the answers of rounded weights change on a card whose result was this."""
    targets, answers = [row["target"] for row in rows], [row["answer"] for row in rows]
    measures = metrics(task, targets, answers)
    card: Card = {"result": result | measures, "as_trained": {name: result[name] for name in measures}}
    if task.labels is not None:
        card["confusion"] = confusion(task, targets, answers)
    return card


def _portable(value: Any, name: str = "") -> Any:
    """A card, or a value on it, whose files are names: where one lay on one machine is of no use on another."""
    if isinstance(value, dict):
        return {name: _portable(part, name) for name, part in value.items()}
    return Path(value).name if name in _FILES and isinstance(value, str) else value
