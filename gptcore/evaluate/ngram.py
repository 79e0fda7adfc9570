"""The models to beat: a unigram and an interpolated Kneser-Ney bigram over token ids, honest peers for a model's card.

In: token ids of a training text. Out: natural log-probabilities that sum to 1 over the vocabulary for every context.
"""

from dataclasses import dataclass

import numpy as np

from gptcore.errors import InputError


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
    """Interpolated Kneser-Ney (Chen and Goodman 1998, section 2.7), one discount.

    p(w | c) = max(count(c, w) - d, 0) / count(c) + d * types(c) / count(c) * p_continuation(w): what was seen after c,
    lowered by d, and the rest shared out by how many different tokens w has followed.
    """

    discount: float
    codes: np.ndarray
    """(P,) sorted: c * V + w of every pair seen."""
    counts: np.ndarray
    """(P,) how often."""
    context_counts: np.ndarray
    """(V,) how often a token was followed by anything."""
    context_types: np.ndarray
    """(V,) by how many different tokens."""
    continuation: np.ndarray
    """(V,) probabilities; every token has some."""

    def probability(self, context: np.ndarray, token: np.ndarray) -> np.ndarray:
        """p(token | context), elementwise over equal shapes."""
        vocab_size = len(self.continuation)
        code = context.astype(np.int64) * vocab_size + token
        at = np.minimum(np.searchsorted(self.codes, code), len(self.codes) - 1)
        count = np.where(self.codes[at] == code, self.counts[at], 0)
        total = np.maximum(self.context_counts[context], 1)
        seen = np.maximum(count - self.discount, 0) / total
        rest = np.where(
            self.context_counts[context] > 0, self.discount * self.context_types[context] / total, 1.0
        )  # a context never seen says nothing: all of it is shared out
        return seen + rest * self.continuation[token]

    def nats(self, ids: np.ndarray) -> float:
        """Total surprisal of ids[1:], each given the token before it."""
        ids = np.asarray(ids)
        return float(-np.log(self.probability(ids[:-1], ids[1:])).sum())


def train_unigram(ids: np.ndarray, vocab_size: int) -> Unigram:
    """Counts tokens; ids (N,)."""
    counts = np.bincount(ids, minlength=vocab_size) + 1.0
    return Unigram(np.log(counts / counts.sum()))


def train_bigram(ids: np.ndarray, vocab_size: int) -> Bigram:
    """Counts neighbours; ids (N,). The discount is n1 / (n1 + 2 n2), from the pairs seen once and twice.

    Raises:
        InputError: fewer than two tokens, so no neighbours.
    """
    if len(ids) < 2:
        raise InputError(f"a bigram is counted from at least two tokens, not {len(ids)}; give it a longer text")
    pairs = np.asarray(ids[:-1], dtype=np.int64) * vocab_size + np.asarray(ids[1:], dtype=np.int64)
    codes, counts = np.unique(pairs, return_counts=True)
    once, twice = int((counts == 1).sum()), int((counts == 2).sum())
    discount = once / (once + 2 * twice) if once else 0.5
    contexts, followers = codes // vocab_size, codes % vocab_size
    types_before = np.bincount(followers, minlength=vocab_size) + 1.0  # one more, so that no token is impossible
    return Bigram(
        discount=discount,
        codes=codes,
        counts=counts,
        context_counts=np.bincount(contexts, weights=counts, minlength=vocab_size),
        context_types=np.bincount(contexts, minlength=vocab_size),
        continuation=types_before / types_before.sum(),
    )
