"""The log of one step of inference: tokenise, position, forward pass, softmax, choice, append, stop, in real numbers.

The course texts count six steps and always take the likeliest token; here softmax and choice are two, because how one
chooses is the writer's own. In: a model and a text. Out: one record for each step.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gptcore.decode.by_hand import ByHand, Choice
from gptcore.decode.cache_cost import StepCost, step_cost
from gptcore.decode.context import first_read, written_scores
from gptcore.decode.sampling import distribution
from gptcore.errors import InputError
from gptcore.largest import largest_first
from gptcore.model.kinds import as_gpt
from gptcore.model.language_model import LanguageModel


@dataclass(frozen=True)
class Tokenized:
    """1. The text as ids. It is cut once: what is written later comes as ids and is never cut again."""

    ids: tuple[int, ...]
    """All tokens so far."""
    dropped: int
    """Tokens at the start that the model does not see any more."""
    new: int
    """Tokens at the end that were not read in the step before: with a cache, only these are read now."""


@dataclass(frozen=True)
class Positioned:
    """2. Each token that is read gets the vector of its position."""

    first: int
    """The position of the first new token, counted from 0."""
    last: int
    """That of the last one."""
    moved: bool
    """Whether the context was full, so that all that is left moves to positions from 0 on, and is read again."""


@dataclass(frozen=True)
class Passed:
    """3. The forward pass through all blocks."""

    cached: StepCost
    """With the keys and values of the tokens before in the cache."""
    anew: StepCost
    """Without."""
    held: int
    """Tokens in the cache before it."""


@dataclass(frozen=True)
class Predicted:
    """4. The last row's logits and their softmax."""

    top: tuple[tuple[int, float, float], ...]
    """(id, logit, probability) of the likeliest tokens, the likeliest first."""
    log_sum: float
    """log of the sum of all exp(logit): probability = exp(logit - log_sum)."""


@dataclass(frozen=True)
class Chosen:
    """5. The choice of a token."""

    id: int
    choice: Choice
    probability: float
    """What the model said of it."""
    rank: int
    """1 for the likeliest."""
    final: float | None
    """Its probability in what was drawn from; None if it was not drawn."""
    n_kept: int | None
    """Tokens that the cuts left to draw from."""
    number: float | None
    """The random number that decided, in [0, 1)."""
    low: float | None
    """Where the token's share of the cumulative sum begins, tokens in the order of their ids."""
    high: float | None
    """Where it ends: low <= number < high, if this model is the one that drew it."""
    shares: tuple[tuple[int, float, float], ...] = ()
    """(id, low, high) of the largest shares of the cumulative sum, the largest first."""


@dataclass(frozen=True)
class Appended:
    """6. The token stands behind the text."""

    id: int
    length: int
    """Tokens now."""


@dataclass(frozen=True)
class Stopped:
    """7. Whether a generator would go on."""

    why: str | None
    """"end": the token ends texts; "limit": as many tokens as were asked for; None: it goes on with step 2."""
    context_full: bool
    """Whether the next step finds the context full, drops the older half and reads the rest again."""


Record = Tokenized | Positioned | Passed | Predicted | Chosen | Appended | Stopped


def inference_steps(
    model: LanguageModel,
    prompt: Sequence[int],
    tree: ByHand,
    node: int | None = None,
    *,
    logits: np.ndarray | None = None,
    stop_ids: Collection[int] = (),
    limit: int | None = None,
    top: int = 5,
) -> tuple[Record, ...]:
    """The records of one step of a text that is written by hand.

    Args:
        prompt: the tokens that were there at first, at least one.
        node: the step that wrote this node of the tree; None: the step to come where the writer stands, which ends
            with the softmax, because nobody has chosen yet.
        logits: (V,) that the step chose by, if they are known; else they are computed.
        limit: tokens to write in all, after which a generator stops.
        top: how many of the likeliest tokens are named.

    Raises:
        InputError: no prompt, no such node, an id outside the vocabulary, or a model that is no GPT.
    """
    model = as_gpt(model)
    if node is not None and not 0 <= node < len(tree.nodes):
        raise InputError(f"there is no token {node} in a tree of {len(tree.nodes)}")
    before = tree.at if node is None else tree.nodes[node].parent
    ids = (*prompt, *tree.written(before))
    if logits is None:
        logits = written_scores(model, ids, len(prompt)).logits
    context, length, is_first = model.config.n_positions, len(ids), before is None
    first = first_read(len(prompt), length, context)
    moved = not is_first and first != first_read(len(prompt), length - 1, context)
    new = length - first if is_first or moved else 1
    held = length - first - new
    records: list[Record] = [
        Tokenized(ids, first, new),
        Positioned(held, held + new - 1, moved),
        Passed(step_cost(model.config, held, new), step_cost(model.config, 0, held + new, keeps=False), held),
        _predicted(logits, top),
    ]
    if node is not None:
        token, n_written = tree.nodes[node].id, length + 1 - len(prompt)
        why = "end" if token in stop_ids else "limit" if limit is not None and n_written >= limit else None
        records += [
            _chosen(token, tree.nodes[node].choice, tree.draws_before(before), logits, top),
            Appended(token, length + 1),
            Stopped(why, length + 1 - first > context),
        ]
    return tuple(records)


def _predicted(logits: np.ndarray, top: int) -> Predicted:
    values = logits.astype(np.float64)
    log_sum = float(values.max() + np.log(np.exp(values - values.max()).sum()))
    likeliest = largest_first(values, top)
    return Predicted(
        tuple((int(token), float(values[token]), float(np.exp(values[token] - log_sum))) for token in likeliest),
        log_sum,
    )


def _chosen(token: int, choice: Choice, n_before: int, logits: np.ndarray, top: int) -> Chosen:
    raw = distribution(logits).raw
    rank = int((logits > logits[token]).sum()) + 1
    if choice.sampling is None:
        return Chosen(token, choice, float(raw[token]), rank, None, None, None, None, None)
    stages = choice.sampling.of(logits)
    drawn = Chosen(token, choice, float(raw[token]), rank, float(stages.final[token]), stages.n_kept, None, None, None)
    if not choice.used_number:
        return drawn
    total = np.cumsum(stages.final) / stages.final.sum()
    begins = np.concatenate([[0.0], total])
    largest = largest_first(stages.final, top).tolist()
    return replace(
        drawn,
        number=choice.sampling.number(n_before),
        low=float(begins[token]),
        high=float(total[token]),
        shares=tuple((each, float(begins[each]), float(total[each])) for each in largest if stages.final[each] > 0),
    )
