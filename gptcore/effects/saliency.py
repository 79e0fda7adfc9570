"""What one prediction hangs on, measured in two ways: by its gradient, and by hiding one token after the other.

Both speak of the log-probability of one next token at one position, in nats. Neither adds up to it: they answer two
different questions. A third answer, attention rollout, is in gptcore/trace/rollout.py.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from gptcore.errors import InputError
from gptcore.model.cache import KVCache
from gptcore.model.capture import Capture
from gptcore.model.intervention import HiddenToken, Intervention, hide_token, in_row
from gptcore.model.kinds import as_gpt
from gptcore.model.language_model import LanguageModel

_ROWS = 8
"""Texts that are tried in one pass: each pass begins after the first token that it hides."""


def gradient_times_input(
    model: LanguageModel,
    ids: np.ndarray | Sequence[int],
    position: int,
    token: int,
    interventions: Collection[Intervention] = (),
    pause: Callable[[], None] = lambda: None,
) -> np.ndarray:
    """The gradient of a next token's log-probability by each token's embedding in h_0, dotted with that embedding.

    Above 0: a little more of the embedding makes the token likelier. It is a straight line's answer, at this very
    point, to a question about a curve. Nothing is left on the model: only the embeddings' own gradient is asked for.

    Args:
        ids: (T,) the text.
        position: the place after which the next token is predicted, from 0.
        token: the next token.
        interventions: what the pass does otherwise, as in run_trace.
        pause: called after each block; what it raises ends the work.

    Returns:
        (position + 1,) float32, in nats: a number for each token up to the position. Later ones cannot matter.

    Raises:
        InputError: the position or the token does not exist, the text does not fit the model, or it is no GPT: a peer
            or a masked one.
    """
    model = as_gpt(model)
    text = _checked(model, ids, position, token)
    capture = Capture(("token_embedding",), model.config.n_layer)
    changes = model.changes(interventions)
    with torch.no_grad():
        start = model.embed(text, capture, changes=changes)
    embedding = capture.recorded["token_embedding"][0, 0]
    with torch.enable_grad():
        leaf = start.detach().requires_grad_()
        read = model.resume(leaf, 0, interventions, pause)
        log_probability = model.unembed(read[0, -1]).log_softmax(-1)[token]
        (gradient,) = torch.autograd.grad(log_probability, leaf)
    found: np.ndarray = (gradient[0] * embedding).sum(-1).detach().cpu().numpy()
    return found


@torch.no_grad()
def leave_one_out(
    model: LanguageModel,
    ids: np.ndarray | Sequence[int],
    position: int,
    token: int,
    interventions: Collection[Intervention] = (),
    first: int = 0,
    pause: Callable[[], None] = lambda: None,
) -> np.ndarray:
    """How much a next token's log-probability loses when one earlier token is hidden, for each of them in turn.

    Hidden means that no later token can look at it (gptcore.hide_token); it keeps its place in the text. Above 0: the
    token speaks for the prediction. The passes share what stands before the hidden token, and several run as one.

    Args:
        ids, position, token, interventions: as in gradient_times_input.
        first: tokens before it are not tried.
        pause: called between passes.

    Returns:
        (position + 1,) float32, in nats; NaN at the position itself, which always sees itself, at a token that is
        hidden already, and before `first`.

    Raises:
        InputError: as there.
    """
    model = as_gpt(model)
    text = _checked(model, ids, position, token)
    found = np.full(position + 1, np.nan, np.float32)
    hidden = {one.position for one in interventions if isinstance(one, HiddenToken)}
    tried = [i for i in range(max(0, first), position) if i not in hidden]
    if not tried:
        return found
    config = model.config.with_changes(n_positions=position + 1)
    cache = KVCache(config, device=model.device)
    whole = _log_probability(model, model.hidden_states(text, cache=cache, interventions=interventions), token)
    for rows in (tried[k : k + _ROWS] for k in range(0, len(tried), _ROWS)):
        pause()
        start = rows[0] + 1  # what stands up to the first hidden token is as it was
        asked = [*interventions, *(in_row(hide_token(i), row) for row, i in enumerate(rows))]
        unread = text[:, start:].expand(len(rows), -1)
        states = model.hidden_states(unread, cache=cache.branched(len(rows), start), interventions=asked)
        found[rows] = (whole - _log_probability(model, states, token)).cpu()
    return found


def _log_probability(model: LanguageModel, states: Tensor, token: int) -> Tensor:
    """(B,): of a token after each row's last one."""
    return model.unembed(states[:, -1]).log_softmax(-1)[:, token]


def _checked(model: LanguageModel, ids: np.ndarray | Sequence[int], position: int, token: int) -> Tensor:
    """(1, position + 1): what can matter to the prediction."""
    text = torch.as_tensor(np.asarray(ids), dtype=torch.long)
    if type(position) is not int or not 0 <= position < len(text):
        raise InputError(f"a position is a whole number from 0 to {len(text) - 1}, not {position!r}")
    if type(token) is not int or not 0 <= token < model.config.vocab_size:
        raise InputError(f"there is no token {token!r}; this model knows {model.config.vocab_size:,}, from 0")
    return text[None, : position + 1].to(model.device)


@dataclass(frozen=True)
class Agreement:
    """How alike two answers to "which tokens matter?" are, by the size of their numbers, whatever the sign."""

    count: int
    """Tokens that both have a number for."""
    correlation: float
    """Of the ranks (Spearman): 1 the same order, 0 nothing in common, -1 the reverse; NaN below three tokens or where
    one of them makes no difference between any."""
    token: int | None
    """The token whose two ranks are farthest apart; None where there is none."""
    ranks: tuple[int, int]
    """Its rank in either, from 1 for the largest."""
    opposed: int
    """Tokens that one has above 0 and the other below."""


def agreement(one: np.ndarray, other: np.ndarray) -> Agreement:
    """Compares two rows of numbers (T,); NaN stands for none."""
    both = np.flatnonzero(np.isfinite(one) & np.isfinite(other))
    ranks = [_ranks(np.abs(row[both].astype(np.float64))) for row in (one, other)]
    opposed = int((one[both] * other[both] < 0).sum())
    if not len(both):
        return Agreement(0, float("nan"), None, (0, 0), 0)
    apart = int(np.abs(ranks[0] - ranks[1]).argmax())
    spread = [row.std() for row in ranks]
    correlation = float("nan")
    if len(both) > 2 and min(spread) > 0:
        correlation = float(np.corrcoef(ranks[0], ranks[1])[0, 1])
    places = tuple(int((np.abs(row[both]) > abs(row[both[apart]])).sum()) + 1 for row in (one, other))
    return Agreement(len(both), correlation, int(both[apart]), (places[0], places[1]), opposed)


def _ranks(values: np.ndarray) -> np.ndarray:
    """From 1 for the largest; equals share the mean of their ranks."""
    above = (values[:, None] < values).sum(1)
    equal = (values[:, None] == values).sum(1)
    ranks: np.ndarray = above + (equal + 1) / 2
    return ranks
