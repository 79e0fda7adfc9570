"""A next token that a learner names by typing it: a word stands for the token that begins it."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from app.shared.theme import escape, plain_token
from gptcore.text.tokenizer import Tokenizer

FIRST_OF = "“{word}” is {n} tokens; its first, “{token}”, is compared."


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


def compared_tokens(
    tokenizer: Tokenizer, boxes: Iterable[tuple[str, np.ndarray]]
) -> tuple[tuple[int | None, ...], tuple[str, ...]]:
    """The tokens that are typed to be compared, and notes on words of several tokens, for Markdown.

    Args:
        boxes: of each what was typed, and the logits (V,) at the place where it would follow.

    Returns:
        A token for each box, None for an empty one; and as many notes as there are such words.
    """
    tokens: list[int | None] = []
    notes = []
    for typed, logits in boxes:
        found = typed_token(tokenizer, typed, logits)
        tokens.append(None if found is None else found.id)
        if found is not None and found.n_tokens > 1:
            token = escape(plain_token(tokenizer.token_text(found.id)))
            notes.append(FIRST_OF.format(word=escape(typed.strip()), n=found.n_tokens, token=token))
    return tuple(tokens), tuple(notes)
