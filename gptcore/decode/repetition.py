"""Against repetition: a penalty on tokens that are there already, a ban on n-grams that are; as transformers has them.

In: the logits of one position, (V,), and the ids of the whole text so far, prompt included. Out: other logits. Both act
before temperature and cuts.
"""

from collections.abc import Sequence

import numpy as np

from gptcore.decode.sampling import is_finite
from gptcore.errors import ConfigError

NO_PENALTY, NO_BAN = 1.0, 0
"""What leaves the logits as they are."""
MOST_PENALTY, MOST_NGRAM = 100.0, 100


def check_repetition_settings(repetition_penalty: float, no_repeat_ngram_size: int) -> None:
    """Raises:
    ConfigError: a setting is out of range; every problem is listed.
    """
    problems = []
    if not is_finite(repetition_penalty) or not 0 < repetition_penalty <= MOST_PENALTY:
        problems.append(
            f"repetition_penalty must be above 0 (1 is none) and at most {MOST_PENALTY:g}, not {repetition_penalty!r}"
        )
    if type(no_repeat_ngram_size) is not int or not 0 <= no_repeat_ngram_size <= MOST_NGRAM:
        problems.append(
            f"no_repeat_ngram_size must be a whole number from 0 (none) to {MOST_NGRAM}, not {no_repeat_ngram_size!r}"
        )
    if problems:
        raise ConfigError(problems)


def adjusted(
    logits: np.ndarray, ids: Sequence[int], repetition_penalty: float = NO_PENALTY, no_repeat_ngram_size: int = NO_BAN
) -> np.ndarray:
    """The logits after the penalty and then the ban, in transformers' order; the array itself where both are off.

    Args:
        logits: (V,), left as they are.
        ids: of the text so far, prompt included; none of them outside the vocabulary.

    Raises:
        ConfigError: a setting is out of range.
    """
    check_repetition_settings(repetition_penalty, no_repeat_ngram_size)
    return without_repeated_ngrams(penalized(logits, ids, repetition_penalty), ids, no_repeat_ngram_size)


def penalized(logits: np.ndarray, ids: Sequence[int], penalty: float) -> np.ndarray:
    """The logits of tokens that are in `ids` divided by the penalty where positive, multiplied by it where negative:
    above 1 both make them less likely, however often they are there. (Keskar et al. 2019, CTRL, section 4.1, which
    divides only.)
    """
    if penalty == NO_PENALTY or not len(ids):
        return logits
    seen = np.unique(np.asarray(ids, dtype=np.int64))
    changed = logits.copy()
    changed[seen] = np.where(logits[seen] < 0, logits[seen] * penalty, logits[seen] / penalty)
    return changed


def without_repeated_ngrams(logits: np.ndarray, ids: Sequence[int], size: int) -> np.ndarray:
    """−inf for every token that would end with an n-gram of this size that is in `ids` already.

    Where that would leave no token at all (a vocabulary smaller than the text, and size 1), nothing is banned: a text
    must go on somehow.
    """
    banned = banned_tokens(ids, size)
    if not len(banned) or not np.isfinite(np.delete(logits, banned)).any():
        return logits
    changed = logits.copy()
    changed[banned] = -np.inf
    return changed


def banned_tokens(ids: Sequence[int], size: int) -> np.ndarray:
    """Tokens, ascending, that would repeat an n-gram of this size; none for size 0 or a text that is shorter."""
    text = np.asarray(ids, dtype=np.int64)
    if size == NO_BAN or len(text) < size:
        return np.empty(0, dtype=np.int64)
    grams = np.lib.stride_tricks.sliding_window_view(text, size)
    beginning = text[len(text) - size + 1 :]
    return np.unique(grams[(grams[:, :-1] == beginning).all(axis=1), -1])
