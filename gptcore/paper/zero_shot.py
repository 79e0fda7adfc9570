"""What a pre-trained model knows of tasks that nobody taught it: the paper's heuristics (section 5, figure 2, right).

acceptability  the mean log-probability of a sentence's tokens, above or below a threshold: here the median of all
               sentences, so that no label is used
endings        the ending with the higher mean log-probability of its tokens, given what came before
sentiment      the paper appends "very" and compares two words; the story world's way to say it is "NAME was", and the
               words are happy and sad
entailment     ours: the story world's guessing games say "True", "False" or "Perhaps" after a guess, so the likeliest
               of the three words after premise and hypothesis decides

In: a model, its tokenizer and examples. Out: the share that is right. Works with any model that has hidden_states and
unembed.
"""

import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch

from gptcore.checkpoints.checkpoint import TextModel
from gptcore.tasks.examples import Example
from gptcore.tasks.storyworld.phrases import words

_BATCH = 64
_VERDICTS = {
    "entailment": (" True", " Right"),
    "contradiction": (" False", " Wrong"),
    "neutral": (" Perhaps", " Maybe"),
}
_FEELINGS = {"positive": (" was happy",), "negative": (" was sad",)}
_WORD = re.compile(r"\w+")
GUESSING = {"acceptability": 1 / 2, "endings": 1 / 2, "sentiment": 1 / 2, "entailment": 1 / 3}
"""What a random guess gives."""

Continued = tuple[str, str]
"""A beginning, and what is scored after it."""


def accuracy(read: TextModel, task: str, examples: Sequence[Example]) -> float:
    """Share of examples that the heuristic of a task answers right.

    Args:
        task: a key of GUESSING.
    """
    answers = _HEURISTICS[task](read, examples)
    return float(np.mean([answer == example.target for answer, example in zip(answers, examples, strict=True)]))


def mean_log_probabilities(read: TextModel, texts: Sequence[Continued]) -> np.ndarray:
    """Of each continuation's tokens, given its beginning: (N,) nats. A text begins after an end-of-text token; one that
    is too long loses its beginning."""
    rows = [_row(read, *text) for text in texts]
    order = sorted(range(len(rows)), key=lambda i: len(rows[i][0]))
    found = np.empty(len(rows))
    for first in range(0, len(order), _BATCH):
        part = order[first : first + _BATCH]
        found[part] = _scored(read, [rows[i] for i in part])
    return found


@torch.no_grad()
def _scored(read: TextModel, rows: Sequence[tuple[list[int], int]]) -> np.ndarray:
    longest = max(len(ids) for ids, _ in rows)
    ids = torch.zeros(len(rows), longest, dtype=torch.long)
    counts = torch.zeros(len(rows), longest - 1)
    for row, (tokens, n_scored) in enumerate(rows):
        ids[row, : len(tokens)] = torch.tensor(tokens)
        counts[row, len(tokens) - 1 - n_scored : len(tokens) - 1] = 1
    log_p = read.model.unembed(read.model.hidden_states(ids[:, :-1])).log_softmax(dim=-1)
    chosen = log_p.gather(2, ids[:, 1:, None]).squeeze(2)
    means: np.ndarray = ((chosen * counts).sum(dim=1) / counts.sum(dim=1)).numpy()
    return means


def _row(read: TextModel, beginning: str, scored: str) -> tuple[list[int], int]:
    """Ids, and how many of the last ones are scored."""
    end = read.tokenizer.end_of_text_id
    before = ([] if end is None else [end]) + (list(read.tokenizer.encode(beginning).ids) if beginning else [])
    after = list(read.tokenizer.encode(scored).ids)
    ids = [*before, *after][-read.config.n_positions :]
    return ids, min(len(after), len(ids) - 1)


def _likeliest(read: TextModel, beginnings: Sequence[str], answers: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The answer whose best wording is likeliest after each beginning."""
    names = [name for name, wordings in answers.items() for _ in wordings]
    wordings = [wording for wordings in answers.values() for wording in wordings]
    scores = mean_log_probabilities(read, [(text, wording) for text in beginnings for wording in wordings])
    return [names[best] for best in scores.reshape(len(beginnings), len(wordings)).argmax(axis=1)]


def _acceptability(read: TextModel, examples: Sequence[Example]) -> list[str]:
    scores = mean_log_probabilities(read, [("", example.texts[0]) for example in examples])
    return ["acceptable" if score > np.median(scores) else "unacceptable" for score in scores]


def _endings(read: TextModel, examples: Sequence[Example]) -> list[int]:
    texts = [(example.texts[0], f" {ending}") for example in examples for ending in example.texts[1:]]
    scores = mean_log_probabilities(read, texts).reshape(len(examples), -1)
    return [int(best) for best in scores.argmax(axis=1)]


def _sentiment(read: TextModel, examples: Sequence[Example]) -> list[str]:
    children = {*words("girl"), *words("boy")}
    named = [next(word for word in _WORD.findall(e.texts[0]) if word in children) for e in examples]
    return _likeliest(read, [f"{e.texts[0]} {name}" for e, name in zip(examples, named, strict=True)], _FEELINGS)


def _entailment(read: TextModel, examples: Sequence[Example]) -> list[str]:
    return _likeliest(read, [" ".join(example.texts) for example in examples], _VERDICTS)


_HEURISTICS: dict[str, Callable[[TextModel, Sequence[Example]], Sequence[str | int]]] = {
    "acceptability": _acceptability,
    "endings": _endings,
    "sentiment": _sentiment,
    "entailment": _entailment,
}
