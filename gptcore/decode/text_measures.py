"""What a text that a model wrote is like, in numbers: how likely it is to the model, how varied, how repetitive.

In: the choices of gptcore.decode.strategies, the prompt's ids and the text. Out: a record.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gptcore.decode.strategies import Choice

NGRAM = 4
_WORD = re.compile(r"\w+(?:['’]\w+)*")


@dataclass(frozen=True)
class TextMeasures:
    """Of what was written, without its prompt."""

    n_tokens: int
    log_probability: float
    """The sum over its tokens under the model's own distribution, in nats, whatever strategy chose them."""
    distinct_words: float | None
    """Different words, of all words, capitals or not; None if it has no word."""
    repeated: float | None
    """Share of its n-grams of four tokens that stand in prompt and text before; None if it has none."""
    entropy: float | None
    """The mean over its steps of the model's own, in bits; None for an empty text."""

    @property
    def per_token(self) -> float | None:
        """Log-probability per token, in nats; None for an empty text."""
        return self.log_probability / self.n_tokens if self.n_tokens else None


def measure(choices: Sequence[Choice], prompt: Sequence[int], text: str) -> TextMeasures:
    """Measures what was written.

    Args:
        prompt: ids; an n-gram may begin in them, but not end.
        text: what the choices spell.
    """
    return TextMeasures(
        n_tokens=len(choices),
        log_probability=float(sum(chosen.log_probability for chosen in choices)),
        distinct_words=distinct_words(text),
        repeated=repeated_ngrams(prompt, [chosen.id for chosen in choices]),
        entropy=float(np.mean([chosen.entropy for chosen in choices])) if choices else None,
    )


def distinct_words(text: str) -> float | None:
    """Different words of all words; None if there is none."""
    words = [word.casefold() for word in _WORD.findall(text)]
    return len(set(words)) / len(words) if words else None


def repeated_ngrams(prompt: Sequence[int], ids: Sequence[int], size: int = NGRAM) -> float | None:
    """The share of n-grams ending in `ids` that stand before in prompt and text; None if there is none."""
    repeats = repeats_at(prompt, ids, size)
    n_grams = len(ids) - max(0, size - 1 - len(prompt))
    return sum(repeats) / n_grams if n_grams > 0 else None


def repeats_at(prompt: Sequence[int], ids: Sequence[int], size: int = NGRAM) -> list[bool]:
    """For each of `ids`, whether the n-gram that it ends stands before in prompt and text."""
    text = [*prompt, *ids]
    seen: set[tuple[int, ...]] = set()
    repeats = []
    for end in range(1, len(text) + 1):
        gram = tuple(text[max(0, end - size) : end])
        if end > len(prompt):
            repeats.append(len(gram) == size and gram in seen)
        seen.add(gram)
    return repeats
