"""A next token that a learner names by typing it: a word stands for the token that begins it."""

from typing import NamedTuple

import numpy as np

from gptcore.text.tokenizer import Tokenizer


class TypedToken(NamedTuple):
    """What a typed word stands for."""

    id: int
    n_tokens: int
    """How many tokens the word has; `id` is the first of them."""


def typed_token(tokenizer: Tokenizer, typed: str, logits: np.ndarray) -> TypedToken | None:
    """The token of a word as it would go on a text; None of nothing.

    A word is looked for with a space before it and without: where both are single tokens, the likelier one is meant.

    Args:
        logits: (V,) at the place where it would follow.
    """
    word = typed.strip()
    if not word:
        return None
    spellings = [ids for text in (" " + word, word) if (ids := tokenizer.encode(text).ids)]
    single = [ids[0] for ids in spellings if len(ids) == 1]
    if single:
        return TypedToken(max(single, key=lambda token: float(logits[token])), 1)
    return TypedToken(spellings[0][0], len(spellings[0])) if spellings else None
