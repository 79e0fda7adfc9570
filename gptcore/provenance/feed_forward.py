"""The position-wise feed-forward network of a block (paper, section 4.1): up, an activation, down."""

from gptcore.config import Activation
from gptcore.provenance import latex
from gptcore.provenance.cells import Cell
from gptcore.provenance.explanation import Explanation, Term
from gptcore.provenance.look import Look, line
from gptcore.provenance.norm import normed
from gptcore.provenance.sums import added, handed_on, linear, told

# With what goes in at each @.
_FORMULAS: dict[Activation, str] = {
    "gelu_tanh": r"0.5 \cdot @ \left(1 + \tanh\left(\sqrt{2 / \pi} \left(@ + 0.044715 \cdot {@}^3\right)\right)\right)",
    "gelu_erf": r"0.5 \cdot @ \left(1 + \mathrm{erf}\left(@ / \sqrt{2}\right)\right)",
    "relu": r"\max(0,\, @)",
    "silu": r"\frac{@}{1 + e^{-@}}",
}
_NOTES: dict[Activation, str] = {
    "gelu_tanh": "GELU in its tanh form, as in GPT-1: near 0 for a number well below 0, near the number itself above.",
    "gelu_erf": "GELU: the number times the share of a normal distribution that lies below it.",
    "relu": "ReLU: a negative number becomes 0, another stays.",
    "silu": "SiLU: the number times its sigmoid.",
}


def mlp_in(look: Look, layer: int, position: int, d: int) -> Explanation:
    """What the network reads: n, in a pre-norm block normalised."""
    cell: Cell = ("mlp_in", layer, position, d)
    value = look.number("mlp_in", layer, position, d)
    if look.config.norm == "pre":
        return normed(look, cell, value, f"blocks.{layer}.ln_2")
    return handed_on(look, cell, value, ("mid", layer, position, d), "It is read as it is: the same number.")


def mlp_up(look: Look, layer: int, position: int, neuron: int) -> Explanation:
    """What a neuron adds up."""
    given = line(("mlp_in", layer, position, None), look.layer("mlp_in", layer)[position])
    value = look.number("mlp_up", layer, position, neuron)
    return linear(look, ("mlp_up", layer, position, neuron), value, given, f"blocks.{layer}.mlp.fc", neuron)


def mlp_act(look: Look, layer: int, position: int, neuron: int) -> Explanation:
    """What it gives."""
    activation = look.config.activation
    formula, of = _FORMULAS[activation], ("mlp_up", layer, position, neuron)
    up = look.number("mlp_up", layer, position, neuron)
    return told(
        look,
        ("mlp_act", layer, position, neuron),
        look.number("mlp_act", layer, position, neuron),
        formula.replace("@", look.tex(of)),
        formula.replace("@", latex.signed(up)),
        [look.term(of, up)],
        note=_NOTES[activation],
    )


def mlp_out(look: Look, layer: int, position: int, d: int) -> Explanation:
    """What the network adds: its neurons, each times its weight."""
    given = line(("mlp_act", layer, position, None), look.layer("mlp_act", layer)[position])
    value = look.number("mlp_out", layer, position, d)
    return linear(look, ("mlp_out", layer, position, d), value, given, f"blocks.{layer}.mlp.proj", d)


def mlp_sum(look: Look, layer: int, position: int, d: int) -> Explanation:
    """What the network adds, added."""
    n, m = look.layer("mid", layer)[position, d], look.layer("mlp_out", layer)[position, d]
    return added(look, ("mlp_sum", layer, position, d), float(n + m), _sum(look, layer, position, d))


def state(look: Look, boundary: int, position: int, d: int) -> Explanation:
    """What a block hands on: the sum, in a post-norm block normalised. h_0 is no block's."""
    cell, layer = ("hidden", boundary, position, d), boundary - 1
    value = float(look.trace.part("hidden")[boundary, position, d])
    if look.config.norm == "post":
        return normed(look, cell, value, f"blocks.{layer}.ln_2")
    return added(look, cell, value, _sum(look, layer, position, d))


def _sum(look: Look, layer: int, position: int, d: int) -> list[Term]:
    n, m = ("mid", layer, position, d), ("mlp_out", layer, position, d)
    return [look.term(n, look.number("mid", *n[1:])), look.term(m, look.number("mlp_out", *m[1:]))]
