"""What a trained model tells of what it has read: its words, and what is usual in the texts that it is tested on."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch

from gptcore.checkpoints.card import Card
from gptcore.checkpoints.checkpoint import TextModel, models
from gptcore.checkpoints.words import WORDS, WORDS_BEFORE, words_of
from gptcore.familiar import Usual, Words, look_up
from gptcore.measures import Perplexity
from gptcore.model.language_model import LanguageModel
from gptcore.tasks.examples import Example
from gptcore.text.corpus import read_documents
from gptcore.text.known_words import KnownWords, count_words, write_words
from gptcore.text.styles import END_OF_TEXT, UNKNOWN
from gptcore.text.tokenizer import Tokenizer
from gptcore.train.phases import Report

_CHUNK_TOKENS = 50_000
_MOST_TOKENS = 2_000_000
_PASSAGES = 500
"""Of a held-out text, taken evenly."""
_PASSAGE_CHARACTERS = 400
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


def words_of_corpus(corpus: str, n_bytes: int, report: Report) -> KnownWords:
    """The words of about the first `n_bytes` (of UTF-8) of a corpus; what follows is kept back for validation."""

    def texts() -> Iterator[str]:
        left = n_bytes
        for document in read_documents(corpus, progress=report):
            yield document[: max(left, 0)]
            left -= len(document.encode("utf-8", "surrogatepass"))

    return count_words(texts())


def words_of_ids(ids: np.ndarray, tokenizer: Tokenizer) -> KnownWords:
    """The words of a text that is there as token ids (N,) only, so far as its tokenizer keeps them."""

    def texts() -> Iterator[str]:
        start = 0
        while start < len(ids):
            stop = min(start + _CHUNK_TOKENS, len(ids))
            # Up to the next token that begins a word; where none does for long, words are not what it is made of.
            limit = min(stop + _CHUNK_TOKENS, len(ids))
            while stop < limit and not tokenizer.token_text(int(ids[stop]))[:1].isspace():
                stop += 1
            yield _text(ids[start:stop], tokenizer)
            start = stop

    return count_words(texts())


def remember_words(folder: Path, parent: str, base: TextModel, examples: Sequence[Example]) -> None:
    """Writes the words of a fine-tuning's examples into its folder, with those that the model it starts from was
    fine-tuned on before; and those of the pre-training, where they cannot be found by the parent's name."""
    trained, before = count_words(text for example in examples for text in example.texts), None
    if base.words is not None and base.head is not None:
        trained, before = trained.joined(base.words.trained), base.words.before
    elif base.words is not None:
        before = base.words.trained
    write_words(folder / WORDS, trained)
    if before is not None and parent not in models():
        write_words(folder / WORDS_BEFORE, before)


def usual_examples(
    folder: Path, card: Card, examples: Sequence[Example], measures: Sequence[Perplexity]
) -> Usual | None:
    """What is usual in the test examples of the fine-tuned model in a folder; None where its words are not there, or
    from too few examples."""
    if (words := words_of(folder, card, models())) is None:
        return None
    return Usual.measured(measures, [look_up(example.texts, words) for example in examples])


def usual_passages(model: LanguageModel, tokenizer: Tokenizer, ids: np.ndarray, words: Words | None) -> Usual | None:
    """What is usual in a text (N,) that a language model was not trained on, a passage of some sentences at a time;
    None where there are too few of them, or no words to compare theirs with."""
    if words is None:
        return None
    found = list(passages(_text(ids[:_MOST_TOKENS], tokenizer)))
    chosen = [found[i] for i in np.unique(np.linspace(0, len(found) - 1, _PASSAGES).astype(int))] if found else []
    measures = [measured_passage(model, tokenizer, passage) for passage in chosen]
    return Usual.measured(measures, [look_up([passage], words) for passage in chosen])


def _text(ids: np.ndarray, tokenizer: Tokenizer) -> str:
    """Without the marks between documents, and those for what a vocabulary lacks."""
    text = tokenizer.decode(ids.tolist())
    for mark in (END_OF_TEXT, UNKNOWN):
        text = text.replace(mark, "\n")
    return text


def passages(text: str) -> Iterator[str]:
    """The lines of a text, long ones cut at ends of sentences: as much as somebody types to try a model."""
    for line in text.splitlines():
        passage = ""
        for sentence in _SENTENCE_END.split(line.strip()):
            if passage and len(passage) + len(sentence) > _PASSAGE_CHARACTERS:
                yield passage
                passage = ""
            passage = f"{passage} {sentence}".strip()
        if passage:
            yield passage


@torch.no_grad()
def measured_passage(model: LanguageModel, tokenizer: Tokenizer, passage: str) -> Perplexity:
    """How well a language model predicts a passage, as Explore measures it: nothing stands before it, and its first
    token is not predicted. Of a long one, what the model sees at once."""
    ids = torch.tensor(tokenizer.encode(passage).ids[: model.config.n_positions], device=model.device)
    if len(ids) < 2:
        return Perplexity(0.0, 0)
    hidden = model.hidden_states(ids[None])[0]
    return Perplexity(-float(model.surprisal(hidden[:-1], ids[1:]).sum()), len(ids) - 1)
