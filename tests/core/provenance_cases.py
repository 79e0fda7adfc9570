"""Models of every shape with their traces, as they are and with interventions, and random cells of each kind: what the
tests of provenance share."""

from functools import cache

import numpy as np
import torch

import gptcore
from gptcore.provenance.cells import KINDS, norms
from tests.core.conftest import tiny
from tests.core.float64_gpt import forward
from tests.core.interventions import some_of_all

IDS = np.array([5, 9, 3, 5, 38, 7, 5, 2, 3])
SHAPES = [
    {},
    {"positions": "sinusoidal", "activation": "gelu_erf", "layer_norm_eps": 0.1},
    {"positions": "none", "activation": "relu", "tied": False},
    {"activation": "silu", "tied": False},
    {"norm": "pre"},
    {"norm": "pre", "positions": "sinusoidal", "activation": "relu", "tied": False},
    {"norm": "pre", "positions": "none", "activation": "silu", "layer_norm_eps": 0.1},
    {"norm": "pre", "activation": "gelu_erf", "d_ff": 10, "n_head": 4},
]
SETTINGS = [(0.7, 0, 1), (1.0, 5, 1), (1.5, 0, 0.6), (0.8, 7, 0.9)]
PLAIN = range(len(SHAPES))
EVERY = range(2 * len(SHAPES))
"""The second half are the same shapes with interventions."""
PER_KIND = 5
"""Cells of each kind in each shape of model."""


@cache
def case(number: int):
    """A model, its trace and the same in float64."""
    model = tiny(number, vocab_size=40, **SHAPES[number % len(SHAPES)])
    draw = torch.Generator().manual_seed(number)
    with torch.no_grad():  # biases and gains that are not those of a new model
        for value in model.parameters():
            if value.dim() == 1:
                value.add_(torch.empty_like(value).normal_(0, 0.3, generator=draw))
    otherwise = [] if number in PLAIN else some_of_all(model, number, 6)
    return model, gptcore.run_trace(model, IDS, interventions=otherwise), forward(model, IDS, otherwise)


def sizes(config):
    return {
        "layer": config.n_layer,
        "boundary": config.n_layer + 1,
        "head": config.n_head,
        "position": len(IDS),
        "d_model": config.d_model,
        "d_head": config.d_head,
        "d_ff": config.d_inner,
        "token": config.vocab_size,
        "norm": len(norms(config)),
    }


def cells_of(kind: str, config, draw: np.random.Generator, count: int):
    """Cells of a kind, at random."""
    size = sizes(config)
    for _ in range(count):
        if kind == "sampled":
            yield (kind, int(draw.integers(len(IDS))), int(draw.integers(40)), *SETTINGS[draw.integers(4)])
        elif kind.startswith("surprisal"):
            yield (kind, int(draw.integers(1, len(IDS))))
        else:
            names = norms(config)
            axes = KINDS[kind]
            yield (
                kind,
                *(names[draw.integers(len(names))] if a == "norm" else int(draw.integers(size[a])) for a in axes),
            )


def kinds(config):
    return [kind for kind in KINDS if not (kind == "position_embedding" and config.positions == "none")]


def random_cells(number: int, count: int = PER_KIND):
    config, draw = case(number)[0].config, np.random.default_rng(number)
    return [cell for kind in kinds(config) for cell in cells_of(kind, config, draw, count)]
