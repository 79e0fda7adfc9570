"""How good a fine-tuned model is by its own card, beside what can be had without reading.

Anybody may write a card: whatever does not fit is left out.
"""

import math
from dataclasses import dataclass
from typing import Any

from gptcore.checkpoints.card import Card

_HUGE = 1e12
_SURE = 1.96
"""Standard errors to either side that hold 95 % of a normal distribution."""


@dataclass(frozen=True)
class Standing:
    """A result on examples that the model never saw, and what it learnt from."""

    measure: str
    """accuracy, or pearson for scores."""
    value: float
    tested_on: int
    """Examples."""
    learnt_from: int | None
    sources: tuple[str, ...]
    """What the data is called, else the file that it was in."""
    majority: float | None
    """Of always giving the commonest answer; an accuracy."""
    commonest: str | None
    bag_of_words: float | None
    """A logistic regression on words and pairs of neighbours, by the same measure."""
    shared_words: float | None = None
    """One that is told which words two texts share."""

    @property
    def margin(self) -> float:
        """Half the width of the value's 95 % interval, from the number of examples alone."""
        n = self.tested_on
        spread = 1 - self.value**2 if self.measure == "pearson" else math.sqrt(self.value * (1 - self.value))
        return _SURE * spread / math.sqrt(n)

    @property
    def beats_bag_of_words(self) -> bool | None:
        """Whether the bag of words lies clearly below, outside the margin; None where the card does not say."""
        return None if self.bag_of_words is None else self.value - self.bag_of_words > self.margin


def standing(card: Card) -> Standing | None:
    """What a card says of it; None where it has no result on a test file."""
    match card:
        case {
            "result": {"measure": ("accuracy" | "pearson") as measure, **result},
            "data": {"test": {"examples": int(tested_on)}, **data},
        } if tested_on > 1:
            value = number(result.get(measure))
            if value is None or not -1 <= value <= 1 or (measure == "accuracy" and value < 0):
                return None
        case _:
            return None
    majority, commonest = _commonest(card, tested_on)
    train = data.get("train")
    train = train if isinstance(train, dict) else {}
    learnt_from = train.get("examples")
    return Standing(
        measure=measure,
        value=value,
        tested_on=tested_on,
        learnt_from=learnt_from if type(learnt_from) is int and learnt_from > 0 else None,
        sources=_sources(card) or tuple(name for name in [train.get("file")] if isinstance(name, str)),
        majority=majority if measure == "accuracy" else None,
        commonest=commonest,
        bag_of_words=peer(card, "bag_of_words", measure),
        shared_words=peer(card, "shared_words", measure),
    )


def peer(card: Card, name: str, measure: str) -> float | None:
    """What another way of answering comes to on the same examples, by card["peers"]."""
    peers = card.get("peers")
    value = peers.get(name) if isinstance(peers, dict) else None
    return number(value.get(measure, value.get("mean")) if isinstance(value, dict) else value)


def number(value: Any) -> float | None:
    """A card's value as a number; None if it is none that can be used."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and abs(value) < _HUGE else None


def _commonest(card: Card, tested_on: int) -> tuple[float | None, str | None]:
    """Share and name of the answer that is right most often, from the confusion of the test file."""
    match card:
        case {"confusion": [*rows], "task": {"labels": [*labels]}} if len(rows) == len(labels):
            counts = [sum(row) for row in rows if _is_counts(row)]
            if len(counts) == len(labels) and sum(counts) == tested_on:
                most = max(counts)
                return most / tested_on, str(labels[counts.index(most)])
    return peer(card, "majority", "accuracy"), None


def _is_counts(row: Any) -> bool:
    return isinstance(row, list) and all(type(count) is int and count >= 0 for count in row)


def _sources(card: Card) -> tuple[str, ...]:
    entries = card.get("sources")
    names = [entry.get("name") for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    return tuple(name for name in names if isinstance(name, str) and name.strip())
