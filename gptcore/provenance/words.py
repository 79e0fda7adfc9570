"""A cell in words, for crumbs and for who listens; layers, heads, tokens and the numbers of a vector count from 1, the
place of a weight as in Python, from 0."""

from collections.abc import Callable, Mapping
from typing import Any

from gptcore.provenance.cells import KINDS, TASK_KINDS, Cell
from gptcore.provenance.symbols import block_of, low, weight_symbol

Name = Callable[[int], str]

# What it is; and in short, with what `_places` gives.
_KINDS: dict[str, tuple[str, str]] = {
    "token_embedding": ("token embedding", "token embedding{i} of token {row}"),
    "position_embedding": ("position embedding", "position embedding{i} of token {row}"),
    "hidden": ("state", "(h{boundary}){i} of token {row}"),
    "attn_in": ("input of attention", "x{i} of token {row}"),
    "q": ("query", "q{i} of token {row}"),
    "k": ("key", "k{i} of token {row}"),
    "v": ("value", "v{i} of token {row}"),
    "raw_score": ("query times key", "q · k {row}→{column}"),
    "scores": ("score", "score {row}→{column}"),
    "masked_score": ("masked score", "masked score {row}→{column}"),
    "attention": ("attention weight", "weight {row}→{column}"),
    "weighted_value": ("weighted value", "weight · v{i} {row}→{column}"),
    "head_out": ("output of a head", "o{i} of token {row}"),
    "attn_out": ("attention output", "a{i} of token {row}"),
    "attn_sum": ("sum with the attention output", "(x + a){i} of token {row}"),
    "mid": ("state between attention and feed-forward", "n{i} of token {row}"),
    "mlp_in": ("input of the feed-forward network", "n{i} of token {row}, as read"),
    "mlp_up": ("neuron before its activation", "f{i} of token {row}"),
    "mlp_act": ("neuron after its activation", "act(f{i}) of token {row}"),
    "mlp_out": ("feed-forward output", "m{i} of token {row}"),
    "mlp_sum": ("sum with the feed-forward output", "(n + m){i} of token {row}"),
    "final": ("final state", "final state{i} of token {row}"),
    "mean": ("mean", "mean of token {row}"),
    "std": ("standard deviation", "standard deviation of token {row}"),
    "normalised": ("normalised number", "x̂{i} of token {row}"),
    "logit": ("logit", "logit of {token} at token {row}"),
    "probability": ("probability", "P({token}) after token {row}"),
    "sampled": ("probability after temperature and cuts", "P′({token}) after token {row}"),
    "surprisal": ("surprisal", "surprisal of token {row}"),
    "surprisal_bits": ("surprisal in bits", "bits of token {row}"),
    "mean_surprisal": ("mean surprisal", "mean surprisal"),
    "perplexity": ("perplexity", "perplexity"),
    "weight": ("weight", "{weight}"),
    "product": ("product", ""),
    "task_logit": ("logit of an answer", "logit of answer {any}"),
    "task_probability": ("probability of an answer", "P(answer {any})"),
    "task_score": ("score", "score"),
    "task_loss": ("loss of the task, minus L2", "−L₂"),
    "lm_loss": ("loss of the language model, minus L1", "−L₁"),
    "weighted_lm_loss": ("weighted loss of the language model", "−λ L₁"),
    "total_loss": ("loss of fine-tuning, minus L3", "−L₃"),
}


def name_of(cell: Cell) -> str:
    """What it is, without where it stands: "attention weight"."""
    kind = cell[0]
    return name_of(cell[2:]) if kind == "row" else _KINDS[kind][0]


def place(cell: Cell) -> str:
    """A weight's name with its place, as Python has it: blocks.2.attn.qkv.weight[17, 40]."""
    _, name, *index = cell
    return f"{name}[{', '.join(map(str, index))}]"


def word(cell: Cell, token_name: Name, vocabulary: Name) -> str:
    """The text of the token that tells a cell from others beside it: of the vocabulary, or the one that is looked at,
    or the one that was predicted; empty where none does.

    Args:
        token_name, vocabulary: as of `describe`.
    """
    kind, *at = cell
    axes = KINDS.get(kind, ())
    if "token" in axes:
        return vocabulary(at[axes.index("token")])
    if axes.count("position") == 2:
        return token_name(at[axes.index("position") + 1])
    return token_name(at[0]) if axes == ("position",) else ""


