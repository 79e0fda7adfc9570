"""What the next token costs with the key-value cache and without it: counted, and measured on the model at hand.

A token's keys and values depend only on itself and what stands before it, so they stay true while the text grows:
whoever keeps them computes one new row a step. Whoever does not computes all rows again, to throw all but one away.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch

from gptcore.config import ModelConfig
from gptcore.errors import InputError
from gptcore.model.cache import KVCache
from gptcore.model.kinds import as_gpt
from gptcore.model.language_model import LanguageModel

MOST_REPEATS = 20


@dataclass(frozen=True)
class StepCost:
    """What one step computes."""

    rows: int
    """Tokens that go through each block."""
    multiply_adds: int
    scores: int
    """Attention scores q.k over all layers and heads, masked ones included, for the product computes them too."""
    bytes_held: int
    """Of keys and values that stay in memory for the next step, in float32."""


def step_cost(config: ModelConfig, held: int, new: int, keeps: bool = True) -> StepCost:
    """The cost of reading `new` tokens after `held` whose keys and values are there, up to the next token's logits.

    Multiply-adds: per layer and row 3 D^2 for q, k and v, D^2 for the projection, 2 D F for the feed-forward network
    (F wide), and 2 D per row and key for q.k and for the weighted sum of the values; once D V for the output layer,
    which reads the last row alone. LayerNorms, biases, the softmax and sums are left out, as everybody does.

    Args:
        held: 0 without a cache.
        new: at least 1.
        keeps: whether the new keys and values are kept.

    Raises:
        InputError: no new token, or more tokens than the context holds.
    """
    length = held + new
    if new < 1 or held < 0 or length > config.n_positions:
        raise InputError(f"{held} + {new} tokens: a step reads at least one, and {config.n_positions} fit the context")
    L, D, F = config.n_layer, config.d_model, config.d_inner
    per_layer = new * (4 * D * D + 2 * D * F) + 2 * new * length * D
    return StepCost(
        rows=new,
        multiply_adds=L * per_layer + D * config.vocab_size,
        scores=L * config.n_head * new * length,
        bytes_held=keeps * cache_bytes(config, length),
    )


def cache_bytes(config: ModelConfig, length: int) -> int:
    """Memory that the keys and values of so many tokens fill: L layers, 2 vectors of D numbers, 4 bytes each."""
    return config.n_layer * 2 * length * config.d_model * 4


@dataclass(frozen=True)
class Measured:
    """Both ways to the same logits, on this machine."""

    length: int
    """Tokens of the text."""
    with_cache: float
    """Milliseconds for the last token, all others being in the cache: the median of the repeats."""
    without: float
    """Milliseconds for all tokens."""
    difference: float
    """The largest difference between the two in any logit: rounding, for the sums run in another order."""


@torch.no_grad()
def measured(
    model: LanguageModel,
    ids: Sequence[int],
    repeats: int = 5,
    pause: Callable[[], None] = lambda: None,
    clock: Callable[[], float] = time.perf_counter,
) -> Measured:
    """Times the step that reads the last of these tokens, with the cache and without it.

    Args:
        ids: at least one, at most a context full.
        repeats: an odd number has a middle one.
        pause: called between the repeats.
        clock: in seconds. time.thread_time does not count what others do meanwhile, where torch has one thread.

    Raises:
        InputError: too few or too many tokens or repeats.
    """
    model = as_gpt(model)
    if not 1 <= repeats <= MOST_REPEATS:
        raise InputError(f"repeats must be a number from 1 to {MOST_REPEATS}, not {repeats!r}")
    if not 1 <= len(ids) <= model.config.n_positions:
        raise InputError(f"{len(ids)} tokens where this model reads 1 to {model.config.n_positions}")
    text = torch.tensor([list(ids)], device=model.device)
    cache = KVCache(model.config.with_changes(n_positions=len(ids)), device=model.device)
    if len(ids) > 1:
        model.hidden_states(text[:, :-1], cache=cache)
    held = cache.length

    def cached() -> torch.Tensor:
        cache.length = held
        return model.unembed(model.hidden_states(text[:, -1:], cache=cache)[0, -1])

    def anew() -> torch.Tensor:
        return model.unembed(model.hidden_states(text)[0, -1])

    difference = float((cached() - anew()).abs().max())  # and both have run once: the first time is slower
    quick, slow = [], []
    for _ in range(repeats):  # by turns, so that a busy moment hits both
        pause()
        quick.append(_milliseconds(cached, model.device, clock))
        slow.append(_milliseconds(anew, model.device, clock))
    return Measured(len(ids), statistics.median(quick), statistics.median(slow), difference)


def _milliseconds(run: Callable[[], torch.Tensor], device: torch.device, clock: Callable[[], float]) -> float:
    start = clock()
    run()
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return 1000 * (clock() - start)


def lengths_to_measure(length: int) -> tuple[int, ...]:
    """Powers of two below a length, and itself: a text that grows by a token asks for one new length only."""
    return (*(2**k for k in range((length - 1).bit_length())), length)
