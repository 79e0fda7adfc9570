"""From a run to a model that ships: small weights, and a card that says how good they are beside honest baselines."""

import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch

from gptcore.checkpoints.card import Card, initial_seed
from gptcore.checkpoints.checkpoint import TextModel, save, save_difference, write_json
from gptcore.checkpoints.masked import load_any_model
from gptcore.checkpoints.words import WORDS
from gptcore.errors import GPTCoreError, InputError
from gptcore.evaluate.evaluation import evaluate_ids, read_ids
from gptcore.familiar import Usual
from gptcore.measures import bits_per_byte
from gptcore.model.bigram import BigramModel
from gptcore.model.kinds import new_model
from gptcore.model.ngram import train_bigram, train_unigram
from gptcore.tasks.formats import task_input
from gptcore.tasks.many import answer_many
from gptcore.tasks.metrics import confusion, metrics
from gptcore.tasks.predict import answer_of
from gptcore.tasks.task import Task
from gptcore.text.corpus import open_token_file
from gptcore.text.known_words import write_words
from gptcore.train.account import (
    Beside,
    beside_others,
    card_examples,
    learnt_from,
    of_answers,
    rename_labels,
    renamed_row,
)
from gptcore.train.familiarity import usual_passages, words_of_ids
from gptcore.train.finetune import remember_late
from gptcore.train.masked_measures import masked_measures
from gptcore.train.plans import FinetunePlan
from gptcore.train.run_folder import RunFolder

_FILES = ("corpus", "valid", "tokenizer", "start", "parent", "model", "train_file", "test_file", "file")
"""Names on a card under which a path may stand."""

Bits = Literal[16, 8, 4]
"""In which a number of the weights can be kept."""


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
    bits: Bits = 16,
    report: Callable[[str], object] = str,
) -> dict[str, Any]:
    """Writes a finished run, small, into `out`, and measures what was written: rounded weights are another model.

    A language model is measured on a held-out text, beside baselines that see the same tokens: itself as it was
    initialised, a unigram, and an interpolated Kneser-Ney bigram, both counted on the run's training text; a masked one
    on hidden tokens of it (gptcore.train.masked_measures). A fine-tuned
    model has its measures already; in fewer than 16 bits it answers the run's test examples once more. It is put beside
    simpler methods and other runs (gptcore.train.account).

    Args:
        text: not trained on; needed for a language model.
        told: what else the card says.
        beside: what a fine-tuned model is put beside.
        bits: 16 costs nothing that can be measured, and any program reads it. 8 is half of that. 4 keeps only the
            difference from the parent, which must ship.
        report: told what is done now.

    Returns:
        of a language model, perplexity and bits_per_byte of model, untrained, unigram and bigram; of a masked one, what
        gptcore.train.masked_measures gives; of a fine-tuned one,
        the results on its test file, and its card's peers and mistakes.

    Raises:
        InputError: the run has no tokenizer or is not finished, there is no text to measure a language model on, no
            parent that ships, or what is told of a fine-tuned one or put beside it does not fit.
        CheckpointError: the run is damaged.
    """
    checkpoint, folder, out = load_any_model(run), RunFolder(run), Path(out)
    if checkpoint.head is not None:
        return _publish_fine_tuned(checkpoint, folder, out, told, beside, bits, report)
    if text is None:
        raise InputError("a language model is measured on a text that it was not trained on: give --text")
    ids, n_bytes = read_ids(text, checkpoint.tokenizer)
    train_ids = open_token_file(folder.tokens / "train.bin").ids
    if not (folder.path / WORDS).exists():  # a run from before words were counted
        n_train = checkpoint.card.get("data", {}).get("train_tokens")
        write_words(folder.path / WORDS, words_of_ids(train_ids[:n_train], checkpoint.tokenizer))
    card = _told(checkpoint, out, told, bits)
    kept = _kept(replace(checkpoint, card=card), out, bits)
    card["measured_on"] = {"text": Path(text).name, "tokens": len(ids), "bytes": n_bytes}
    if not kept.config.is_causal:
        card["measures"] = measures = masked_measures(kept, train_ids, ids)
        write_json(out / "card.json", card)
        return measures
    card["measures"] = measures = _beside_baselines(kept, train_ids, ids, n_bytes)
    if (usual := usual_passages(kept.model, kept.tokenizer, ids, kept.words)) is not None:
        card["familiarity"] = usual.to_dict()
    write_json(out / "card.json", card)
    return measures


