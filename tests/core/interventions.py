"""Random interventions of every kind, for tests of what follows from them."""

import numpy as np

from gptcore import hide_token, replace, zero_attention, zero_head, zero_mlp, zero_positions
from gptcore.model.intervention import REPLACEABLE

SHAPES = {
    "post-norm": {},
    "pre-norm, untied": dict(norm="pre", tied=False),
    "no positions": dict(positions="none", d_ff=24),
    "sinusoids, relu": dict(positions="sinusoidal", activation="relu", n_layer=3, n_head=4),
}
T = 11
PER_HEAD = ("q", "k", "v", "head_out")


def some_ids(n: int = T, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 90, n)


def _width(model, part: str) -> int:
    c = model.config
    return c.d_head if part in PER_HEAD else c.d_inner if part in ("mlp_up", "mlp_act") else c.d_model


def some_replacement(model, part: str, random: np.random.Generator):
    """A replacement of a part: a vector or one a token, at all tokens or some, of all heads or one."""
    wide, heads, c = _width(model, part), part in PER_HEAD, model.config
    layer = None if part in ("token_embedding", "position_embedding", "final") else int(random.integers(c.n_layer))
    layer = int(random.integers(c.n_layer + 1)) if part == "hidden" else layer
    head = int(random.integers(c.n_head)) if heads and random.random() < 0.5 else None
    positions = [None, [4], [9, 0, 3]][random.integers(3)]
    shape = (T if positions is None else len(positions), wide)
    if heads and head is None and random.random() < 0.5:
        shape = (c.n_head, *shape)
    values = random.normal(0, 0.7, [shape, (wide,)][random.integers(2)])
    return replace(part, layer, values, positions, head)


def some_of_all(model, seed: int, n: int = 3):
    """A few of everything, of random kinds."""
    random, c = np.random.default_rng(seed), model.config
    layer, head = int(random.integers(c.n_layer)), int(random.integers(c.n_head))
    kinds = [
        zero_head(layer, head),
        zero_head(layer, head, random.normal(size=c.d_head)),
        zero_attention(layer),
        zero_mlp(layer, random.normal(size=c.d_model)),
        zero_positions(),
        hide_token(int(random.integers(1, T - 1))),
        hide_token(0),
        *(some_replacement(model, part, random) for part in REPLACEABLE),
    ]
    return [kinds[i] for i in random.choice(len(kinds), n, replace=False)]
