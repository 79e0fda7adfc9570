"""LayerNorm (Ba, Kiros and Hinton 2016): a token's vector, less its mean, over its standard deviation, times a gain,
plus a bias. Its place is what tells GPT-1 (post: of each residual sum) from GPT-2 (pre: of what a sub-layer reads)."""

import math

import numpy as np

from gptcore.provenance import latex
from gptcore.provenance.cells import Cell
from gptcore.provenance.explanation import Explanation
from gptcore.provenance.look import Line, Look, line
from gptcore.provenance.sums import Sum, shortened, told
from gptcore.provenance.symbols import block_of


def normed(look: Look, cell: Cell, value: float, norm: str) -> Explanation:
    """A number that a LayerNorm gives: gain times normalised number, plus bias. The cell ends in position and place."""
    *_, position, d = cell
    read = _read_by(look, norm, position)
    gain, bias = ("weight", f"{norm}.weight", d), ("weight", f"{norm}.bias", d)
    of: Cell = ("normalised", norm, position, d)
    g, b, x = look.weight(*gain[1:]), look.weight(*bias[1:]), _scaled(look, read, d)
    return told(
        look,
        cell,
        value,
        rf"{look.tex(gain)} \, {look.tex(of)} + {look.tex(bias)}",
        f"{latex.product(g, x)} + {latex.signed(b)}",
        [look.term(("product", gain, of), g * x), look.term(bias, b)],
        parents=[gain, of, bias],
        sources=[gain, of, bias, read.pattern],
        note="A LayerNorm; the gain and the bias of each number of the vector are learnt.",
    )


def normalised(look: Look, norm: str, position: int, d: int) -> Explanation:
    """A number of a vector, less its mean, over its standard deviation."""
    read = _read_by(look, norm, position)
    x = look.term(read.cell(d), read.values[d])
    mu = look.term(("mean", norm, position), _mean(read))
    sigma = look.term(("std", norm, position), _std(look, read))
    return told(
        look,
        ("normalised", norm, position, d),
        _scaled(look, read, d),
        rf"\dfrac{{{look.tex(read.cell(d))} - {look.tex(('mean', norm, position))}}}"
        rf"{{{look.tex(('std', norm, position))}}}",
        rf"\dfrac{{{latex.number(x.value)} - {latex.signed(mu.value)}}}{{{latex.number(sigma.value)}}}",
        [x, mu, sigma],
        sources=[read.pattern, ("mean", norm, position), ("std", norm, position)],
    )


def mean(look: Look, norm: str, position: int) -> Explanation:
    """The mean of a token's vector."""
    read = _read_by(look, norm, position)
    total = shortened(read.values, look.most)
    formula, numbers = _averaged(look, total, look.tex(read.pattern))
    return told(
        look,
        ("mean", norm, position),
        _mean(read),
        formula,
        numbers,
        [look.term(read.cell(i), read.values[i]) for i in total.listed],
        parents=list(read.cells()),
        sources=[read.pattern],
        rest=total.rest,
        n_rest=total.n_rest,
        note=f"The terms are added up, and the sum is divided by {look.config.d_model}.",
    )


def std(look: Look, norm: str, position: int) -> Explanation:
    """The root of the mean squared distance from the mean, and of eps, which keeps it from 0."""
    read, of = _read_by(look, norm, position), ("mean", norm, position)
    squares = (read.values - _mean(read)) ** 2
    total = shortened(squares, look.most)
    formula, numbers = _averaged(look, total, rf"\left({look.tex(read.pattern)} - {look.tex(of)}\right)^2")
    width, eps = look.config.d_model, look.config.layer_norm_eps
    return told(
        look,
        ("std", norm, position),
        _std(look, read),
        rf"\sqrt{{{formula} + \varepsilon}}",
        rf"\sqrt{{{numbers} + {latex.number(eps)}}}",
        [look.term(read.cell(i), squares[i], "({} − μ)²") for i in total.listed],
        parents=[*read.cells(), of],
        sources=[read.pattern, of],
        rest=total.rest,
        n_rest=total.n_rest,
        note=f"The terms are added up and divided by {width}; ε = {eps:g} is added, and the root is taken.",
    )


def _averaged(look: Look, total: Sum, symbol: str) -> tuple[str, str]:
    """A mean over a vector's width, in symbols and in numbers."""
    width = look.config.d_model
    return (
        rf"\frac{{1}}{{{width}}} \sum_{{j=1}}^{{{width}}} {symbol}",
        rf"\frac{{1}}{{{width}}} \left({total.tex}\right)",
    )


def _read_by(look: Look, norm: str, position: int) -> Line:
    """The vector (D,) that a LayerNorm reads at a position."""
    layer, within = block_of(norm)
    post, hidden = look.config.norm == "post", "hidden"
    if layer is None:
        last = look.config.n_layer
        return line((hidden, last, position, None), look.trace.part("hidden")[last, position])
    if within == "ln_1":
        x = look.trace.part("hidden")[layer, position]
        if post:
            return line(("attn_sum", layer, position, None), x + look.layer("attn_out", layer)[position])
        return line((hidden, layer, position, None), x)
    n = look.layer("mid", layer)[position]
    if post:
        return line(("mlp_sum", layer, position, None), n + look.layer("mlp_out", layer)[position])
    return line(("mid", layer, position, None), n)


def _scaled(look: Look, read: Line, d: int) -> float:
    return (float(read.values[d]) - _mean(read)) / _std(look, read)


def _mean(read: Line) -> float:
    return float(read.values.mean())


def _std(look: Look, read: Line) -> float:
    return math.sqrt(float(np.var(read.values)) + look.config.layer_norm_eps)
