"""The best text of all of some tokens, proven: what beam search is measured by.

Writing all V^depth texts down is out of the question, and not needed: a text's log-probability only falls with each
token, so a beginning that is no better than the best whole text found so far can be left alone, with all that begins
with it. At each depth fewer than 1 / p beginnings have a probability above p; so a likely best text is proven quickly.
"""

import heapq
import itertools
import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from gptcore.decode.beam import beam_search, check_room
from gptcore.decode.beam_tree import check_penalty, divisor, followed
from gptcore.decode.next_tokens import log_probabilities
from gptcore.decode.prompt import checked_prompt
from gptcore.errors import InputError
from gptcore.model.intervention import Intervention
from gptcore.model.language_model import LanguageModel

MAX_LIMIT = 1_000_000
SHALLOW = 4
"""Tokens that `proven_best` begins with."""
_GROWTH = 3
"""How many times as many looks one token more takes, at least, with most texts."""
_WIDTH = 8
_TOKENS_AT_ONCE = 4_096
"""Keys and values that a batch of beginnings may keep, prompt included."""


@dataclass(frozen=True)
class Best:
    """The best text of all, or of all that were looked at."""

    ids: tuple[int, ...]
    """Without the prompt: as many tokens as were asked for, or fewer with a stop id at the end."""
    log_probabilities: tuple[float, ...]
    """Of the text up to each token, in nats; the last is the whole text's."""
    depth: int
    """Tokens that were asked for."""
    score: float
    """As a hypothesis of beam search has it."""
    proven: bool
    """Whether no other text can be better; else the limit was hit first."""
    looked_at: int
    """Beginnings after which the model was asked for the next token."""

    @property
    def log_probability(self) -> float:
        """Of the whole text, in nats."""
        return self.log_probabilities[-1]

    @property
    def token_probabilities(self) -> tuple[float, ...]:
        """Of each token after those before it."""
        return tuple(math.exp(now - before) for before, now in itertools.pairwise((0.0, *self.log_probabilities)))


@dataclass(frozen=True, order=True)
class _Beginning:
    """Ordered: the one from which the best score can be reached first; of equals the lower ids."""

    minus_score: float
    """Of a whole text its own, else the best that can still be reached."""
    ids: tuple[int, ...]
    log_probabilities: tuple[float, ...]


def exhaustive_best(
    model: LanguageModel,
    ids: torch.Tensor | Sequence[int],
    depth: int,
    stop_ids: Collection[int] = (),
    limit: int = 10_000,
    length_penalty: float = 0.0,
    *,
    interventions: Collection[Intervention] = (),
    pause: Callable[[], None] = lambda: None,
) -> Best:
    """The text of `depth` tokens, or ended by a stop id before, with the best score; of equals the one with lower ids.

    Args:
        model, ids, stop_ids, length_penalty, interventions: as in gptcore.decode.beam.
        depth: at least 1.
        limit: beginnings to look at, at most; when they are spent, the best text so far is given as not proven.
        pause: called between passes.

    Raises:
        InputError: as in gptcore.decode.beam; a limit out of range.
    """
    prompt = checked_prompt(model, ids)
    check_room(model, len(prompt), depth)
    check_penalty(length_penalty)
    if type(limit) is not int or not depth <= limit <= MAX_LIMIT:
        raise InputError(f"limit must be a whole number from depth ({depth}) to {MAX_LIMIT:,}, not {limit!r}")
    model.check(interventions)
    return _Search(model, prompt, depth, frozenset(stop_ids), length_penalty, tuple(interventions), pause).best(limit)


def proven_best(
    model: LanguageModel,
    ids: torch.Tensor | Sequence[int],
    most: int,
    stop_ids: Collection[int] = (),
    limit: int = 1_000,
    *,
    pause: Callable[[], None] = lambda: None,
) -> Best:
    """The likeliest text of as many tokens, at most `most`, as can be proven with about so many looks.

    Its `depth` says of how many; if not even the first SHALLOW tokens can be proven, the best found of these.

    Raises:
        InputError: as exhaustive_best.
    """
    depth = min(most, SHALLOW)
    best = exhaustive_best(model, ids, depth, stop_ids, limit, pause=pause)
    while best.proven and depth < most and best.looked_at * _GROWTH <= limit:
        depth += 1
        deeper = exhaustive_best(model, ids, depth, stop_ids, limit, pause=pause)
        if not deeper.proven:
            break
        best = deeper
    return best


