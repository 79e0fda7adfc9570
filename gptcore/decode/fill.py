"""What a masked language model puts into gaps, and how likely it finds a text: neither writes from left to right.

In: a model without the causal mask, its tokenizer and a text. Out: probabilities over the whole vocabulary.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from gptcore.config import ModelConfig, require_masked
from gptcore.errors import InputError
from gptcore.model.kinds import states_of
from gptcore.model.language_model import LanguageModel
from gptcore.model.marks import Marks
from gptcore.text.pairs import MaskIds, PairRow, mask_ids, pair_row
from gptcore.text.tokenizer import Tokenizer

GAP = "[MASK]"
"""Stands in a text for one token."""
_GAP = re.compile(r" ?\[MASK\]")  # a token has the space before it
_ROWS = 32
"""Copies of a text that are read at a time."""


@dataclass(frozen=True)
class Filled:
    """A text with gaps as the model read it, and what it puts there."""

    ids: tuple[int, ...]
    """(T,), with [CLS] and [SEP]."""
    segments: tuple[int, ...]
    """(T,): 0 in the first text, 1 in the second."""
    positions: tuple[int, ...]
    """(M,): where the gaps are."""
    probabilities: np.ndarray
    """(M, V): for each gap, of every token of the vocabulary."""

    def best(self, gap: int, count: int = 5) -> list[tuple[int, float]]:
        """The likeliest tokens of a gap, with their probabilities."""
        shares = self.probabilities[gap]
        return [(int(i), float(shares[i])) for i in np.argsort(-shares, kind="stable")[:count]]


def read_gaps(config: ModelConfig, tok: Tokenizer, *texts: str) -> PairRow:
    """One text or two as a masked model reads them; where they have `[MASK]`, so has the row.

    Raises:
        InputError: the model is a GPT or a peer, a text has no tokens, or both together are too long.
    """
    require_masked(config)
    special = mask_ids(tok)
    row = pair_row(special, *(_ids(tok, special, text) for text in texts))
    if len(row.ids) > config.n_positions:
        raise InputError(
            f"{len(row.ids)} tokens with [CLS] and [SEP], where this model reads {config.n_positions}; shorten the text"
        )
    return row


@torch.no_grad()
def fill_mask(model: LanguageModel, tok: Tokenizer, *texts: str) -> Filled:
    """What a masked model puts into each gap of a text, or of a pair of texts; all gaps at once, each by itself.

    Args:
        model: in evaluation mode, without the causal mask.
        texts: one or two; `[MASK]` stands for one token. The space before it belongs to the token.

    Raises:
        InputError: no text has a gap, or as in read_gaps.
    """
    row = read_gaps(model.config, tok, *texts)
    mask = mask_ids(tok).mask
    positions = tuple(i for i, token_id in enumerate(row.ids) if token_id == mask)
    if not positions:
        raise InputError(f"there is no gap to fill: write {GAP} in the place of a word")
    hidden = states_of(model, torch.tensor([row.ids], device=model.device), _marks(row, model))
    shares = model.unembed(hidden[0, list(positions)]).softmax(dim=-1)
    return Filled(tuple(row.ids), tuple(row.segments), positions, shares.cpu().numpy())


@torch.no_grad()
def pseudo_log_likelihood(
    model: LanguageModel, tok: Tokenizer, text: str, pause: Callable[[], None] = lambda: None
) -> tuple[PairRow, np.ndarray]:
    """How likely a masked model finds each token of a text, given all the others (Salazar et al. 2020, equation 1).

    T tokens take T rows, each with another one hidden. The logs add up to the pseudo-log-likelihood; they are no
    probability of the text, for each is told what the others are.

    Args:
        pause: called after some rows each; what it raises ends it.

    Returns:
        the row, and the natural log-probability of each of its text's tokens, (N,).

    Raises:
        InputError: as in read_gaps.
    """
    row = read_gaps(model.config, tok, text)
    places = [i for i, is_text in enumerate(row.is_text) if is_text]
    ids = torch.tensor(row.ids, device=model.device)
    logs: list[np.ndarray] = []
    for start in range(0, len(places), _ROWS):
        part = places[start : start + _ROWS]
        rows = ids.repeat(len(part), 1)
        order = torch.arange(len(part), device=model.device)
        rows[order, part] = mask_ids(tok).mask
        hidden = states_of(model, rows, _marks(row, model, len(part)))[order, part]
        found = model.unembed(hidden).log_softmax(dim=-1)
        logs.append(found[order, ids[part]].cpu().numpy())
        pause()
    return row, np.concatenate(logs)


def _ids(tok: Tokenizer, special: MaskIds, text: str) -> list[int]:
    first, *others = _GAP.split(text)
    ids = [*tok.encode(first).ids]
    for piece in others:
        ids += [special.mask, *tok.encode(piece).ids]
    if not ids:
        raise InputError("a text has no tokens; write something")
    return ids


def _marks(row: PairRow, model: LanguageModel, copies: int = 1) -> Marks:
    return Marks(torch.tensor([row.segments], device=model.device).expand(copies, -1))
