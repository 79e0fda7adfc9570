"""LayerNorm (Ba, Kiros and Hinton 2016): a token's vector, less its mean, over its standard deviation, times a gain,
plus a bias. Its place is what tells GPT-1 (post: of each residual sum) from GPT-2 (pre: of what a sub-layer reads)."""

import math

import numpy as np

from gptcore.provenance import latex
from gptcore.provenance.cells import Cell
from gptcore.provenance.explanation import Explanation, Term
from gptcore.provenance.look import Line, Look
from gptcore.provenance.sums import WRITTEN, largest
from gptcore.provenance.symbols import block_of, plain, tex
from gptcore.provenance.words import name_of


def read_by(look: Look, norm: str, position: int) -> Line:
    """The vector (D,) that a LayerNorm reads at a position."""
    layer, within = block_of(norm)
    trace, post = look.trace, look.config.norm == "post"
    if layer is None:
        boundary = look.config.n_layer
        return _line(("hidden", boundary, position, None), trace.part("hidden")[boundary, position])
    if within == "ln_1":
        x = trace.part("hidden")[layer, position]
        if post:
            return _line(("attn_sum", layer, position, None), x + look.layer("attn_out", layer)[position])
        return _line(("hidden", layer, position, None), x)
    n = look.layer("mid", layer)[position]
    if post:
        return _line(("mlp_sum", layer, position, None), n + look.layer("mlp_out", layer)[position])
    return _line(("mid", layer, position, None), n)


def normed(look: Look, cell: Cell, value: float, norm: str, position: int, d: int) -> Explanation:
    """A number that a LayerNorm gives: gain times normalised number, plus bias."""
    config = look.config
    gain, bias = ("weight", f"{norm}.weight", d), ("weight", f"{norm}.bias", d)
    of: Cell = ("normalised", norm, position, d)
    g, b = float(look.weight(*gain[1:])), float(look.weight(*bias[1:]))
    x = _normalised(look, norm, position, d)
    both = ("product", gain, of)
    return Explanation(
        cell,
        value,
        name_of(cell),
        rf"{tex(cell, config)} = {tex(gain, config)} \, {tex(of, config)} + {tex(bias, config)}",
        f"= {latex.product(g, x)} + {latex.signed(b)} = {latex.number(value)}",
        (Term(plain(both, config), g * x, both), Term(plain(bias, config), b, bias)),
        0.0,
        0,
        (gain, of, bias),
        (gain, of, bias, (cell[0], *cell[1:-1], None), read_by(look, norm, position).pattern),
        "A LayerNorm: the gain and the bias of each number are learnt.",
    )


def normalised(look: Look, norm: str, position: int, d: int) -> Explanation:
    """A number of a vector, less its mean, over its standard deviation."""
    cell: Cell = ("normalised", norm, position, d)
    config, line = look.config, read_by(look, norm, position)
    of, mean_, std_ = line.cell(d), ("mean", norm, position), ("std", norm, position)
    x, mu, sigma = float(line.values[d]), _mean(line), _std(look, line)
    value = (x - mu) / sigma
    return Explanation(
        cell,
        value,
        name_of(cell),
        rf"{tex(cell, config)} = \frac{{{tex(of, config)} - {tex(mean_, config)}}}{{{tex(std_, config)}}}",
        rf"= \frac{{{latex.number(x)} - {latex.signed(mu)}}}{{{latex.number(sigma)}}} = {latex.number(value)}",
        (
            Term(plain(of, config), x, of),
            Term(plain(mean_, config), mu, mean_),
            Term(plain(std_, config), sigma, std_),
        ),
        0.0,
        0,
        (of, mean_, std_),
        (of, mean_, std_, line.pattern),
    )


def mean(look: Look, norm: str, position: int) -> Explanation:
    """The mean of a token's vector."""
    line = read_by(look, norm, position)
    return _averaged(look, ("mean", norm, position), line, line.values, "{}", "{}", _mean(line), (line.pattern,))


def std(look: Look, norm: str, position: int) -> Explanation:
    """The root of the mean squared distance from the mean, and of eps, which keeps it from 0."""
    line = read_by(look, norm, position)
    cell, of = ("std", norm, position), ("mean", norm, position)
    squares = (line.values - _mean(line)) ** 2
    symbols = rf"({{}} - {tex(of, look.config)})^2".replace("{", "{{").replace("}", "}}").replace("{{}}", "{}")
    return _averaged(look, cell, line, squares, symbols, "({} − μ)²", _std(look, line), (line.pattern, of))


def _averaged(
    look: Look,
    cell: Cell,
    line: Line,
    addends: np.ndarray,
    symbols: str,
    label: str,
    value: float,
    sources: tuple[Cell, ...],
) -> Explanation:
    """A mean over a vector's width, of its numbers or of their squared distances (then with a root)."""
    config, width = look.config, addends.size
    listed = largest(np.abs(addends), max(1, look.most)).tolist()
    shown = listed[:WRITTEN]
    written = latex.total(
        [latex.signed(float(addends[i])) for i in shown],
        float(addends.sum() - addends[shown].sum()),
        width - len(shown),
    )
    general = rf"\frac{{1}}{{{width}}} \sum_{{j=1}}^{{{width}}} {symbols.format(tex(line.pattern, config))}"
    numbers = rf"\frac{{1}}{{{width}}} \left({written}\right)"
    note = f"The terms are added up, then divided by {width}."
    if cell[0] == "std":
        eps = config.layer_norm_eps
        general, numbers = rf"\sqrt{{{general} + \varepsilon}}", rf"\sqrt{{{numbers} + {latex.number(eps)}}}"
        note = f"The terms are added up and divided by {width}; with ε = {eps:g} added, so that it is never 0, the root of it."
    return Explanation(
        cell,
        value,
        name_of(cell),
        f"{tex(cell, config)} = {general}",
        f"= {numbers} = {latex.number(value)}",
        tuple(Term(label.format(plain(of, config)), float(addends[i]), of) for i in listed for of in [line.cell(i)]),
        float(addends.sum() - addends[listed].sum()) if width > len(listed) else 0.0,
        width - len(listed),
        (*line.cells(), *sources[1:]),
        sources,
        note,
    )


def _normalised(look: Look, norm: str, position: int, d: int) -> float:
    line = read_by(look, norm, position)
    return (float(line.values[d]) - _mean(line)) / _std(look, line)


def _mean(line: Line) -> float:
    return float(line.values.mean())


def _std(look: Look, line: Line) -> float:
    return math.sqrt(float(line.values.var()) + look.config.layer_norm_eps)


def _line(pattern: Cell, values: np.ndarray) -> Line:
    return Line(pattern, values.astype(np.float64))
