"""Which parts a trace must have for a number's arithmetic."""

from gptcore.config import ModelConfig
from gptcore.model.capture import Part
from gptcore.provenance.cells import KINDS, Cell
from gptcore.provenance.symbols import block_of

# Of a post-norm block; where a pre-norm one differs, in _PRE.
_PARTS: dict[str, tuple[Part, ...]] = {
    "token_embedding": ("token_embedding",),
    "position_embedding": ("position_embedding",),
    "attn_in": ("attn_in",),
    "q": ("q", "attn_in"),
    "k": ("k", "attn_in"),
    "v": ("v", "attn_in"),
    "raw_score": ("q", "k"),
    "scores": ("scores", "q", "k"),
    "masked_score": ("scores",),
    "attention": ("attention", "scores"),
    "weighted_value": ("attention", "v"),
    "head_out": ("head_out", "attention", "v"),
    "attn_out": ("attn_out", "head_out"),
    "attn_sum": ("attn_out", "hidden"),
    "mid": ("mid", "attn_out", "hidden"),
    "mlp_in": ("mlp_in",),
    "mlp_up": ("mlp_up", "mlp_in"),
    "mlp_act": ("mlp_act", "mlp_up"),
    "mlp_out": ("mlp_out", "mlp_act"),
    "mlp_sum": ("mlp_out", "mid"),
    "final": ("final",),
    "logit": ("logits", "final"),
    "probability": ("logits",),
    "sampled": ("logits",),
    "surprisal": ("logits",),
    "surprisal_bits": ("logits",),
    "mean_surprisal": ("logits",),
    "perplexity": ("logits",),
    "weight": (),
}
_PRE: dict[str, tuple[Part, ...]] = {
    "attn_in": ("attn_in", "hidden"),
    "mlp_in": ("mlp_in", "mid"),
    "final": ("final", "hidden"),
}
_NORMS: dict[tuple[str, str], tuple[Part, ...]] = {
    ("post", "ln_1"): ("hidden", "attn_out"),
    ("post", "ln_2"): ("mid", "mlp_out"),
    ("pre", "ln_1"): ("hidden",),
    ("pre", "ln_2"): ("mid",),
    ("pre", "final_norm"): ("hidden",),
}


Needs = tuple[tuple[Part, ...], int | None]


def needs(config: ModelConfig, cell: Cell) -> Needs:
    """What `explain` looks at.

    Args:
        cell: a checked one.

    Returns:
        parts of a trace, and the one layer of which they are needed; None: of no layer, or of several.
    """
    kind, *at = cell
    if kind == "product":
        return for_both(*(needs(config, factor) for factor in at))
    if kind == "hidden":
        if at[0] == 0:
            return ("hidden", "token_embedding", "position_embedding"), None
        return ("hidden", "mid", "mlp_out"), at[0] - 1
    if kind in ("mean", "std", "normalised"):
        layer, within = block_of(at[0])
        return _NORMS[config.norm, within], layer
    parts = _PRE.get(kind, _PARTS[kind]) if config.norm == "pre" else _PARTS[kind]
    return parts, at[0] if kind in KINDS and "layer" in KINDS[kind] else None


def for_both(one: Needs, other: Needs) -> Needs:
    """What two cells need together."""
    layers = {one[1], other[1]} - {None}
    return tuple(dict.fromkeys(one[0] + other[0])), layers.pop() if len(layers) == 1 else None