def short(cell: Cell, vocabulary: Name | None = None) -> str:
    """In a few signs, for a crumb: "weight 8→3", "q₁₈ of token 8", "W_qkv[17, 40]".

    Args:
        cell: a checked one, or of an answer.
        vocabulary: the text of a token by its id; without it, the id itself.
    """
    kind, *at = cell
    if kind == "product":
        return " · ".join(short(factor, vocabulary) for factor in at)
    if kind == "row":
        return f"row {at[0] + 1}: {short(tuple(at[1:]), vocabulary)}"
    if kind == "weight":
        return place((kind, weight_symbol(at[0]), *at[1:]))
    return _KINDS[kind][1].format_map(_places(cell, vocabulary))


def describe(cell: Cell, token_name: Name | None = None, vocabulary: Name | None = None) -> str:
    """In a phrase: "attention weight, layer 4, head 1, from token 8 “fox” to token 3 “the”".

    Args:
        token_name: the text of the token at a position, from 0.
        vocabulary: as of `short`.
    """
    kind, *at = cell
    if kind == "product":
        return " times ".join(describe(factor, token_name, vocabulary) for factor in at)
    if kind == "row":
        return f"row {at[0] + 1}: {describe(tuple(at[1:]), token_name, vocabulary)}"
    if kind == "weight":
        return f"weight {place(cell)}"
    return ", ".join([name_of(cell), *_where(cell, token_name, vocabulary)])


def _where(cell: Cell, token_name: Name | None, vocabulary: Name | None) -> list[str]:
    kind, *at = cell
    axes = _axes(kind)
    said = [
        _AXES[axis](place, vocabulary)
        for axis, place in zip(axes, at, strict=True)
        if axis not in ("position", "any") or kind in TASK_KINDS
    ]
    tokens = [_token(place, token_name) for axis, place in zip(axes, at, strict=True) if axis == "position"]
    if len(tokens) == 2:
        said.append(f"from {tokens[0]} to {tokens[1]}")
    else:
        said += [("after " if kind in ("probability", "sampled", "logit") else "") + token for token in tokens]
    if kind == "sampled":
        _, _, temperature, top_k, top_p = at
        said.append(f"temperature {temperature:g}, top-k {top_k or 'off'}, top-p {'off' if top_p == 1 else top_p}")
    return said


_AXES: dict[str, Callable[[Any, Name | None], str]] = {
    "layer": lambda layer, _: f"layer {layer + 1}",
    "boundary": lambda boundary, _: f"after layer {boundary}" if boundary else "before layer 1",
    "head": lambda head, _: f"head {head + 1}",
    "d_model": lambda i, _: f"number {i + 1}",
    "d_head": lambda i, _: f"number {i + 1}",
    "d_ff": lambda i, _: f"neuron {i + 1}",
    "norm": lambda name, _: _norm(name),
    "token": lambda token, vocabulary: f"of {_entry(token, vocabulary)}",
    "any": lambda output, _: f"answer {output + 1}",
}


def _places(cell: Cell, vocabulary: Name | None) -> Mapping[str, object]:
    """What the short names are filled with."""
    kind, *at = cell
    axes = _axes(kind)
    positions = [place + 1 for axis, place in zip(axes, at, strict=True) if axis == "position"]
    found: dict[str, object] = dict(zip(("row", "column"), positions, strict=False))
    for axis, place in zip(axes, at, strict=True):
        if axis in ("d_model", "d_head", "d_ff"):
            found["i"] = low(place + 1)
        elif axis == "boundary":
            found["boundary"] = low(place)
        elif axis == "token":
            found["token"] = _entry(place, vocabulary)
        elif axis == "any" and kind in TASK_KINDS:
            found["any"] = place + 1
    return found


def _axes(kind: str) -> tuple[str, ...]:
    return KINDS[kind] if kind in KINDS else TASK_KINDS[kind]


def _token(position: int, token_name: Name | None) -> str:
    return f"token {position + 1}" + ("" if token_name is None else f" “{token_name(position)}”")


def _entry(token: int, vocabulary: Name | None) -> str:
    return f"id {token}" if vocabulary is None else f"“{vocabulary(token)}”"


def _norm(name: str) -> str:
    layer, within = block_of(name)
    return "final LayerNorm" if layer is None else f"LayerNorm {within[-1]} of layer {layer + 1}"
