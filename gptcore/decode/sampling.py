"""From logits to the next token: temperature, top-k and top-p as pure functions that keep the record of every stage.

In: the logits of one position, (V,). Out: probabilities over the whole vocabulary at each stage. No model is needed,
so a slider can be moved without running one.
"""

import math
from dataclasses import dataclass

import numpy as np
import torch

from gptcore.errors import ConfigError
from gptcore.largest import largest_first


@dataclass(frozen=True)
class Distribution:
    """The funnel from logits to what is drawn from; arrays are (V,), read in this order."""

    raw: np.ndarray
    """softmax(logits): what the model says."""
    scaled: np.ndarray
    """softmax(logits / temperature). At temperature 0 all of it is on the largest logit."""
    kept: np.ndarray
    """bool: tokens that are neither banned (a logit of −inf) nor cut by top-k or top-p."""
    kept_by_top_k: np.ndarray
    """bool: tokens that top-k alone keeps, of those that are not banned."""
    final: np.ndarray
    """scaled, 0 where cut, divided by what is left so that it sums to 1."""

    @property
    def n_kept(self) -> int:
        """Tokens that neither cut removes."""
        return int(self.kept.sum())


@dataclass(frozen=True)
class Draw:
    """One token drawn from a distribution."""

    id: int
    uniform: float | None
    """The random number in [0, 1) that decided; None where nothing was left to chance."""
    probability: float
    """Of the token in the final distribution."""


def check_sampling_settings(temperature: float, top_k: int | None, top_p: float | None) -> None:
    """Raises:
    ConfigError: a setting is out of range; every problem is listed.
    """
    problems = []
    if not is_finite(temperature) or not 0 <= temperature <= 100:
        problems.append(f"temperature must be a number from 0 (always the likeliest) to 100, not {temperature!r}")
    if top_k is not None and (isinstance(top_k, bool) or not isinstance(top_k, int) or top_k < 1):
        problems.append(f"top_k must be a whole number of at least 1, or left out, not {top_k!r}")
    if top_p is not None and (not is_finite(top_p) or not 0 < top_p <= 1):
        problems.append(f"top_p must be above 0 and at most 1, or left out, not {top_p!r}")
    if problems:
        raise ConfigError(problems)


def distribution(
    logits: np.ndarray | torch.Tensor, temperature: float = 1.0, top_k: int | None = None, top_p: float | None = None
) -> Distribution:
    """Every stage between logits and the probabilities that are drawn from.

    Args:
        logits: (V,).
        temperature: above 1 flattens, below 1 sharpens, 0 is the limit: the likeliest token for certain.
        top_k: keep exactly the k likeliest; of equals the lower id. None or k >= V keeps all.
        top_p: then keep the smallest set of the likeliest whose share of what top-k left reaches p, at least one.

    Raises:
        ConfigError: a setting is out of range.
    """
    check_sampling_settings(temperature, top_k, top_p)
    values = _as_float64(logits)
    raw = _softmax(values)
    if temperature == 0:
        scaled = np.zeros_like(raw)
        scaled[values.argmax()] = 1.0
    else:
        with np.errstate(over="ignore"):  # a tiny temperature sends all but the largest to -inf: the limit again
            scaled = _softmax((values - values.max()) / temperature)
    possible = values != -np.inf
    kept_by_top_k = kept = possible
    if top_k is not None or top_p is not None:
        # By logit: probabilities that round to 0 would all be equal.
        order = largest_first(values, top_k)
        kept_by_top_k = kept = _mask(order, len(values)) & possible
        if top_p is not None and top_p < 1:
            share = np.cumsum(scaled[order]) / scaled[order].sum()
            # The token that reaches p is kept too; a rounding error must not ask for one more than that.
            n_kept = min(len(order), int(np.searchsorted(share, top_p - 1e-12)) + 1)
            kept = _mask(order[:n_kept], len(values)) & possible
    final = np.where(kept, scaled, 0.0)
    return Distribution(raw, scaled, kept, kept_by_top_k, final / final.sum())


def draw(probabilities: Distribution, generator: torch.Generator | None = None) -> Draw:
    """Draws a token by the inverse of the cumulative distribution: the first whose running total exceeds a number.

    Args:
        generator: source of that number; None takes the likeliest token.
    """
    final = probabilities.final
    if generator is None or np.count_nonzero(final) == 1:
        token = int(final.argmax())
        return Draw(token, None, float(final[token]))
    uniform = float(torch.rand((), generator=generator, dtype=torch.float64))
    total = np.cumsum(final)
    token = int(np.searchsorted(total, uniform * total[-1], side="right"))
    return Draw(token, uniform, float(final[token]))


def _as_float64(logits: np.ndarray | torch.Tensor) -> np.ndarray:
    array = logits.detach().cpu().numpy() if isinstance(logits, torch.Tensor) else logits
    return array.astype(np.float64)


def _mask(ids: np.ndarray, vocab_size: int) -> np.ndarray:
    mask = np.zeros(vocab_size, dtype=bool)
    mask[ids] = True
    return mask


def _softmax(values: np.ndarray) -> np.ndarray:
    return torch.from_numpy(values).softmax(0).numpy()


def is_finite(value: object) -> bool:
    """Whether a setting is a number at all, and neither infinite nor NaN; True and False are none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
