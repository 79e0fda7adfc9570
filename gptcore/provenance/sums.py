"""The few shapes that a number's arithmetic has: a number handed on, a sum of two, a sum of many, a softmax."""

from collections.abc import Sequence

import numpy as np

from gptcore.provenance import latex
from gptcore.provenance.cells import Cell
from gptcore.provenance.explanation import Explanation, Term
from gptcore.provenance.look import Line, Look
from gptcore.provenance.symbols import plain, tex
from gptcore.provenance.words import name_of

WRITTEN = 3
"""Terms of a long sum that are written out within its formula."""


def handed_on(look: Look, cell: Cell, value: float, other: Cell, note: str) -> Explanation:
    """A number that is another one."""
    config = look.config
    return Explanation(
        cell,
        value,
        name_of(cell),
        f"{tex(cell, config)} = {tex(other, config)}",
        f"= {latex.number(value)}",
        (Term(plain(other, config), value, other),),
        0.0,
        0,
        (other,),
        (other,),
        note,
    )


def added(look: Look, cell: Cell, value: float, parts: Sequence[tuple[Cell, float]], note: str = "") -> Explanation:
    """A sum of a few numbers."""
    config = look.config
    cells = tuple(part for part, _ in parts)
    return Explanation(
        cell,
        value,
        name_of(cell),
        f"{tex(cell, config)} = " + " + ".join(tex(part, config) for part in cells),
        "= " + latex.total([latex.signed(number) for _, number in parts]) + f" = {latex.number(value)}",
        tuple(Term(plain(part, config), number, part) for part, number in parts),
        0.0,
        0,
        cells,
        cells,
        note,
    )


def multiplied(
    look: Look, cell: Cell, factors: tuple[Cell, Cell], numbers: tuple[float, float], value: float | None = None
) -> Explanation:
    """A product of two numbers; without a value, computed here."""
    value = numbers[0] * numbers[1] if value is None else value
    symbols = r" \, ".join(tex(factor, look.config) for factor in factors)
    own = "" if cell[0] == "product" else f"{tex(cell, look.config)} = "
    return Explanation(
        cell,
        value,
        name_of(cell),
        own + symbols,
        f"= {latex.product(*numbers)} = {latex.number(value)}",
        tuple(
            Term(plain(factor, look.config), number, factor) for factor, number in zip(factors, numbers, strict=True)
        ),
        0.0,
        0,
        factors,
        factors,
    )


def largest(sizes: np.ndarray, most: int) -> np.ndarray:
    """Where the numbers of largest size stand, the largest first; of equals the earlier first."""
    if most >= sizes.size:
        return np.argsort(-sizes, kind="stable")
    candidates = np.flatnonzero(sizes >= np.partition(sizes, -most)[-most]) if most > 0 else np.empty(0, dtype=int)
    return candidates[np.argsort(-sizes[candidates], kind="stable")][:most]