def _publish_fine_tuned(
    checkpoint: TextModel,
    folder: RunFolder,
    out: Path,
    told: Told,
    beside: Beside,
    bits: Bits,
    report: Callable[[str], object],
) -> dict[str, Any]:
    if "result" not in checkpoint.card:
        raise InputError(f"{folder.path} is not finished; go on with --resume first")
    if not _tells_words(checkpoint):
        report("words")
        with suppress(GPTCoreError):  # its files are gone: then nothing is said of words
            remember_late(folder, FinetunePlan.from_dict(folder.settings() or {}))
        checkpoint = load_any_model(folder.path)
    names = rename_labels(checkpoint, told.labels) if told.labels else {}
    assert checkpoint.head is not None
    task, rows = checkpoint.head.task, [renamed_row(row, names) for row in folder.results_rows()]
    train = learnt_from(folder, names, beside)
    card = _told(checkpoint, out, told, bits)
    if told.examples or not told.keeps_examples:
        card.pop("examples", None)
    if told.examples:
        card["examples"] = card_examples(told.examples, task)
    card |= beside_others(folder, task, train, rows, beside, report)
    kept = _kept(replace(checkpoint, card=card), out, bits)
    if bits < 16:
        report("answering again")
        rows = answered_again(kept, rows)
        card |= _measured(task, rows, card["result"])
    report("mistakes")
    card |= of_answers(task, train, rows, card)
    write_json(out / "card.json", card)
    return {**card["result"], "peers": card["peers"], "mistakes": card["mistakes"]}


def _told(checkpoint: TextModel, out: Path, told: Told, bits: Bits) -> Card:
    """A run's card with what no run knows."""
    card: Card = _portable(checkpoint.card)
    card["name"] = out.name
    if not isinstance(checkpoint.model, BigramModel):  # whose counts are whole numbers
        card["bits"] = bits
    if told.about:
        card["about"] = told.about
    if told.sources:
        card["sources"] = [{"name": name, "licence": licence} for name, licence in told.sources]
    return card


def _tells_words(checkpoint: TextModel) -> bool:
    """Whether a fine-tuned model says what is usual, beside all that is known now of what it has read."""
    if not checkpoint.config.is_causal:  # nothing is usual for what predicts no next token
        return True
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
    return load_any_model(out)


def _beside_baselines(
    checkpoint: TextModel, train_ids: np.ndarray, ids: np.ndarray, n_bytes: int
) -> dict[str, dict[str, float]]:
    vocab_size = checkpoint.config.vocab_size
    nats = {
        "model": -evaluate_ids(checkpoint.model, ids, n_bytes).perplexity.log_probability_sum,
        "bigram": train_bigram(train_ids, vocab_size).nats(ids),
        "unigram": train_unigram(train_ids, vocab_size).nats(ids),
    }
    if not isinstance(checkpoint.model, BigramModel):
        seed = torch.Generator().manual_seed(initial_seed(checkpoint.card))
        untrained = new_model(checkpoint.config, seed).eval()
        nats["untrained"] = -evaluate_ids(untrained, ids, n_bytes).perplexity.log_probability_sum
    return {
        name: {
            "perplexity": round(math.exp(total / (len(ids) - 1)), 2),
            "bits_per_byte": round(bits_per_byte(total, n_bytes), 4),
        }
        for name, total in nats.items()
    }


def answered_again(checkpoint: TextModel, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A fine-tuned run's answers to its test examples (RunFolder.results_rows) as this checkpoint gives them."""
    head, n_positions = checkpoint.head, checkpoint.config.n_positions
    assert head is not None
    texts = [row["texts"] for row in rows]
    inputs = [task_input(checkpoint.tokenizer, head.task.kind, each, n_positions) for each in texts]
    logits = {i: found for i, found, _ in answer_many(checkpoint, texts, inputs, tells_familiarity=False)}
    return [
        {**row, "answer": answer_of(head.task, logits[i]), "outputs": logits[i].tolist()} for i, row in enumerate(rows)
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
