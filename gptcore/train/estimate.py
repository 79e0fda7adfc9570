"""What a run will cost, before it starts: arithmetic, memory and time. Rough, and said to be."""

import time

import torch

from gptcore.config import ModelConfig
from gptcore.model.parameters import parameter_count

_BYTES_PER_PARAMETER = 16
"""In float32: the weight, its gradient, and Adam's two moments."""
_VALUES_PER_POSITION = 16
"""Numbers of width D that a block keeps for each token until its backward pass. An LSTM's layer keeps fewer."""
_TRIALS = 40
_EFFICIENCY = 0.25
"""Share of a plain matrix product's speed that a whole update reaches on small models."""


def flops_per_token(config: ModelConfig) -> float:
    """Of one token in training: 2 per weight forward and 4 backward, the output layer's and attention's included."""
    if config.architecture == "lstm":
        return 6.0 * parameter_count(config)
    weights = parameter_count(config) - config.n_positions * config.d_model
    return 6.0 * weights + 12.0 * config.n_layer * config.n_positions * config.d_model


def memory_bytes(config: ModelConfig, batch_size: int) -> float:
    """Weights with their gradients and moments, and the activations of one batch."""
    activations = _VALUES_PER_POSITION * config.n_layer * batch_size * config.n_positions * config.d_model
    return _BYTES_PER_PARAMETER * parameter_count(config) + 4.0 * activations


def seconds(config: ModelConfig, batch_size: int, steps: int, flops_per_second: float) -> float:
    """Expected time of a run.

    Args:
        flops_per_second: of plain matrix products here, see `measure_speed`.
    """
    work = flops_per_token(config) * batch_size * config.n_positions * steps
    return work / (_EFFICIENCY * flops_per_second)


def measure_speed(device: torch.device | str = "cpu", size: int = 384) -> float:
    """Floating-point operations per second of a matrix product of a few milliseconds; the best of many, because other
    work on the machine only ever slows it down."""
    a = torch.randn(size, size, generator=torch.Generator().manual_seed(0)).to(device)
    best = float("inf")
    for _ in range(_TRIALS):
        started = time.perf_counter()
        float((a @ a)[0, 0])
        best = min(best, time.perf_counter() - started)
    return 2.0 * size**3 / best
