"""The few shapes that a number's arithmetic has: a number handed on, a sum or a product of two, a sum of many."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from gptcore.largest import largest_first
from gptcore.provenance import latex
from gptcore.provenance.cells import Cell
from gptcore.provenance.explanation import Explanation, Term
from gptcore.provenance.look import Line, Look
from gptcore.provenance.otherwise import replacement
from gptcore.provenance.words import name_of

WRITTEN = 3
"""Terms of a long sum that are written out within its formula."""


class Sum(NamedTuple):
    """A long sum, shortened."""

    listed: list[int]
    """Where its largest addends stand, the largest first."""
    rest: float
    """What the others add up to."""
    n_rest: int
    tex: str
    """The sum with its numbers: the largest few, and what the others add up to."""


def told(
    look: Look,
    cell: Cell,
    value: float,
    formula: str,
    numbers: str,
    terms: Sequence[Term],
    *,
    parents: Sequence[Cell] | None = None,
    sources: Sequence[Cell] | None = None,
    rest: float = 0.0,
    n_rest: int = 0,
    note: str = "",
) -> Explanation:
    """An explanation that begins with the cell's symbol and ends with its value.

    Args:
        formula, numbers: what stands between; either may be empty.
        parents: without them, the cells of the terms.
        sources: without them, the parents.
    """
    symbol, written = look.tex(cell), latex.number(value)
    if parents is None:
        parents = [term.cell for term in terms if term.cell is not None]
    return Explanation(
        cell=cell,
        value=value,
        name=name_of(cell),
        formula=f"{symbol} = {formula}" if formula and formula != symbol else symbol,
        numbers=f"= {numbers} = {written}" if numbers else f"= {written}",
        terms=tuple(terms),
        rest=rest,
        n_rest=n_rest,
        parents=tuple(parents),
        sources=_drawn_as(look, parents if sources is None else sources),
        note=note,
    )


def _drawn_as(look: Look, sources: Sequence[Cell]) -> tuple[Cell, ...]:
    """Sources, and what else is the very same row of numbers in a post-norm model, where nothing was put in its place:
    a picture may draw either."""
    if look.config.norm == "pre":
        return tuple(sources)
    twins: list[Cell] = []
    for kind, *at in sources:
        if kind == "attn_in" and not replacement(look, kind, at[0], at[1]):
            twins.append(("hidden", *at))
        elif kind == "mlp_in" and not replacement(look, kind, at[0], at[1]):
            twins.append(("mid", *at))
        elif kind == "final" and not replacement(look, kind, None, at[0]):
            twins.append(("hidden", look.config.n_layer, *at))
    return (*sources, *twins)


def handed_on(look: Look, cell: Cell, value: float, other: Cell, note: str) -> Explanation:
    """A number that is another one."""
    return told(look, cell, value, look.tex(other), "", [look.term(other, value)], note=note)


def added(look: Look, cell: Cell, value: float, terms: Sequence[Term], note: str = "") -> Explanation:
    """A sum of a few cells."""
    symbols = [look.tex(term.cell) for term in terms if term.cell is not None]
    formula = " + ".join(f"({symbol})" if symbol.startswith("-") else symbol for symbol in symbols)
    numbers = " + ".join(latex.signed(term.value) for term in terms)
    return told(look, cell, value, formula, numbers, terms, note=note)


def multiplied(look: Look, cell: Cell, value: float, terms: Sequence[Term], note: str = "") -> Explanation:
    """A product of a few cells."""
    formula = r" \, ".join(look.tex(term.cell) for term in terms if term.cell is not None)
    return told(look, cell, value, formula, latex.product(*(term.value for term in terms)), terms, note=note)


def shortened(
    addends: np.ndarray, most: int, write: Callable[[int], str] | None = None, must: int | None = None
) -> Sum:
    """A sum's largest addends, and what the others add up to.

    Args:
        addends: (N,), float64.
        most: how many to list.
        write: how the addend at a place is written; without it, as its number.
        must: the place of one that is listed whatever its size.
    """
    listed = largest_first(np.abs(addends), most).tolist()
    if must is not None and must not in listed:
        listed[-1] = must
    shown, whole = listed[:WRITTEN], float(addends.sum())
    written = [latex.signed(float(addends[i])) if write is None else write(i) for i in shown]
    if n_more := addends.size - len(shown):
        written.append(latex.more(whole - float(addends[shown].sum()), n_more))
    n_rest = addends.size - len(listed)
    return Sum(listed, whole - float(addends[listed].sum()) if n_rest else 0.0, n_rest, " + ".join(written))


def dot(
    look: Look,
    cell: Cell,
    value: float | None,
    left: Line,
    right: Line,
    bias: Term | None = None,
    each: Line | None = None,
    left_tex: str | None = None,
    note: str = "",
) -> Explanation:
    """A sum of products of two lines' numbers, and a bias.

    Args:
        value: None where no array holds it; it is then added up here, in float64.
        each: cells that are the products; without them a term opens its two factors.
        left_tex: the left line's symbol, if it lies along several axes.
    """
    a, b = left.values.ravel(), right.values.ravel()
    products = a * b
    if value is None:
        value = float(products.sum()) + (0.0 if bias is None else bias.value)
    most = max(1, look.most - (bias is not None))
    total = shortened(products, most, lambda i: latex.product(float(a[i]), float(b[i])))
    terms = [
        look.term(("product", left.cell(i), right.cell(i)) if each is None else each.cell(i), products[i])
        for i in total.listed
    ]
    parents = [*left.cells(), *right.cells()] if each is None else [*each.cells()]
    sources = [left.pattern, right.pattern] if each is None else [left.pattern, right.pattern, each.pattern]
    formula = rf"\sum_{{j=1}}^{{{products.size}}} {left_tex or look.tex(left.pattern)} \, {look.tex(right.pattern)}"
    numbers = total.tex
    if bias is not None and bias.cell is not None:
        terms.append(bias)
        parents.append(bias.cell)
        sources.append(bias.cell)
        formula, numbers = f"{formula} + {look.tex(bias.cell)}", f"{numbers} + {latex.signed(bias.value)}"
    return told(
        look,
        cell,
        value,
        formula,
        numbers,
        terms,
        parents=parents,
        sources=sources,
        rest=total.rest,
        n_rest=total.n_rest,
        note=note,
    )


def linear(
    look: Look,
    cell: Cell,
    value: float,
    given: Line,
    layer: str,
    row: int,
    left_tex: str | None = None,
    note: str = "",
) -> Explanation:
    """One output of a linear layer: its row of weights times what it is given, plus its bias.

    Args:
        layer: the module's name, "blocks.0.mlp.fc".
        left_tex, note: as of `dot`.
    """
    name, bias = f"{layer}.weight", ("weight", f"{layer}.bias", row)
    table = Line(("weight", name, row, None), look.weights(name, row))
    of_bias = look.term(bias, look.weight(*bias[1:]))
    return dot(look, cell, value, given, table, of_bias, left_tex=left_tex, note=note)
