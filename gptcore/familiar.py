"""How familiar a text is to a model: its surprise and its words beside those of the texts that it was tested on.

Two numbers of a text are compared with what is usual: the mean surprise of its tokens, and the mean rarity of its
words: how many times rarer each is in what the model was trained on last than in what it had read before, as a
logarithm. (A word never seen in the last training counts as _UNSEEN times rarer, or more; where nothing is known of
what came before, that alone counts. Of those that were seen the commonest, which stand in any text, are left out.)
Each number becomes a standard score: how many standard deviations it lies above the test texts' median, for a text of
its length. A text is strange if the sum of the two is above that of all but a few (_FALSE_ALARMS) of the test texts.

Why these two: tests/benchmarks/familiarity.py has the other scores that were tried and what each one tells apart.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, Self

import numpy as np

from gptcore.measures import Perplexity
from gptcore.text.known_words import KnownWords, Word, words_in

Reason = Literal["perplexity", "words"]
QUANTILES = (50, 90, 95, 99)
"""Percent of the test texts."""
_FALSE_ALARMS = 0.05
"""Share of the test texts that is called strange."""
_FEWEST_TEXTS = 20
"""From fewer nothing is derived."""
_COMMON = 100
_LEAST_SPREAD = 0.1
"""Of test texts that are all alike: e to this power is 10 % more."""
_SPREAD = ("middle", "between", "within")
_UNSEEN = 20.0


@dataclass(frozen=True)
class Words:
    """What a model has read, as words."""

    trained: KnownWords
    """Of its last training: fine-tuning, or pre-training where that was the last."""
    before: KnownWords | None = None
    """Of the training before that; None where it is not known, or there was none."""
    common: frozenset[str] = frozenset()
    """Words of the last training that stand in any text."""

    @classmethod
    def of(cls, trained: KnownWords, before: KnownWords | None = None) -> Self:
        """With their commonest words."""
        of_both = trained.commonest(_COMMON) | (before.commonest(_COMMON) if before else frozenset())
        return cls(trained, before, of_both & trained.counts.keys())

    def rarity(self, word: str) -> float:
        """Logarithm of how many times rarer a word is in the last training than before it."""
        unseen = math.log(_UNSEEN) if word not in self.trained else -math.inf
        if self.before is None:
            return max(unseen, 0.0)
        now = (self.trained.counts.get(word, 0) + 0.5) / (self.trained.total + 1)
        then = (self.before.counts.get(word, 0) + 0.5) / (self.before.total + 1)
        return max(unseen, math.log(then / now))


@dataclass(frozen=True)
class Unseen:
    """A word that was never seen in the last training, where it stands in a text."""

    start: int
    end: int
    """Character offsets, the second exclusive."""
    in_pretraining: bool
    """Whether it came in the training before."""


@dataclass(frozen=True)
class TextWords:
    """The words of one or several texts beside those that a model has read."""

    unseen: tuple[tuple[Unseen, ...], ...]
    """Per text."""
    share_unseen: float
    """Of all words; 0 where there is none."""
    rarity: float
    """Mean over the words that are not common; see Words.rarity."""
    n_rated: int
    """Words that are not common."""
    has_before: bool
    """Whether it is known what the model had read before its last training: else rarity is another quantity."""


def look_up(texts: Sequence[str], words: Words) -> TextWords:
    """Compares the words of texts with those that a model has read."""
    found = [list(words_in(text)) for text in texts]
    unseen = tuple(tuple(_unseen(word, words) for word in text if word.word not in words.trained) for text in found)
    rated = [words.rarity(word.word) for text in found for word in text if word.word not in words.common]
    n_words = sum(map(len, found))
    return TextWords(
        unseen,
        sum(map(len, unseen)) / max(n_words, 1),
        float(np.mean(rated)) if rated else 0.0,
        len(rated),
        words.before is not None,
    )


def _unseen(word: Word, words: Words) -> Unseen:
    return Unseen(word.start, word.end, words.before is not None and word.word in words.before)


@dataclass(frozen=True)
class Spread:
    """How a mean over n parts of a text (tokens, words) varies between texts: variance = between + within / n."""

    middle: float
    """The median."""
    between: float
    within: float

    @classmethod
    def fitted(cls, means: np.ndarray, n: np.ndarray) -> Self:
        """By least squares on the squared distances of texts' means (N,) from their median."""
        middle = float(np.median(means))
        squares, parts = (means - middle) ** 2, 1 / np.maximum(n, 1)
        between, within = np.linalg.lstsq(np.stack([np.ones_like(parts), parts], axis=1), squares)[0]
        if min(between, within) < 0:  # no such variance: all of it is the other
            between, within = (0.0, squares.mean() / parts.mean()) if between < 0 else (squares.mean(), 0.0)
        return cls(middle, float(between), float(within))

    def score(self, mean: float, n: int) -> float:
        """Standard deviations above the median, for a mean over n parts."""
        spread = math.sqrt(self.between + self.within / max(n, 1))
        return (mean - self.middle) / max(spread, _LEAST_SPREAD)