class _Search:
    """One search: the beginnings that are open, by their length, and the best whole text so far."""

    def __init__(
        self,
        model: LanguageModel,
        prompt: torch.Tensor,
        depth: int,
        stop_ids: frozenset[int],
        length_penalty: float,
        interventions: tuple[Intervention, ...],
        pause: Callable[[], None],
    ):
        self._model, self._n_read, self._depth = model, len(prompt), depth
        self._penalty, self._interventions, self._pause = length_penalty, interventions, pause
        self._stops = np.isin(np.arange(model.config.vocab_size), list(stop_ids))
        capacity = len(prompt) + depth - 1  # the last token is not read
        self._rows = max(1, min(64, _TOKENS_AT_ONCE // capacity))
        self._cache = model.new_memory(capacity=capacity)
        self._open: list[list[_Beginning]] = [[] for _ in range(depth)]  # heaps
        self._looked_at = 1
        # A good text to start with spares most of the search.
        self._best = _likely(model, prompt, depth, stop_ids, length_penalty, interventions)
        self._pause()
        after = log_probabilities(model, prompt[None], self._cache, interventions)
        self._extend(_Beginning(0.0, (), ()), after[0])

    def best(self, limit: int) -> Best:
        """Looks at beginnings, the most promising first, until none can be better or the limit is hit."""
        while (heap := self._most_promising()) and self._looked_at < limit:
            self._pause()
            self._look(heap, limit - self._looked_at)
        best = self._best
        return Best(best.ids, best.log_probabilities, self._depth, -best.minus_score, not heap, self._looked_at)

    def _most_promising(self) -> list[_Beginning]:
        """The open beginnings of the length at which the best score can be reached; none if none can be better."""
        promising = [heap for heap in self._open if heap and heap[0] < self._best]
        return min(promising, key=lambda heap: heap[0], default=[])

    def _look(self, heap: list[_Beginning], most: int) -> None:
        """Asks for the next token after the most promising beginnings of one length, side by side."""
        beginnings: list[_Beginning] = []
        while heap and heap[0] < self._best and len(beginnings) < min(most, self._rows):
            beginnings.append(heapq.heappop(heap))
        self._cache.back_to(self._n_read, len(beginnings))
        unread = torch.tensor([beginning.ids for beginning in beginnings])
        after = log_probabilities(self._model, unread, self._cache, self._interventions)
        self._looked_at += len(beginnings)
        for beginning, tokens in zip(beginnings, after, strict=True):
            self._extend(beginning, tokens)

    def _extend(self, beginning: _Beginning, tokens: np.ndarray) -> None:
        """Takes the whole texts that a beginning and one more token (V,) make, and opens the longer beginnings."""
        length = len(beginning.ids) + 1
        totals = tokens + (beginning.log_probabilities[-1] if beginning.ids else 0.0)
        whole = self._stops if length < self._depth else np.ones_like(self._stops)
        # A sum below 0 counts least where the power of the length is largest.
        longest = self._depth if self._penalty >= 0 else length + 1
        scores = totals / np.where(whole, divisor(length, self._penalty), divisor(longest, self._penalty))
        # Each whole text may be the new best, so these come first.
        for ended in (True, False):
            for token in np.flatnonzero((whole == ended) & (scores >= -self._best.minus_score)).tolist():
                log_probabilities = (*beginning.log_probabilities, float(totals[token]))
                one = _Beginning(-float(scores[token]), (*beginning.ids, token), log_probabilities)
                if one < self._best and ended:
                    self._best = one
                elif one < self._best:
                    heapq.heappush(self._open[length], one)


def _likely(
    model: LanguageModel,
    prompt: torch.Tensor,
    depth: int,
    stop_ids: frozenset[int],
    length_penalty: float,
    interventions: tuple[Intervention, ...],
) -> _Beginning:
    """The best text that beam search finds."""
    arguments = (model, prompt, depth, _WIDTH, length_penalty, stop_ids)
    found, tree = beam_search(*arguments, interventions=interventions, record=True)
    best = found[0]
    sums = tuple(tree[node].log_probability for node in followed(tree, best.ids))
    return _Beginning(-best.score, best.ids, sums)
