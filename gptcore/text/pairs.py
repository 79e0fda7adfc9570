"""A row as a masked language model reads it (Devlin et al. 2019, figure 2): [CLS] a [SEP], or [CLS] a [SEP] b [SEP].

The pieces are our BPE's, not BERT's WordPiece: with the vocabulary of the GPT beside it, whatever differs between the
two models comes from the mask and the objective. Only the three special tokens are added.
"""

from collections.abc import Sequence
from typing import NamedTuple

from gptcore.errors import InputError
from gptcore.text.styles import MASK_TOKENS
from gptcore.text.tokenizer import Tokenizer


class MaskIds(NamedTuple):
    """Ids of the three special tokens."""

    cls: int
    sep: int
    mask: int


class PairRow(NamedTuple):
    """One row; the lists have one entry per token."""

    ids: list[int]
    segments: list[int]
    """0 for [CLS], the first text and its [SEP]; 1 for the second and its own."""
    is_text: list[bool]
    """False for [CLS] and [SEP]."""


def has_mask_tokens(tok: Tokenizer) -> bool:
    """Whether a vocabulary is one of a masked language model."""
    return all(tok.id_of(token) is not None for token in MASK_TOKENS)


def mask_ids(tok: Tokenizer) -> MaskIds:
    """Raises:
    InputError: the vocabulary has no such tokens, so it is no masked language model's.
    """
    ids = [found for token in MASK_TOKENS if (found := tok.id_of(token)) is not None]
    if len(ids) < len(MASK_TOKENS):
        raise InputError(f"this vocabulary lacks {', '.join(MASK_TOKENS)}; its model is a GPT, which fills in no masks")
    return MaskIds(*ids)


def pair_row(special: MaskIds, *texts: Sequence[int]) -> PairRow:
    """One or two texts, given as ids, as a row."""
    ids, segments, is_text = [special.cls], [0], [False]
    for segment, text in enumerate(texts):
        ids += [*text, special.sep]
        segments += [segment] * (len(text) + 1)
        is_text += [True] * len(text) + [False]
    return PairRow(ids, segments, is_text)
