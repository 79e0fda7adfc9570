"""A bigram model with add-k (Laplace) smoothing: counts of pairs, plus k, divided by each row's sum."""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np

from gptcore.errors import InputError

START, END = "[START]", "[END]"
MOST_SAMPLED = 20
"""Words of a sentence that is drawn; a longer one stops there, without [END]."""
MOST_WORDS = 12
"""Entries of the vocabulary: more would not fit a table."""


@dataclass(frozen=True)
class Bigram:
    """P(next | previous) for a vocabulary of V words."""

    vocabulary: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    """(V, V): how often a column's word followed a row's word."""
    smoothing: float
    probabilities: tuple[tuple[float, ...], ...]
    """(V, V); a row that was never seen and is not smoothed is all 0."""

    def total(self, word: str) -> float:
        """A row's counts with smoothing: the denominator."""
        index = self.vocabulary.index(word)
        return sum(self.counts[index]) + self.smoothing * len(self.vocabulary)

    def smoothed(self, previous: str, following: str) -> float:
        """A pair's count with smoothing: the numerator."""
        return self.counts[self.vocabulary.index(previous)][self.vocabulary.index(following)] + self.smoothing

    def probability(self, previous: str, following: str) -> float:
        """P(following | previous)."""
        return self.probabilities[self.vocabulary.index(previous)][self.vocabulary.index(following)]

    def sentence(self, words: Sequence[str]) -> tuple[float, ...]:
        """The probability of each word after the one before, [START] and [END] included.

        Raises:
            InputError: a word is not in the vocabulary.
        """
        unknown = [word for word in words if word not in self.vocabulary]
        if unknown:
            raise InputError(f"“{unknown[0]}” is in none of the sentences, so the model has no row for it.")
        path = (START, *words, END)
        return tuple(self.probability(a, b) for a, b in pairwise(path))


def bigram(sentences: Sequence[Sequence[str]], smoothing: float) -> Bigram:
    """Counts pairs in sentences.

    Args:
        sentences: words of each; [START] and [END] are added.
        smoothing: added to every count, 0 or more.

    Raises:
        InputError: there is no sentence, or there are too many different words.
    """
    sentences = [words for words in sentences if words]
    if not sentences:
        raise InputError("All sentences are empty: write at least one.")
    seen = dict.fromkeys(word for words in sentences for word in words if word not in (START, END))
    vocabulary = (*seen, START, END)
    if len(vocabulary) > MOST_WORDS:
        raise InputError(
            f"The sentences have {len(seen)} different words; the table has room for {MOST_WORDS - 2}. Use fewer."
        )
    index = {word: number for number, word in enumerate(vocabulary)}
    counts = [[0] * len(vocabulary) for _ in vocabulary]
    for words in sentences:
        path = (START, *(word for word in words if word not in (START, END)), END)
        for previous, following in pairwise(path):
            counts[index[previous]][index[following]] += 1
    return Bigram(vocabulary, tuple(map(tuple, counts)), smoothing, tuple(_smoothed(row, smoothing) for row in counts))


def _smoothed(counts: Sequence[int], smoothing: float) -> tuple[float, ...]:
    total = math.fsum(counts) + smoothing * len(counts)
    return tuple((count + smoothing) / total if total else 0.0 for count in counts)


@dataclass(frozen=True)
class Draw:
    """One word of a sentence that was drawn."""

    previous: str
    uniform: float
    """The random number, from 0 to 1."""
    low: float
    """Where the word's share of the row begins: the probabilities before it, added up."""
    word: str
    probability: float


def sample(model: Bigram, generator: np.random.Generator) -> tuple[Draw, ...]:
    """A sentence drawn word by word from [START] on, until [END] or MOST_SAMPLED words.

    A uniform number falls into one of the shares that a row divides 1 into.

    Args:
        generator: one of numpy's, so that three lines of numpy draw the same.
    """
    draws: list[Draw] = []
    previous = START
    while previous != END and len(draws) < MOST_SAMPLED:
        row = model.probabilities[model.vocabulary.index(previous)]
        uniform, ends = float(generator.random()), list(accumulate(row))
        chosen = min(bisect_right(ends, uniform), len(row) - 1)  # rounding may leave the last end below 1
        draws.append(Draw(previous, uniform, ends[chosen] - row[chosen], model.vocabulary[chosen], row[chosen]))
        previous = model.vocabulary[chosen]
    return tuple(draws)
