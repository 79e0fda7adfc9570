"""How long passes take, timed by turns on the machine at hand: reading a text to classify it, and writing one.

Reading is one pass whatever the mask. Writing n tokens is n passes for a causal model, which keeps its keys and
values, and n passes without any cache for a masked one: a [MASK] at the end, filled and moved on, changes what every
token sees.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

import torch

from gptcore.errors import InputError
from gptcore.model.cache import KVCache
from gptcore.model.intervention import Intervention, lift_mask
from gptcore.model.kinds import as_transformer
from gptcore.model.language_model import LanguageModel

MOST_REPEATS = 1_000
MARKS = 3
"""Tokens that a masked model's row has beside the text: [CLS], the [MASK] to be filled, [SEP]."""


@torch.no_grad()
def measure_passes(
    model: LanguageModel,
    n_read: int = 64,
    n_prompt: int = 10,
    n_write: int = 20,
    repeats: int = 21,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, Any]:
    """Times a model's passes; what is read are ids from 0 on, for the time does not depend on which.

    Args:
        model: a GPT, or a masked one, which writes by filling in a [MASK] at the end.
        n_read: tokens of the text to be classified.
        n_prompt, n_write: tokens that stand there, and that are written after them.
        repeats: each is timed so often, all by turns, so that a busy moment hits all.
        clock: in seconds.

    Returns:
        Per kind of work {"passes", "ms", "low", "high"}: the median and the middle half. "read"; of a causal model
        "read_square" (the same weights without the mask), "write" (with the cache) and "write_anew"; else "write_anew".

    Raises:
        InputError: a number is out of range, or the model is a peer.
    """
    model = as_transformer(model)
    is_causal = model.config.is_causal
    longest = max(n_read, n_prompt + n_write + MARKS)
    if not 1 <= repeats <= MOST_REPEATS:
        raise InputError(f"repeats must be a number from 1 to {MOST_REPEATS:,}, not {repeats!r}")
    if min(n_read, n_prompt, n_write) < 1 or longest > model.config.n_positions:
        raise InputError(f"lengths must be at least 1, and {longest} tokens at most {model.config.n_positions}")
    text = torch.arange(longest, device=model.device)[None] % model.config.vocab_size

    def read(interventions: Sequence[Intervention] = ()) -> None:
        model.hidden_states(text[:, :n_read], interventions=interventions)

    def write() -> None:
        cache = KVCache(model.config.with_changes(n_positions=n_prompt + n_write), device=model.device)
        for step in range(n_write):
            unread = text[:, :n_prompt] if step == 0 else text[:, n_prompt + step - 1 : n_prompt + step]
            model.unembed(model.hidden_states(unread, cache=cache)[0, -1])

    def write_anew() -> None:
        more = 0 if is_causal else MARKS
        for step in range(n_write):
            states = model.hidden_states(text[:, : n_prompt + step + more])
            model.unembed(states[0, -1 if is_causal else -2])

    works: dict[str, tuple[int, Callable[[], None]]] = {"read": (1, read)}
    if is_causal:
        works |= {"read_square": (1, lambda: read([lift_mask()])), "write": (n_write, write)}
    works["write_anew"] = (n_write, write_anew)
    times: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(repeats + 1):  # the first of all is slower, and is not counted
        for name, (_, work) in works.items():
            start = clock()
            work()
            if model.device.type == "cuda":
                torch.cuda.synchronize(model.device)
            if turn:
                times[name].append(1000 * (clock() - start))
    return {name: {"passes": works[name][0], **_middle(values)} for name, values in times.items()}


def _middle(milliseconds: Sequence[float]) -> dict[str, float]:
    """The median, and between what lies the middle half."""
    ordered = sorted(milliseconds)
    low, high = ordered[len(ordered) // 4], ordered[(3 * len(ordered) - 1) // 4]
    return {"ms": round(statistics.median(ordered), 3), "low": round(low, 3), "high": round(high, 3)}
