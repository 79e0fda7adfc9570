"""What a model still sees of a text that has outgrown its context, and how likely it found each token of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from gptcore.errors import InputError
from gptcore.measures import TokenScores, token_scores
from gptcore.model.capture import Capture
from gptcore.model.language_model import LanguageModel


def first_read(n_prompt: int, length: int, context: int | None) -> int:
    """The first token that `generate` still reads when a text that began with n_prompt tokens has grown to `length`.

    Where the context is full, the older half of it is dropped and the rest read again from position 0. None: a model
    that has no limit reads all.
    """
    if context is None:
        return 0
    first = max(0, n_prompt - context)
    # One token too many each time, of which the newer half of a context is kept.
    shift = context + 1 - max(1, context // 2)
    times = max(0, -(-(length - first - context) // shift))
    return first + times * shift


@dataclass(frozen=True)
class WrittenScores:
    """How each token of a text was predicted while it was written: with what the model saw then."""

    scores: TokenScores
    """Of each token but the first; nan and rank 0 where a prompt longer than the context has lost its start."""
    logits: np.ndarray
    """(V,) for the token that comes next."""


@torch.no_grad()
def written_scores(
    model: LanguageModel, ids: Sequence[int], n_prompt: int, pause: Callable[[], None] = lambda: None
) -> WrittenScores:
    """Scores of a text of which the first n_prompt tokens were there at first and the others were written one by one.

    One pass for each context that was filled, so a text that fits costs a single pass.

    Args:
        pause: called after each block.

    Raises:
        InputError: no token, more prompt than there are tokens, or an id outside the vocabulary.
    """
    text = list(ids)
    context = model.n_positions or len(text)
    if not 1 <= n_prompt <= len(text):
        raise InputError(f"a text of {len(text)} tokens cannot have begun with {n_prompt}; it takes at least one")
    if min(text) < 0 or max(text) >= model.config.vocab_size:
        raise InputError(f"the text has ids outside the vocabulary of {model.config.vocab_size:,}")
    log_probability, rank = np.full(len(text) - 1, np.nan), np.zeros(len(text) - 1, dtype=np.int64)
    predicted = 1 + (first := first_read(n_prompt, n_prompt, context))
    while True:
        end = min(len(text), first + context)
        capture = Capture((), model.config.n_layer, pause=pause)
        hidden = model.hidden_states(torch.tensor([text[first:end]], device=model.device), capture)
        logits = model.unembed(hidden[0, predicted - 1 - first :]).cpu().numpy()  # row 0 predicts `predicted`
        n = min(len(text) - predicted, len(logits))  # what this context predicts
        actual = np.array(text[predicted - 1 : predicted + n])
        rows = token_scores(logits if n < len(logits) else np.concatenate([logits, logits[-1:]]), actual)
        log_probability[predicted - 1 : predicted - 1 + n] = rows.log_probability
        rank[predicted - 1 : predicted - 1 + n] = rows.rank
        if end == len(text):
            return WrittenScores(TokenScores(log_probability, rank), logits[-1])
        predicted, first = predicted + n, first_read(n_prompt, end + 1, context)
