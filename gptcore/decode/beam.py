"""Beam search: the likeliest texts of a length, as far as a few kept beginnings at a time can find them.

In: a model and token ids. Out: hypotheses, best first, and on demand the tree of every token that was looked at. After
each token the `width` likeliest beginnings are gone on from; the others are pruned, even if the best text of all
begins with one of them (`gptcore.decode.exact` finds that). It is the search of transformers' generate(num_beams=width,
early_stopping=False), in float64 and with ties settled: of equals the one of the likelier beginning, then the lower id.
"""

import math
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, overload

import torch

from gptcore.decode.next_tokens import log_probabilities
from gptcore.decode.prompt import checked_prompt
from gptcore.errors import InputError
from gptcore.largest import largest_first
from gptcore.model.cache import KVCache
from gptcore.model.gpt import GPT
from gptcore.model.intervention import Changes, Intervention

MAX_WIDTH = 64
MAX_PENALTY = 10.0
"""Length penalties are from minus this to this."""


@dataclass(frozen=True)
class Hypothesis:
    """A text that was found."""

    ids: tuple[int, ...]
    """What was written, without the prompt."""
    log_probability: float
    """The sum over its tokens, in nats."""
    finished: bool
    """Whether it ends with a stop id."""
    score: float
    """What it is ranked by: log_probability / len(ids) ** length_penalty."""
    node: int
    """Index of its last token in the tree."""


@dataclass(frozen=True)
class Node:
    """A token that was looked at."""

    id: int
    parent: int | None
    """Index of the node before it in the tree; None after the prompt."""
    depth: int
    """1 for the first token."""
    log_probability: float
    """Of the whole text up to here, in nats."""
    token_probability: float
    """Of this token after the one before."""
    kept: bool
    """Whether it was gone on from, or ended a text that was taken for a hypothesis; else it was pruned."""
    finished: bool
    """Whether it is a stop id."""


Tree = tuple[Node, ...]
"""Depth by depth, at each the likeliest text first."""


@dataclass(frozen=True)
class BeamStep:
    """What one more token brought."""

    depth: int
    """Of the nodes: 1 for the first token."""
    nodes: Tree
    """Those that were looked at: the `width` times two likeliest (times one more than there are stop ids, if these are
    several). Their parents are indices into the nodes of all steps."""
    hypotheses: tuple[Hypothesis, ...]
    """The best so far of the texts that have ended, best first; those of the last step are the search's."""


@dataclass(frozen=True)
class _Beam:
    """A beginning that is gone on from."""

    ids: tuple[int, ...]
    log_probability: float
    node: int | None


@overload
def beam_search(
    model: GPT,
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
    model: GPT,
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
    model: GPT,
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
    model: GPT,
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
    prompt = checked_prompt(model, ids)
    check_room(model, len(prompt), max_new_tokens)
    check_penalty(length_penalty)
    if type(width) is not int or not 1 <= width <= MAX_WIDTH:
        raise InputError(f"width must be a whole number from 1 to {MAX_WIDTH}, not {width!r}")
    Changes(interventions, model.config, model.device, 0)  # raises if one does not fit
    asked = tuple(interventions)
    return _steps(model, prompt, max_new_tokens, width, length_penalty, frozenset(stop_ids), asked, pause)


def check_room(model: GPT, n_read: int, max_new_tokens: int) -> None:
    """Raises:
    InputError: there is no room for so many new tokens after so many of a prompt.
    """
    room = model.config.n_positions + 1 - n_read  # the last token is written, not read
    if type(max_new_tokens) is not int or not 1 <= max_new_tokens <= room:
        rule = f"a whole number from 1 to {room:,}" if room > 0 else "0: the prompt alone is too long, shorten it"
        context = f"{n_read:,} tokens of the prompt in a context of {model.config.n_positions:,}"
        raise InputError(f"max_new_tokens must be {rule} ({context}), not {max_new_tokens!r}")


def check_penalty(length_penalty: float) -> None:
    """Raises:
    InputError: it is no number from -MAX_PENALTY to MAX_PENALTY.
    """
    number = isinstance(length_penalty, int | float) and not isinstance(length_penalty, bool)
    if not number or not math.isfinite(length_penalty) or abs(length_penalty) > MAX_PENALTY:
        rule = f"a number from {-MAX_PENALTY:g} to {MAX_PENALTY:g}"
        raise InputError(f"length_penalty must be {rule}, not {length_penalty!r}")


def divisor(length: int, length_penalty: float) -> float:
    """What the log-probability of a text of so many new tokens is divided by to be its score."""
    return float(length**length_penalty)


def _steps(
    model: GPT,
    prompt: torch.Tensor,
    max_new_tokens: int,
    width: int,
    length_penalty: float,
    stop_ids: frozenset[int],
    interventions: tuple[Intervention, ...],
    pause: Callable[[], None],
) -> Iterator[BeamStep]:
    room = model.config.with_changes(n_positions=min(len(prompt) + max_new_tokens, model.config.n_positions))
    cache = KVCache(room, device=model.device)
    beams, unread = [_Beam((), 0.0, None)], prompt[None]
    found: list[Hypothesis] = []
    n_nodes = 0
    for depth in range(1, max_new_tokens + 1):
        tokens = log_probabilities(model, unread, cache, interventions)  # (R, V)
        totals = tokens + [[beam.log_probability] for beam in beams]
        nodes: list[Node] = []
        rows: list[int] = []
        kept_beams: list[_Beam] = []
        for rank, place in enumerate(largest_first(totals.ravel(), width * max(2, 1 + len(stop_ids)))):
            row, token = divmod(int(place), model.config.vocab_size)
            total, stops = float(totals[row, token]), token in stop_ids
            ends = stops or depth == max_new_tokens
            kept = rank < width if ends else len(kept_beams) < width
            one = _Beam((*beams[row].ids, token), total, n_nodes + rank)
            probability = math.exp(tokens[row, token])
            nodes.append(Node(token, beams[row].node, depth, total, probability, kept, stops))
            if kept and ends:
                found.append(Hypothesis(one.ids, total, stops, total / divisor(depth, length_penalty), n_nodes + rank))
            elif kept:
                rows.append(row)
                kept_beams.append(one)
        n_nodes += len(nodes)
        found = sorted(found, key=lambda hypothesis: -hypothesis.score)[:width]
        yield BeamStep(depth, tuple(nodes), tuple(found))
        if not kept_beams or (len(found) == width and _is_done(kept_beams[0], found[-1], length_penalty)):
            return
        pause()
        cache.select(torch.tensor(rows), since=len(prompt))
        beams, unread = kept_beams, torch.tensor([[beam.ids[-1]] for beam in kept_beams])


def _is_done(likeliest: _Beam, worst: Hypothesis, length_penalty: float) -> bool:
    """Whether the likeliest beginning, as long as it is now, is no better than the worst of `width` texts."""
    return likeliest.log_probability / divisor(len(likeliest.ids), length_penalty) <= worst.score
