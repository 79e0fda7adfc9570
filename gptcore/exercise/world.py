"""The course text's world of ten tokens: five sentences to read, four with a label, and the least possible loss."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

from gptcore.errors import InputError

START, DELIM, EXTRACT = "[Start]", "[Delim]", "[Extract]"
VOCABULARY = (START, DELIM, EXTRACT, "the", "film", "was", "great", "terrible", "cat", "sat")
SENTENCES = ("the cat sat", "the film was great", "the film was terrible", "the cat was great", "the cat sat sat")
LABELS = ("negative", "positive")
LABELLED = (
    ("the film was great", "positive"),
    ("the film was terrible", "negative"),
    ("the cat was great", "positive"),
    ("the cat was terrible", "negative"),
)
TARGETS = tuple(LABELS.index(label) for _, label in LABELLED)
"""Numbers of the right labels."""
PROMPT = "the film was"
"""Whose next word is asked for before and after."""
N_POSITIONS = 10


def ids_of(sentence: str) -> tuple[int, ...]:
    """A sentence's tokens: a word is one.

    Raises:
        InputError: a word is not of this world, or there is none.
    """
    words = sentence.split()
    if not words:
        raise InputError("the sentence is empty; write some of the ten words")
    if unknown := [word for word in words if word not in VOCABULARY]:
        raise InputError(f"{unknown[0]!r:.60} is not one of the ten tokens: {', '.join(VOCABULARY)}")
    return tuple(VOCABULARY.index(word) for word in words)


def row_of(sentence: str) -> tuple[int, ...]:
    """What is read to classify: [Start] sentence [Extract]."""
    return ids_of(f"{START} {sentence} {EXTRACT}")


def floor(texts: Sequence[Sequence[int]]) -> float:
    """The least mean loss over all predictions in these texts, in nats.

    Where the same beginning goes on in several ways, no model can be sure: the best gives each its share, and pays the
    entropy of the next token given all before it.

    Args:
        texts: ids of each; their first tokens are not predicted.

    Raises:
        InputError: nothing is predicted in any of them.
    """
    following: defaultdict[tuple[int, ...], Counter[int]] = defaultdict(Counter)
    for ids in texts:
        for t in range(1, len(ids)):
            following[tuple(ids[:t])][ids[t]] += 1
    total = sum(counts.total() for counts in following.values())
    if not total:
        raise InputError("in these texts nothing is predicted; give one of two tokens or more")
    surprise = (-n * math.log(n / counts.total()) for counts in following.values() for n in counts.values())
    return math.fsum(surprise) / total


def shares_after(sentence: str) -> tuple[float, ...]:
    """How often each of the ten tokens follows this beginning in SENTENCES, (V,): what the best model says there."""
    beginning = ids_of(sentence)
    n = len(beginning)
    next_ids = [ids[n] for ids in map(ids_of, SENTENCES) if len(ids) > n and ids[:n] == beginning]
    return tuple(next_ids.count(i) / len(next_ids) if next_ids else 0.0 for i in range(len(VOCABULARY)))


FLOOR = floor([ids_of(sentence) for sentence in SENTENCES])
"""Of pre-training, in nats a word."""
LABELLED_FLOOR = floor([row_of(sentence) for sentence, _ in LABELLED])
"""Of L1 in fine-tuning."""
COIN = math.log(len(LABELS))
"""L2 of who gives both labels one half."""
