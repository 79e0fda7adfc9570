"""Beam search: the likeliest texts of a length, as far as a few kept beginnings at a time can find them.

In: a model and token ids. Out: hypotheses, best first, and on demand the tree of every token that was looked at. After
each token the `width` likeliest beginnings are gone on from; the others are pruned, even if the best text of all
begins with one of them (`gptcore.decode.exact` finds that). It is the search of transformers' generate(num_beams=width,
early_stopping=False), in float64 and with ties settled: of equals the one of the likelier beginning, then the lower id.
"""

import math
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Literal, overload

import numpy as np
import torch

from gptcore.decode.beam_tree import BeamStep, Hypothesis, Node, Tree, check_penalty, ranked
from gptcore.decode.next_tokens import log_probabilities
from gptcore.decode.prompt import checked_prompt
from gptcore.errors import InputError
from gptcore.largest import largest_first
from gptcore.model.intervention import Intervention
from gptcore.model.language_model import LanguageModel

MAX_WIDTH = 64
MAX_NEW_TOKENS = 10_000
"""Where no context sets a limit."""


@overload
def beam_search(
    model: LanguageModel,
    ids: torch.Tensor | Sequence[int],
    max_new_tokens: int,
    width: int,
    length_penalty: float = 0.0,
    stop_ids: Collection[int] = (),
    *,
    interventions: Collection[Intervention] = (),
    record: Literal[False] = False,
) -> list[Hypothesis]:
    """Hypotheses alone."""


@overload
def beam_search(
    model: LanguageModel,
    ids: torch.Tensor | Sequence[int],
    max_new_tokens: int,
    width: int,
    length_penalty: float = 0.0,
    stop_ids: Collection[int] = (),
    *,
    interventions: Collection[Intervention] = (),
    record: Literal[True],
) -> tuple[list[Hypothesis], Tree]:
    """Hypotheses and the tree."""


def beam_search(
    model: LanguageModel,
    ids: torch.Tensor | Sequence[int],
    max_new_tokens: int,
    width: int,
    length_penalty: float = 0.0,
    stop_ids: Collection[int] = (),
    *,
    interventions: Collection[Intervention] = (),
    record: bool = False,
) -> list[Hypothesis] | tuple[list[Hypothesis], Tree]:
    """The best continuations that were found, at most `width` of them, best first; the arguments are `beam_steps`'.

    Args:
        record: also gives the tree of every token that was looked at.

    Raises:
        InputError: as `beam_steps`.
    """
    arguments = (model, ids, max_new_tokens, width, length_penalty, stop_ids)
    steps = list(beam_steps(*arguments, interventions=interventions))
    found = list(steps[-1].hypotheses)
    return (found, tuple(node for step in steps for node in step.nodes)) if record else found


def beam_steps(
    model: LanguageModel,
    ids: torch.Tensor | Sequence[int],
    max_new_tokens: int,
    width: int,
    length_penalty: float = 0.0,
    stop_ids: Collection[int] = (),
    *,
    interventions: Collection[Intervention] = (),
    pause: Callable[[], None] = lambda: None,
) -> Iterator[BeamStep]:
    """The same search, one token at a time.

    It ends after `max_new_tokens`; when nothing is left to go on from; or when `width` texts have ended and the
    likeliest beginning, scored at its present length, is no better than the worst of them. With a positive penalty that
    last rule is a guess, and transformers' too: a longer text's score may still rise.

    Args:
        model: in evaluation mode.
        ids: (T,) the prompt, at least one token.
        max_new_tokens: at least 1; prompt and new tokens but the last, which is not read, must fit the context.
        width: beginnings that are gone on from, 1 to MAX_WIDTH. 1 is greedy decoding.
        length_penalty: a score is the log-probability divided by (number of new tokens) ** this. 0 compares whole
            texts, 1 their mean per token; the more, the longer the texts that win.
        stop_ids: a text ends with one of these; only among the `width` likeliest of its depth it becomes a hypothesis.
        interventions: what each pass does otherwise.
        pause: called between passes.

    Raises:
        InputError: a prompt, setting or intervention that does not fit; at once, not at the first step.
    """
    check_penalty(length_penalty)
    levels = grow(model, ids, max_new_tokens, width, stop_ids, interventions=interventions, pause=pause)
    return ranked(levels, max_new_tokens, width, length_penalty)


