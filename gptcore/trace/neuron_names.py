"""What the places have in common where a neuron is most active: a name for it, where one thing holds for most of them.

Nothing here guesses what a neuron is for. A name says what is so at the strongest places of a sample, how often, and
how often it is so anywhere in that sample; there is none where fewer than LEAST of them share it, or not MARGIN more
than anywhere.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gptcore.trace.contexts import Contexts, Sample

LEAST, MARGIN = 0.7, 0.5
"""Share of the strongest places, and how much above the share of all places, from which a name is given."""
FEWEST = 5
"""Places from which anything is said."""


@dataclass(frozen=True)
class Name:
    """What most of a neuron's strongest places share."""

    what: str
    """One of "token", "letters", "after", "first", "capital", "number", "punctuation", "inside"."""
    token: int | None
    """The token that "token", "letters" and "after" mean."""
    share: float
    """Of the strongest places."""
    anywhere: float
    """Of all places of the sample."""


class Traits:
    """What can be so at a place of a sample, for naming neurons.

    Args:
        texts: what each token of the vocabulary reads as, (V,).
    """

    def __init__(self, sample: Sample, texts: Sequence[str]):
        ids = sample.ids
        first = np.zeros(len(ids), dtype=bool)
        first[sample.starts] = True
        self._ids = ids
        self._before = np.where(first, -1, np.roll(ids, 1))
        letters: dict[str, int] = {}  # the lowest token of the same letters stands for all of them
        self._letters = np.array([letters.setdefault(_letters(text), i) for i, text in enumerate(texts)])[ids]
        kinds = {"capital": _is_capital, "number": _is_number, "punctuation": _is_punctuation, "inside": _is_inside}
        self._kinds = {what: np.array([holds(text) for text in texts])[ids] for what, holds in kinds.items()}
        self._kinds["inside"] &= ~first
        self._kinds["first"] = first

    def name(self, contexts: Contexts, layer: int, neuron: int) -> Name | None:
        """What the strongest places of a neuron share; of several things that which is rarest elsewhere."""
        places, _ = contexts.of(layer, neuron)
        if len(places) < FEWEST:
            return None
        found = []
        for what, of in (("token", self._ids), ("letters", self._letters), ("after", self._before)):
            tokens, counts = np.unique(of[places], return_counts=True)
            token = int(tokens[counts.argmax()])
            if token >= 0:
                found.append(Name(what, token, float(counts.max() / len(places)), float((of == token).mean())))
        for what, holds in self._kinds.items():
            found.append(Name(what, None, float(holds[places].mean()), float(holds.mean())))
        best = max(found, key=lambda name: name.share - name.anywhere)  # of equals the first
        return best if best.share >= LEAST and best.share - best.anywhere >= MARGIN else None


def _letters(text: str) -> str:
    return text.strip().lower() or text


def _is_capital(text: str) -> bool:
    return text.strip()[:1].isupper()


def _is_number(text: str) -> bool:
    return text.strip().isdecimal()


def _is_punctuation(text: str) -> bool:
    core = text.strip()
    return bool(core) and all(unicodedata.category(character)[0] == "P" for character in core)


def _is_inside(text: str) -> bool:
    """Whether it goes on with a word that began before it; in a vocabulary that marks the beginnings of words."""
    return text[:1].isalpha()
