"""Models of counts over token ids: a unigram, and a bigram with Laplace's smoothing or interpolated Kneser-Ney.

In: token ids of a training text. Out: probabilities in float64 that sum to 1 over the vocabulary for every context.
"""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from gptcore.errors import InputError
from gptcore.lazy import cached_property

Smoothing = Literal["kneser-ney", "laplace"]
SMOOTHINGS: tuple[Smoothing, ...] = get_args(Smoothing)
MOST_ADDED = 1_000.0


@dataclass(frozen=True)
class Unigram:
    """Every token by how often it occurs, plus one, whatever came before."""

    log_probability: np.ndarray
    """(V,)."""

    def nats(self, ids: np.ndarray) -> float:
        """Total surprisal of ids[1:], the tokens a GPT is asked to predict too."""
        return float(-self.log_probability[np.asarray(ids[1:])].sum())


@dataclass(frozen=True)
class Bigram:
    """How likely a token w is after a token c, from the pairs that were counted.

    laplace: p(w | c) = (count(c, w) + k) / (count(c) + k V): every pair counts as seen k times more.

    kneser-ney (interpolated; Chen and Goodman 1998, section 2.7, with one discount d = n1 / (n1 + 2 n2) from the
    pairs seen once and twice): p(w | c) = max(count(c, w) - d, 0) / count(c) + d * types(c) / count(c) *
    p_continuation(w): what was seen after c, lowered by d, and the rest shared out by how many different tokens w has
    followed, plus one, so that no token is impossible.

    Both are what was seen of the pair plus a share of one distribution over all tokens, and are computed so.
    """

    vocab_size: int
    codes: np.ndarray
    """(P,) int64, sorted: c * V + w of every pair seen."""
    counts: np.ndarray
    """(P,) int64: how often."""
    smoothing: Smoothing = "kneser-ney"
    added: float = 1.0
    """Laplace's k."""

    def __post_init__(self) -> None:
        """Raises as check_smoothing."""
        check_smoothing(self.smoothing, self.added)

    @cached_property
    def context_counts(self) -> np.ndarray:
        """(V,) how often each token was followed by anything."""
        contexts = self.codes // self.vocab_size
        return np.bincount(contexts, weights=self.counts, minlength=self.vocab_size)

    @cached_property
    def discount(self) -> float:
        """What Kneser-Ney takes from the count of every pair; 0 with Laplace's smoothing."""
        if self.smoothing == "laplace":
            return 0.0
        once, twice = int((self.counts == 1).sum()), int((self.counts == 2).sum())
        return once / (once + 2 * twice) if once else 0.5

    @cached_property
    def continuation(self) -> np.ndarray:
        """(V,) the distribution that what was not seen is shared out by: even with Laplace's smoothing."""
        if self.smoothing == "laplace":
            return np.full(self.vocab_size, 1 / self.vocab_size)
        types_before = np.bincount(self.codes % self.vocab_size, minlength=self.vocab_size) + 1.0
        return types_before / types_before.sum()

    @cached_property
    def starts(self) -> np.ndarray:
        """(V + 1,) where the pairs of each context begin among all."""
        return np.searchsorted(self.codes, np.arange(self.vocab_size + 1) * self.vocab_size)

    @cached_property
    def _divisors(self) -> np.ndarray:
        """(V,) that counts are divided by."""
        if self.smoothing == "laplace":
            return self.context_counts + self.added * self.vocab_size
        return np.maximum(self.context_counts, 1)

    @cached_property
    def _shared(self) -> np.ndarray:
        """(V,) the share of each context that goes to `continuation`; all of it where nothing was seen."""
        if self.smoothing == "laplace":
            return self.added * self.vocab_size / self._divisors
        return np.where(self.context_counts > 0, self.discount * np.diff(self.starts) / self._divisors, 1.0)

    def count(self, context: np.ndarray, token: np.ndarray) -> np.ndarray:
        """How often token followed context, elementwise over equal shapes."""
        code = np.asarray(context).astype(np.int64) * self.vocab_size + token
        at = np.minimum(np.searchsorted(self.codes, code), len(self.codes) - 1)
        return np.where(self.codes[at] == code, self.counts[at], 0)

    def probability(self, context: np.ndarray, token: np.ndarray) -> np.ndarray:
        """p(token | context), elementwise over equal shapes."""
        seen = np.maximum(self.count(context, token) - self.discount, 0) / self._divisors[context]
        return seen + self._shared[context] * self.continuation[token]

    def rows(self, contexts: np.ndarray) -> np.ndarray:
        """p of every token after each of the contexts (N,): (N, V)."""
        contexts = np.asarray(contexts).astype(np.int64)
        table = self._shared[contexts][:, None] * self.continuation
        first, n = self.starts[contexts], np.diff(self.starts)[contexts]
        row = np.repeat(np.arange(len(contexts)), n)
        pair = np.arange(n.sum()) + np.repeat(first - np.concatenate([[0], np.cumsum(n)[:-1]]), n)
        seen = np.maximum(self.counts[pair] - self.discount, 0) / self._divisors[contexts[row]]
        table[row, self.codes[pair] % self.vocab_size] += seen
        return table

    def nats(self, ids: np.ndarray) -> float:
        """Total surprisal of ids[1:], each given the token before it."""
        ids = np.asarray(ids)
        return float(-np.log(self.probability(ids[:-1], ids[1:])).sum())


def check_smoothing(smoothing: str, added: float) -> None:
    """Raises:
    InputError: a smoothing that is none, or a k out of range.
    """
    if smoothing not in SMOOTHINGS:
        raise InputError(f"smoothing must be one of {', '.join(SMOOTHINGS)}, not {smoothing!r:.40}")
    if not 0 < added <= MOST_ADDED:
        raise InputError(f"added must be a number above 0, at most {MOST_ADDED:g}, not {added!r:.40}")


def train_unigram(ids: np.ndarray, vocab_size: int) -> Unigram:
    """Counts tokens; ids (N,)."""
    counts = np.bincount(ids, minlength=vocab_size) + 1.0
    return Unigram(np.log(counts / counts.sum()))


def train_bigram(ids: np.ndarray, vocab_size: int, smoothing: Smoothing = "kneser-ney", added: float = 1.0) -> Bigram:
    """Counts neighbours; ids (N,).

    Raises:
        InputError: fewer than two tokens, so no neighbours; an id outside the vocabulary; as Bigram.
    """
    if len(ids) < 2:
        raise InputError(f"a bigram is counted from at least two tokens, not {len(ids)}; give it a longer text")
    if int(np.max(ids)) >= vocab_size or int(np.min(ids)) < 0:
        raise InputError(f"the text has ids outside the vocabulary of {vocab_size:,}")
    pairs = np.asarray(ids[:-1], dtype=np.int64) * vocab_size + np.asarray(ids[1:], dtype=np.int64)
    return Bigram(vocab_size, *np.unique(pairs, return_counts=True), smoothing, added)
