"""How one number of a forward pass is named: a tuple of its kind and where it stands, counted from 0.

    ("attention", layer, head, row, column)     ("logit", position, token)     ("weight", name, *index)

The kinds of a Trace's parts have the part's axes; KINDS has all of them. Two more hold other cells: ("product", a, b),
and ("row", number, *cell), a cell of one of the rows that a task makes of an example. As text, for an address:
"attention:3:0:7:2", a product "q:3:0:7:5*k:3:0:2:5".
"""

from typing import Any, Literal

from gptcore.config import ModelConfig
from gptcore.errors import InputError

Cell = tuple[Any, ...]
Axis = Literal["layer", "boundary", "head", "position", "d_model", "d_head", "d_ff", "token", "norm", "any"]

KINDS: dict[str, tuple[Axis, ...]] = {
    "token_embedding": ("position", "d_model"),
    "position_embedding": ("position", "d_model"),
    "hidden": ("boundary", "position", "d_model"),
    "attn_in": ("layer", "position", "d_model"),
    "q": ("layer", "head", "position", "d_head"),
    "k": ("layer", "head", "position", "d_head"),
    "v": ("layer", "head", "position", "d_head"),
    "raw_score": ("layer", "head", "position", "position"),  # q.k
    "scores": ("layer", "head", "position", "position"),  # divided by sqrt(d_head)
    "masked_score": ("layer", "head", "position", "position"),
    "attention": ("layer", "head", "position", "position"),
    "weighted_value": ("layer", "head", "position", "position", "d_head"),  # what a token gives to another
    "head_out": ("layer", "head", "position", "d_head"),
    "attn_out": ("layer", "position", "d_model"),
    "attn_sum": ("layer", "position", "d_model"),  # x + attn_out
    "mid": ("layer", "position", "d_model"),
    "mlp_in": ("layer", "position", "d_model"),
    "mlp_up": ("layer", "position", "d_ff"),
    "mlp_act": ("layer", "position", "d_ff"),
    "mlp_out": ("layer", "position", "d_model"),
    "mlp_sum": ("layer", "position", "d_model"),  # n + mlp_out
    "final": ("position", "d_model"),
    "mean": ("norm", "position"),  # of what a LayerNorm reads; norm is its name, "blocks.3.ln_1" or "final_norm"
    "std": ("norm", "position"),  # sqrt(variance + eps)
    "normalised": ("norm", "position", "d_model"),  # before gain and bias
    "logit": ("position", "token"),
    "probability": ("position", "token"),
    "sampled": ("position", "token", "any", "any", "any"),  # after temperature, top_k (0: off) and top_p (1: off)
    "surprisal": ("position",),  # of the token at the position, in nats
    "surprisal_bits": ("position",),
    "mean_surprisal": (),  # in nats
    "perplexity": (),
}
TASK_KINDS: dict[str, tuple[Axis, ...]] = {
    "task_logit": ("any",),  # of an output: a class, an answer, or the score
    "task_probability": ("any",),
    "task_score": (),
    "task_loss": (),  # L2 of the paper, negated
    "lm_loss": (),  # L1
    "weighted_lm_loss": (),  # lambda L1
    "total_loss": (),  # L3
}
_ALIASES = {"logits": "logit"}
_LONGEST = 400
"""Characters of a cell as text."""
_HUGE = 1e9
"""No setting of a draw is as large."""


def checked(cell: Cell, config: ModelConfig, n_tokens: int) -> Cell:
    """A cell that may come from anywhere, as it is written here.

    Raises:
        InputError: there is no such kind, or the cell lies outside of this model or text.
    """
    kind, *at = cell or ("",)
    kind = _ALIASES.get(kind, kind) if isinstance(kind, str) else ""
    if factors := factors_of(cell):
        return (kind, *(checked(factor, config, n_tokens) for factor in factors))
    if kind == "weight" and at and isinstance(at[0], str):
        return (kind, *at)  # its name and index are looked up in the model itself
    axes = KINDS.get(kind)
    if axes is None:
        raise InputError(f"there is no cell of kind {kind!r:.40}; choose from {', '.join(KINDS)}, weight, product")
    sizes = {
        "layer": config.n_layer,
        "boundary": config.n_layer + 1,
        "head": config.n_head,
        "position": n_tokens,
        "d_model": config.d_model,
        "d_head": config.d_head,
        "d_ff": config.d_inner,
        "token": config.vocab_size,
    }
    if len(at) != len(axes):
        raise InputError(f"a cell of kind {kind} has {len(axes)} numbers ({', '.join(axes)}), not {len(at)}")
    for axis, value in zip(axes, at, strict=True):
        if axis == "norm" and value not in norms(config):
            raise InputError(f"this model has no LayerNorm {value!r:.40}; it has {', '.join(norms(config)[:2])}, ...")
        if axis == "any" and not (type(value) in (int, float) and abs(value) < _HUGE):
            raise InputError(f"a cell of kind {kind} has numbers as settings, not {value!r:.40}")
        if axis in sizes and not (type(value) is int and 0 <= value < sizes[axis]):
            raise InputError(f"a cell of kind {kind} has {axis} 0 to {sizes[axis] - 1}, not {value!r:.40}")
    return (kind, *at)


def factors_of(cell: Cell) -> tuple[Cell, ...]:
    """The two cells, themselves not checked, whose product one that may come from anywhere is; none of another kind.

    Raises:
        InputError: one of them is a product itself.
    """
    kind, *at = cell or ("",)
    if kind != "product" or len(at) != 2 or not all(isinstance(factor, list | tuple) for factor in at):
        return ()
    if any(factor and factor[0] == kind for factor in at):
        raise InputError("a product has two factors, and neither is a product")
    return tuple(tuple(factor) for factor in at)


def norms(config: ModelConfig) -> tuple[str, ...]:
    """The names of a model's LayerNorms, in the order in which a token meets them."""
    of_blocks = tuple(f"blocks.{layer}.{within}" for layer in range(config.n_layer) for within in ("ln_1", "ln_2"))
    return of_blocks + (("final_norm",) if config.norm == "pre" else ())


def in_row(row: int, cell: Cell) -> Cell:
    """A cell of one row's pass as a cell of an example of several; a weight belongs to all of them."""
    kind, *at = cell
    if kind == "product":
        return (kind, *(in_row(row, factor) for factor in at))
    return cell if kind == "weight" else ("row", row, *cell)


def to_text(cell: Cell) -> str:
    """A cell in one word."""
    kind, *at = cell
    if kind == "product":
        return "*".join(map(to_text, at))
    return ":".join([kind, *map(str, at)])


def from_text(text: str) -> Cell:
    """The cell that `to_text` wrote; whether it exists is for `checked` to say.

    Raises:
        InputError: this is no cell.
    """
    if len(text) > _LONGEST or not text:
        raise InputError("this is no cell's name")
    if "*" in text:
        first, _, second = text.partition("*")
        return ("product", from_text(first), from_text(second))
    kind, *at = text.split(":")
    return (kind, *map(_number_or_name, at))


def _number_or_name(text: str) -> int | float | str:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
