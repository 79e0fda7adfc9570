"""A word in the middle, by a model that reads from left to right: each candidate is put there and the rest is scored.

    p(w | left, right)  is proportional to  p(w | left) p(right | left, w)

That is exact, and dear: what a masked model says in one pass takes a causal one a pass for each candidate.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from gptcore.decode.prompt import checked_prompt
from gptcore.errors import InputError
from gptcore.model.cache import KVCache
from gptcore.model.gpt import GPT
from gptcore.model.kinds import as_gpt
from gptcore.model.language_model import LanguageModel

_ROWS = 64
"""Candidates that are tried in one pass."""


@dataclass(frozen=True)
class FilledIn:
    """What stands in the gap. K candidates, the likeliest by both sides first."""

    from_left: np.ndarray
    """(V,) probabilities of every token by what stands before the gap alone."""
    ids: np.ndarray
    """(K,) those that were tried: the likeliest by the left side."""
    from_both: np.ndarray
    """(K,) their shares by both sides, among themselves."""
    tried: float
    """The probability that the left side gives to all K together."""


@torch.no_grad()
def fill_in(
    model: LanguageModel,
    left: Sequence[int],
    right: Sequence[int],
    most: int = 256,
    pause: Callable[[], None] = lambda: None,
) -> FilledIn:
    """Fills a gap of one token.

    Args:
        left: at least one token; that between two texts stands for the beginning of one.
        right: may be empty: then both sides say the same.
        most: candidates that are tried.
        pause: called between passes; what it raises ends the work.

    Raises:
        InputError: nothing stands before the gap, an id is not in the vocabulary, no candidate is to be tried, the
            text does not fit the context, or the model is no GPT: a peer or a masked one.
    """
    model = as_gpt(model)
    before = checked_prompt(model, left)
    length = len(before) + 1 + len(right)
    if length > model.config.n_positions:
        raise InputError(f"{length} tokens where this model reads {model.config.n_positions}; shorten the text")
    if most < 1:
        raise InputError(f"at least one candidate is to be tried, not {most!r}")
    cache = KVCache(model.config.with_changes(n_positions=length), device=model.device)
    logits = model.unembed(model.hidden_states(before[None].to(model.device), cache=cache)[0, -1])
    log_left = torch.log_softmax(logits.double(), dim=-1)
    candidates = log_left.argsort(descending=True, stable=True)[:most]
    after = checked_prompt(model, right).to(model.device) if len(right) else None
    scores = log_left[candidates]
    if after is not None:
        parts = []
        for rows in candidates.split(_ROWS):
            pause()
            parts.append(_log_probability(model, cache.branched(len(rows), len(before)), rows, after))
        scores = scores + torch.cat(parts)
    shares, order = torch.softmax(scores, dim=-1).sort(descending=True, stable=True)
    from_left = log_left.exp()
    return FilledIn(
        from_left.cpu().numpy(),
        candidates[order].cpu().numpy(),
        shares.cpu().numpy(),
        float(from_left[candidates].sum()),
    )


def _log_probability(model: GPT, cache: KVCache, words: Tensor, after: Tensor) -> Tensor:
    """(R,) of the tokens `after` (N,) behind what the cache holds and each of the words (R,)."""
    rows = torch.cat([words[:, None], after[:-1].expand(len(words), -1)], dim=1)
    logs = torch.log_softmax(model.unembed(model.hidden_states(rows, cache=cache)).double(), dim=-1)
    return logs.gather(-1, after.expand(len(words), -1)[..., None]).sum((-1, -2))


def rank_of(probabilities: np.ndarray, token: int) -> int:
    """A token's place among probabilities (V,): 1 for the likeliest; equal ones share the better rank."""
    return int((probabilities > probabilities[token]).sum()) + 1


def likeliest(probabilities: np.ndarray, most: int) -> list[int]:
    """The first tokens of probabilities (V,), the likeliest first."""
    found: list[int] = np.argsort(-probabilities, kind="stable")[:most].tolist()
    return found