@dataclass(frozen=True)
class Usual:
    """What is usual in the texts that a model was tested on; on its card under "familiarity"."""

    texts: int
    """How many there were."""
    perplexity: dict[str, float]
    """Quantiles of the texts' perplexities, by percent."""
    share_unseen: dict[str, float]
    """Quantiles of their shares of words never seen in the last training."""
    surprisal: Spread
    """Nats per token."""
    rarity: Spread
    threshold: float
    """The sum of both scores above which a text is strange."""
    has_before: bool = True
    """As TextWords has it; of words that are looked up in another way nothing is said."""

    @classmethod
    def measured(cls, measures: Sequence[Perplexity], words: Sequence[TextWords]) -> Self | None:
        """From test texts, one measure and one look at the words each; None from too few."""
        pairs = [(measure, look) for measure, look in zip(measures, words, strict=True) if measure.count]
        if len(pairs) < _FEWEST_TEXTS:
            return None
        means = np.array([measure.mean_surprisal for measure, _ in pairs])
        surprisal = Spread.fitted(means, np.array([measure.count for measure, _ in pairs]))
        rated = [look for _, look in pairs]
        rarity = Spread.fitted(np.array([x.rarity for x in rated]), np.array([x.n_rated for x in rated]))
        shares = _quantiles([x.share_unseen for x in rated])
        usual = cls(len(pairs), _quantiles(np.exp(means)), shares, surprisal, rarity, 0.0, rated[0].has_before)
        sums = [sum(usual.scores(measure, look).values()) for measure, look in pairs]
        return cls(**{**vars(usual), "threshold": round(float(np.quantile(sums, 1 - _FALSE_ALARMS)), 3)})

    def scores(self, measure: Perplexity, words: TextWords) -> dict[Reason, float]:
        """Both standard scores of a text; 0 for one of which nothing can be said."""
        can_be_rated = words.n_rated and words.has_before == self.has_before
        return {
            "perplexity": self.surprisal.score(measure.mean_surprisal, measure.count),
            "words": self.rarity.score(words.rarity, words.n_rated) if can_be_rated else 0.0,
        }

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return asdict(self)

    @classmethod
    def from_card(cls, card: Mapping[str, Any]) -> Self | None:
        """What a card tells, which anybody may write; None where it tells nothing that can be used."""
        try:
            values = card["familiarity"]
            usual = cls(
                int(values["texts"]),
                _numbers(values["perplexity"], map(str, QUANTILES)),
                _numbers(values["share_unseen"], map(str, QUANTILES)),
                Spread(**_numbers(values["surprisal"], _SPREAD)),
                Spread(**_numbers(values["rarity"], _SPREAD)),
                **_numbers(values, ["threshold"]),
                has_before=bool(values.get("has_before", True)),
            )
        except (KeyError, TypeError, ValueError, OverflowError):
            return None
        spreads = usual.surprisal, usual.rarity
        can_be = usual.perplexity["50"] > 0 and all(min(s.between, s.within) >= 0 for s in spreads)
        return usual if can_be else None


@dataclass(frozen=True)
class Familiarity:
    """One example beside what is usual."""

    perplexity: float
    """Of its texts under the model's own language modelling."""
    usual: float
    """The median of the test texts' perplexities."""
    unseen: tuple[tuple[Unseen, ...], ...]
    """Per text, the words never seen in the last training."""
    share_unseen: float
    usual_share: float
    """The median of the test texts' shares of unseen words."""
    scores: dict[Reason, float]
    """Standard deviations above the median."""
    threshold: float
    """Of the sum of the scores."""

    @property
    def times(self) -> float:
        """How many times as surprising as what the model learnt from."""
        return self.perplexity / self.usual

    @property
    def is_strange(self) -> bool:
        """Whether it is not like what the model learnt from."""
        return sum(self.scores.values()) > self.threshold

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """What makes it strange: each score that reaches half of the threshold, of two at least one."""
        return tuple(name for name, score in self.scores.items() if self.is_strange and score > self.threshold / 2)


def compare(usual: Usual, measure: Perplexity, words: TextWords) -> Familiarity:
    """Puts a text that was measured beside what is usual."""
    return Familiarity(
        measure.value,
        usual.perplexity["50"],
        words.unseen,
        words.share_unseen,
        usual.share_unseen["50"],
        usual.scores(measure, words) if measure.count else {"perplexity": 0.0, "words": 0.0},
        usual.threshold,
    )


def _quantiles(values: np.ndarray | Sequence[float]) -> dict[str, float]:
    return {str(q): round(float(np.quantile(values, q / 100)), 4) for q in QUANTILES}


def _numbers(values: Mapping[str, Any], names: Iterable[str]) -> dict[str, float]:
    """Raises ValueError, KeyError or TypeError if one of them is no number."""
    numbers = {name: float(values[name]) for name in names}
    if not all(map(math.isfinite, numbers.values())):
        raise ValueError("a number that is none")
    return numbers
