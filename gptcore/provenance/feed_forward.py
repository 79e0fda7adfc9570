"""The position-wise feed-forward network of a block (paper, section 4.1): up, an activation, down."""

import numpy as np

from gptcore.provenance import latex
from gptcore.provenance.cells import Cell
from gptcore.provenance.explanation import Explanation, Term
from gptcore.provenance.look import Line, Look
from gptcore.provenance.norm import normed
from gptcore.provenance.sums import added, dot, handed_on
from gptcore.provenance.symbols import plain, tex
from gptcore.provenance.words import name_of

# With the symbol or the number of what goes in for each @.
_ACTIVATIONS = {
    "gelu_tanh": r"0.5 \cdot @ \left(1 + \tanh\left(\sqrt{2 / \pi} \left(@ + 0.044715 \cdot @^3\right)\right)\right)",
    "gelu_erf": r"@ \cdot \tfrac{1}{2} \left(1 + \mathrm{erf}\left(@ / \sqrt{2}\right)\right)",
    "relu": r"\max(0,\, @)",
    "silu": r"\frac{@}{1 + e^{-@}}",
}
_NOTES = {
    "gelu_tanh": "GELU in its tanh form, as in GPT-1: near 0 for a number well below 0, near the number itself above.",
    "gelu_erf": "GELU: the number times the share of a normal distribution that lies below it.",
    "relu": "ReLU: a negative number becomes 0.",
    "silu": "SiLU: the number times its sigmoid.",
}


def mlp_in(look: Look, layer: int, position: int, d: int) -> Explanation:
    """What the network reads: n, in a pre-norm block normalised."""
    cell: Cell = ("mlp_in", layer, position, d)
    value = float(look.layer("mlp_in", layer)[position, d])
    if look.config.norm == "pre":
        return normed(look, cell, value, f"blocks.{layer}.ln_2", position, d)
    return handed_on(look, cell, value, ("mid", layer, position, d), "It is read as it is: the same number.")


def mlp_up(look: Look, layer: int, position: int, neuron: int) -> Explanation:
    """What a neuron adds up."""
    name, bias = f"blocks.{layer}.mlp.fc.weight", f"blocks.{layer}.mlp.fc.bias"
    return dot(
        look,
        ("mlp_up", layer, position, neuron),
        float(look.layer("mlp_up", layer)[position, neuron]),
        Line(("mlp_in", layer, position, None), look.layer("mlp_in", layer)[position].astype(np.float64)),
        Line(("weight", name, neuron, None), look.weight(name, neuron)),
        (("weight", bias, neuron), float(look.weight(bias, neuron))),
    )


def mlp_act(look: Look, layer: int, position: int, neuron: int) -> Explanation:
    """What it gives."""
    config = look.config
    cell: Cell = ("mlp_act", layer, position, neuron)
    value = float(look.layer("mlp_act", layer)[position, neuron])
    of: Cell = ("mlp_up", layer, position, neuron)
    up = float(look.layer("mlp_up", layer)[position, neuron])
    form = _ACTIVATIONS[config.activation]
    return Explanation(
        cell,
        value,
        name_of(cell),
        f"{tex(cell, config)} = {form.replace('@', tex(of, config))}",
        f"= {form.replace('@', latex.signed(up))} = {latex.number(value)}",
        (Term(plain(of, config), up, of),),
        0.0,
        0,
        (of,),
        (of,),
        _NOTES[config.activation],
    )


def mlp_out(look: Look, layer: int, position: int, d: int) -> Explanation:
    """What the network adds: its neurons, each times its weight."""
    name, bias = f"blocks.{layer}.mlp.proj.weight", f"blocks.{layer}.mlp.proj.bias"
    return dot(
        look,
        ("mlp_out", layer, position, d),
        float(look.layer("mlp_out", layer)[position, d]),
        Line(("mlp_act", layer, position, None), look.layer("mlp_act", layer)[position].astype(np.float64)),
        Line(("weight", name, d, None), look.weight(name, d)),
        (("weight", bias, d), float(look.weight(bias, d))),
    )


def mlp_sum(look: Look, layer: int, position: int, d: int) -> Explanation:
    """What the network adds, added."""
    n, m = look.layer("mid", layer)[position, d], look.layer("mlp_out", layer)[position, d]
    return added(look, ("mlp_sum", layer, position, d), float(n + m), _sum(layer, position, d, float(n), float(m)))


def state(look: Look, boundary: int, position: int, d: int) -> Explanation:
    """What a block hands on: the sum, in a post-norm block normalised. h_0 is no block's."""
    cell: Cell = ("hidden", boundary, position, d)
    value, layer = float(look.trace.part("hidden")[boundary, position, d]), boundary - 1
    if look.config.norm == "post":
        return normed(look, cell, value, f"blocks.{layer}.ln_2", position, d)
    n, m = look.layer("mid", layer)[position, d], look.layer("mlp_out", layer)[position, d]
    return added(look, cell, value, _sum(layer, position, d, float(n), float(m)))


def _sum(layer: int, position: int, d: int, n: float, m: float) -> list[tuple[Cell, float]]:
    return [(("mid", layer, position, d), n), (("mlp_out", layer, position, d), m)]