def grow(
    model: LanguageModel,
    ids: torch.Tensor | Sequence[int],
    max_new_tokens: int,
    width: int,
    stop_ids: Collection[int] = (),
    *,
    interventions: Collection[Intervention] = (),
    pause: Callable[[], None] = lambda: None,
) -> Iterator[Tree]:
    """The tree alone, one depth at a time, as far as there is something to go on from; arguments as in `beam_steps`.

    What is kept follows from log-probabilities only. So a tree that is grown once serves every length penalty: see
    `ranking`.

    Raises:
        InputError: as `beam_steps`; at once.
    """
    prompt = checked_prompt(model, ids)
    check_room(model, len(prompt), max_new_tokens)
    if type(width) is not int or not 1 <= width <= MAX_WIDTH:
        raise InputError(f"width must be a whole number from 1 to {MAX_WIDTH}, not {width!r}")
    model.check(interventions)
    return _levels(model, prompt, max_new_tokens, width, frozenset(stop_ids), tuple(interventions), pause)


def check_room(model: LanguageModel, n_read: int, max_new_tokens: int) -> None:
    """Raises:
    InputError: there is no room for so many new tokens after so many of a prompt.
    """
    context = model.n_positions or MAX_NEW_TOKENS + n_read
    room = context + 1 - n_read  # the last token is written, not read
    if type(max_new_tokens) is not int or not 1 <= max_new_tokens <= room:
        rule = f"a whole number from 1 to {room:,}" if room > 0 else "0: the prompt alone is too long, shorten it"
        why = f"{n_read:,} tokens of the prompt in a context of {context:,}"
        raise InputError(f"max_new_tokens must be {rule} ({why}), not {max_new_tokens!r}")


def _levels(
    model: LanguageModel,
    prompt: torch.Tensor,
    max_new_tokens: int,
    width: int,
    stop_ids: frozenset[int],
    interventions: tuple[Intervention, ...],
    pause: Callable[[], None],
) -> Iterator[Tree]:
    cache = model.new_memory(capacity=len(prompt) + max_new_tokens - 1)  # the last token is written, not read
    unread, sums = prompt[None], np.zeros(1)
    parents: list[int | None] = [None]  # of each row
    n_nodes = 0
    for depth in range(1, max_new_tokens + 1):
        tokens = log_probabilities(model, unread, cache, interventions)  # (R, V)
        totals = tokens + sums[:, None]
        nodes: list[Node] = []
        going_on: list[tuple[int, int]] = []  # (row, rank)
        for rank, place in enumerate(largest_first(totals.ravel(), width * max(2, 1 + len(stop_ids)))):
            row, token = divmod(int(place), model.config.vocab_size)
            stops = token in stop_ids
            ends = stops or depth == max_new_tokens
            kept = rank < width if ends else len(going_on) < width
            if kept and not ends:
                going_on.append((row, rank))
            probability = math.exp(tokens[row, token])
            nodes.append(Node(token, parents[row], depth, float(totals[row, token]), probability, kept, stops))
        yield tuple(nodes)
        if not going_on:
            return
        pause()
        cache.select(torch.tensor([row for row, _ in going_on]), since=len(prompt))
        beams = [nodes[rank] for _, rank in going_on]
        unread, sums = torch.tensor([[beam.id] for beam in beams]), np.array([beam.log_probability for beam in beams])
        parents = [n_nodes + rank for _, rank in going_on]
        n_nodes += len(nodes)
