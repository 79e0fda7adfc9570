"""The model to beat at filling gaps: both neighbours of a gap, by a bigram counted on the training text.

p(w | left, right) is proportional to p(w | left) p(right | w): exact for a text in which each token depends on the one
before it alone. It is given the true neighbours, even where the masked model it is compared with sees [MASK] there.
"""

import numpy as np

from gptcore.model.ngram import Bigram

_CELLS = 2_000_000
"""Probabilities worked on at a time."""


def neighbours_nats(bigram: Bigram, left: np.ndarray, right: np.ndarray, tokens: np.ndarray) -> np.ndarray:
    """Surprisal in nats of each of tokens (N,) between its neighbours left and right, each (N,): (N,)."""
    vocabulary = np.arange(len(bigram.continuation))
    pairs, inverse = np.unique(np.stack([left, right]), axis=1, return_inverse=True)
    wanted = inverse.reshape(-1)
    nats = np.empty(len(tokens))
    size = max(1, _CELLS // len(vocabulary))
    for start in range(0, pairs.shape[1], size):
        before, after = pairs[:, start : start + size]
        joint = bigram.probability(np.broadcast_to(before[:, None], (len(before), len(vocabulary))), vocabulary)
        joint = joint * bigram.probability(vocabulary, np.broadcast_to(after[:, None], joint.shape))
        here = np.flatnonzero((wanted >= start) & (wanted < start + size))
        shares = joint / joint.sum(axis=1, keepdims=True)
        nats[here] = -np.log(shares[wanted[here] - start, tokens[here]])
    return nats
