"""A bigram made from a text: what `python -m gptcore count` does. Its folder opens as every model's, and holds the
token ids and the words of the text, so that it can be published as a run can."""

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gptcore.checkpoints.card import Card
from gptcore.checkpoints.checkpoint import Checkpoint, save, write_json
from gptcore.checkpoints.words import WORDS
from gptcore.errors import InputError
from gptcore.evaluate.evaluation import evaluate_ids, read_ids
from gptcore.model.bigram import BigramModel
from gptcore.model.ngram import Smoothing, check_smoothing, train_bigram
from gptcore.text.corpus import read_documents, text_bytes, write_token_file
from gptcore.text.known_words import write_words
from gptcore.text.tokenizer import Tokenizer
from gptcore.train.familiarity import words_of_corpus
from gptcore.train.recording import machine
from gptcore.train.run_folder import RunFolder


@dataclass(frozen=True)
class Counted:
    """A bigram that was made."""

    pairs: int
    """Different pairs of tokens."""
    tokens: int
    """Of the text."""
    valid_perplexity: float | None
    """Of a text that was not counted; None without one."""


def count_bigram(
    corpus: str | Path,
    tokenizer: str | Path,
    out: str | Path,
    smoothing: Smoothing = "kneser-ney",
    added: float = 1.0,
    valid: str | Path | None = None,
    report: Callable[[str], object] = str,
) -> Counted:
    """Counts which token follows which in a text, and writes a model's folder.

    Args:
        corpus: a UTF-8 text file, or a folder of .txt files.
        tokenizer: a folder that has one: a tokenizer's, or a model's.
        out: must be new or empty.
        smoothing: how pairs that were not seen get their share; see gptcore.model.ngram.
        added: Laplace's k.
        valid: a text to measure it on.
        report: told what is done now.

    Raises:
        InputError: a text or setting cannot be used, or the folder is not empty; nothing is left behind.
        CheckpointError: there is no tokenizer.
    """
    folder = RunFolder(out)
    if folder.path.exists() and (not folder.path.is_dir() or any(folder.path.iterdir())):
        raise InputError(f"{folder.path} is not empty; choose another --out")
    check_smoothing(smoothing, added)
    cut = Tokenizer.load(tokenizer)
    started = time.perf_counter()
    held_out = None if valid is None else read_ids(valid, cut)
    next(read_documents(corpus))  # raises where there is no text
    fresh = not folder.path.exists()
    folder.tokens.mkdir(parents=True)
    try:
        report("tokens")
        text = write_token_file(read_documents(corpus), cut, folder.tokens / "train.bin")
        report("counting")
        bigram = train_bigram(text.ids, cut.vocab_size, smoothing, added)
    except InputError:
        shutil.rmtree(folder.path if fresh else folder.tokens)
        raise
    report("words")
    write_words(folder.path / WORDS, words_of_corpus(str(corpus), text_bytes(corpus), lambda *_: None))
    model = BigramModel(bigram).eval()
    result: dict[str, Any] = {"tokens": len(text.ids), "pairs": len(bigram.codes)}
    data = {"corpus": Path(corpus).name, "train_tokens": len(text.ids), "notes": list(text.notes)}
    perplexity = None
    if held_out is not None:
        report("measuring")
        measured = evaluate_ids(model, *held_out).perplexity
        perplexity = measured.value
        result |= {"valid_loss": measured.mean_surprisal, "valid_perplexity": perplexity}
        data |= {"validation": Path(valid or "").name, "valid_tokens": len(held_out[0])}
    result["seconds"] = round(time.perf_counter() - started, 1)
    asked: dict[str, Any] = {"corpus": str(corpus), "tokenizer": str(tokenizer), "smoothing": smoothing}
    if smoothing == "laplace":
        asked["added"] = added
    ran_on = machine(model.device)
    card: Card = {"name": folder.path.name, "data": data, "settings": asked, "machine": ran_on, "result": result}
    save(Checkpoint(model, cut, model.config, card), folder.path)
    write_json(folder.card, card)
    return Counted(len(bigram.codes), len(text.ids), perplexity)
