"""Which arrays of a trace the Flow picture shows, in which order, pooled to what fits."""

from collections.abc import Iterator

import numpy as np

from app.explore.lenses import flow_text as content
from app.shared.browser.flow import Grid
from gptcore.config import ModelConfig
from gptcore.model.capture import PARTS, Part
from gptcore.trace.pooling import Groups, Pooled, pool_heads, pool_square, pool_vectors, width
from gptcore.trace.trace import Trace

NEEDED: tuple[Part, ...] = tuple(part for part in PARTS if part != "logits")
_STATE_CELLS, _INSIDE_CELLS = 16, 32
_MOST_STATES = 9
"""With more blocks a state has fewer cells, so that all of them together are as little to send."""


def states(trace: Trace, config: ModelConfig, groups: Groups) -> list[Grid]:
    """The residual stream: embeddings, h_0, every block's output, and what a last LayerNorm makes of it."""
    cells = max(2, _STATE_CELLS * _MOST_STATES // max(_MOST_STATES, config.n_layer))
    grids = [_vectors("token", trace.part("token_embedding"), cells, groups, ("token_embedding",), config)]
    if trace.position_embedding is not None:
        grids.append(_vectors("place", trace.position_embedding, cells, groups, ("position_embedding",), config))
    hidden, wide = pool_vectors(trace.part("hidden"), cells, groups), width(config.d_model, cells)
    for layer in range(config.n_layer + 1):
        title, symbol = content.state(layer)
        one = _row(hidden, layer)
        grids.append(Grid(f"h{layer}", title, symbol, ("hidden", layer), one, config.d_model, wide))
    if config.norm == "pre":
        grids.append(_vectors("final", trace.part("final"), cells, groups, ("final",), config))
    return grids


def inside(trace: Trace, config: ModelConfig, groups: Groups, layer: int, head: int) -> list[Grid]:
    """Everything that the open block computes, in the order in which it does."""
    return list(_inside(trace, config, groups, layer, head))


def _inside(trace: Trace, config: ModelConfig, groups: Groups, layer: int, head: int) -> Iterator[Grid]:
    row, is_post = trace.row(layer), config.norm == "post"

    def vectors(name: str, part: Part, index: int = row, at: int = layer) -> Grid:
        return _vectors(name, trace.part(part)[index], _INSIDE_CELLS, groups, (part, at), config)

    yield vectors("x", "hidden", index=layer)
    if not is_post:
        yield vectors("ln1", "attn_in")
    for part in ("q", "k", "v"):
        yield _vectors(part, trace.part(part)[row, head], _INSIDE_CELLS, groups, (part, layer, head), config)
    for name, kind, pairs, causal in (
        ("raw", "raw_score", trace.raw_scores(layer, head), False),
        ("scaled", "scores", trace.part("scores")[row, head], False),
        ("masked", "masked_score", trace.part("scores")[row, head], True),
        ("weights", "attention", trace.part("attention")[row, head], True),
    ):
        square = pool_square(pairs, groups, causal)
        yield _grid(name, square, (kind, layer, head), len(trace.ids), config, wide=0)
    yield _vectors("out", trace.part("head_out")[row, head], _INSIDE_CELLS, groups, ("head_out", layer, head), config)
    title, symbol = content.grid("concat", config)
    heads = pool_heads(trace.part("head_out")[row], _INSIDE_CELLS, groups)
    each = width(config.d_head, max(1, _INSIDE_CELLS // config.n_head))
    yield Grid("concat", title, symbol, ("head_out", layer), heads, config.d_model, each, config.n_head)
    yield vectors("proj", "attn_out")
    if is_post:
        sums = pool_vectors(trace.attn_sum[row], _INSIDE_CELLS, groups)
        yield _grid("sum1", sums, ("attn_sum", layer), config.d_model, config)
    yield vectors("n", "mid")
    if not is_post:
        yield vectors("ln2", "mlp_in")
    yield vectors("up", "mlp_up")
    yield vectors("act", "mlp_act")
    yield vectors("down", "mlp_out")
    if is_post:
        sums = pool_vectors(trace.mlp_sum[row], _INSIDE_CELLS, groups)
        yield _grid("sum2", sums, ("mlp_sum", layer), config.d_model, config)
    yield vectors("y", "hidden", index=layer + 1, at=layer + 1)


def _vectors(
    name: str, array: np.ndarray, cells: int, groups: Groups, kind: tuple[str | int, ...], config: ModelConfig
) -> Grid:
    return _grid(name, pool_vectors(array, cells, groups), kind, array.shape[-1], config, width(array.shape[-1], cells))


def _grid(
    name: str, pooled: Pooled, kind: tuple[str | int, ...], size: int, config: ModelConfig, wide: int | None = None
) -> Grid:
    title, symbol = content.grid(name, config)
    return Grid(name, title, symbol, kind, pooled, size, width(size, _INSIDE_CELLS) if wide is None else wide)


def _row(pooled: Pooled, index: int) -> Pooled:
    token = None if pooled.token is None else pooled.token[index]
    return Pooled(pooled.values[index], pooled.column[index], token)