def dot(
    look: Look,
    cell: Cell,
    value: float | None,
    left: Line,
    right: Line,
    bias: tuple[Cell, float] | None = None,
    each: Line | None = None,
    formula: str | None = None,
    note: str = "",
) -> Explanation:
    """A sum of products of two lines' numbers, and a bias.

    Args:
        each: cells that are the products; without them a term opens its two factors.
        value: None where no array holds it; it is then added up here, in float64.
        formula: the right side of its formula, where the lines' symbols do not give it.
    """
    config = look.config
    products = left.values.ravel() * right.values.ravel()
    more = 0.0 if bias is None else bias[1]
    if value is None:
        value = float(products.sum()) + more
    listed = largest(np.abs(products), max(1, look.most - (bias is not None))).tolist()
    rest = float(products.sum() - products[listed].sum()) if len(listed) < products.size else 0.0
    terms = []
    for i in listed:
        both = ("product", left.cell(i), right.cell(i)) if each is None else each.cell(i)
        terms.append(Term(plain(both, config), float(products[i]), both))
    parents = [*left.cells(), *right.cells()] if each is None else [*each.cells()]
    sources = [left.pattern, right.pattern, *(() if each is None else [each.pattern])]
    if formula is None:
        formula = rf"\sum_{{j=1}}^{{{products.size}}} {tex(left.pattern, config)} \, {tex(right.pattern, config)}"
    shown = listed[:WRITTEN]
    hidden = float(products.sum() - products[shown].sum())
    written = [latex.product(float(left.values.flat[i]), float(right.values.flat[i])) for i in shown]
    numbers = latex.total(written, hidden, products.size - len(shown))
    if bias is not None:
        terms.append(Term(plain(bias[0], config), bias[1], bias[0]))
        parents.append(bias[0])
        sources.append(bias[0])
        formula += f" + {tex(bias[0], config)}"
        numbers += f" + {latex.signed(bias[1])}"
    return Explanation(
        cell,
        value,
        name_of(cell),
        f"{tex(cell, config)} = {formula}",
        f"= {numbers} = {latex.number(value)}",
        tuple(terms),
        rest,
        products.size - len(listed),
        tuple(parents),
        tuple(sources),
        note,
    )


def softmax(
    look: Look,
    cell: Cell,
    value: float,
    line: Line,
    own: int,
    temperature: float = 1.0,
    kept: np.ndarray | None = None,
    sources: Sequence[Cell] = (),
    is_of: str = "",
    note: str = "",
) -> Explanation:
    """One share of a softmax: e to this score over the sum of e to each, the largest taken off all of them first.

    Args:
        line: the scores, of one axis.
        own: which of them it is.
        kept: where those stand that the sum is over; None for all.
        sources: where else they are drawn.
        is_of: how the whole softmax is written, to begin the formula with.
    """
    config, scores = look.config, line.values
    kept = np.arange(scores.size) if kept is None else kept
    highest = float(scores[kept].max())
    with np.errstate(over="ignore"):  # of a tiny temperature
        exps = np.exp((scores[kept] - highest) / temperature)
    whole = float(exps.sum())
    place = int(np.searchsorted(kept, own))
    listed = largest(exps, max(1, look.most)).tolist()
    if place not in listed:
        listed[-1] = place
    cells = [line.cell(int(kept[i])) for i in listed]
    over = "" if temperature == 1 else f" / {temperature:g}"
    terms = [
        Term(f"e^(({label} − max){over})" if over else f"e^({label} − max)", float(exps[i]), of)
        for i, of in zip(listed, cells, strict=True)
        for label in [plain(of, config)]
    ]
    shown = listed[:WRITTEN]
    letter = "v" if cell[0] in ("probability", "sampled") else "j"
    divided = "" if temperature == 1 else rf" / {latex.number(temperature)}"
    below = latex.total(
        [latex.number(float(exps[i])) for i in shown], whole - float(exps[shown].sum()), exps.size - len(shown)
    )
    exponent = rf"({latex.number(float(scores[own]))} - {latex.signed(highest)}){divided}"
    above, among = tex(line.cell(own), config), tex(line.pattern, config)
    formula = rf"\frac{{e^{{({above} - \max){divided}}}}}{{\sum_{{{letter}}} e^{{({among} - \max){divided}}}}}"
    parents = list(line.cells()) if kept.size == scores.size else [line.cell(int(i)) for i in kept]
    return Explanation(
        cell,
        value,
        name_of(cell),
        f"{tex(cell, config)} = {is_of + ' = ' if is_of else ''}{formula}",
        rf"= \frac{{e^{{{exponent}}}}}{{{below}}} = \frac{{{latex.number(float(exps[place]))}}}{{{latex.number(whole)}}} = {latex.number(value)}",
        tuple(terms),
        whole - float(exps[listed].sum()) if exps.size > len(listed) else 0.0,
        exps.size - len(listed),
        tuple(parents),
        (line.pattern, *sources),
        note,
    )
