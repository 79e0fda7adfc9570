"""Masked multi-head self-attention (paper, section 3.1; Vaswani and others 2017, section 3.2)."""

import math

import numpy as np

from gptcore.provenance import latex
from gptcore.provenance.cells import Cell
from gptcore.provenance.explanation import Explanation, Term
from gptcore.provenance.look import Line, Look, line
from gptcore.provenance.norm import normed
from gptcore.provenance.softmax import share
from gptcore.provenance.sums import added, dot, handed_on, linear, multiplied, told

_AFTER = "No token sees those after it: their score is set to minus infinity, and e to that is 0."
_HIDDEN = "This token is hidden from the others: its score is set to minus infinity, and e to that is 0."
_LEFT_OUT = "Tokens that are hidden have no share: the sum is over the others."


def attn_in(look: Look, layer: int, position: int, d: int) -> Explanation:
    """What attention reads: the block's input, in a pre-norm block normalised."""
    cell: Cell = ("attn_in", layer, position, d)
    value = look.number("attn_in", layer, position, d)
    if look.config.norm == "pre":
        return normed(look, cell, value, f"blocks.{layer}.ln_1")
    return handed_on(look, cell, value, ("hidden", layer, position, d), "The block reads it as it is: the same number.")


def query(look: Look, layer: int, head: int, position: int, d: int) -> Explanation:
    """A number of a query."""
    value = look.number("q", layer, head, position, d)
    return _projected(look, ("q", layer, head, position, d), value, 0)


def key(look: Look, layer: int, head: int, position: int, d: int) -> Explanation:
    """A number of a key."""
    value = look.number("k", layer, head, position, d)
    return _projected(look, ("k", layer, head, position, d), value, 1)


def value(look: Look, layer: int, head: int, position: int, d: int) -> Explanation:
    """A number of a value."""
    number = look.number("v", layer, head, position, d)
    return _projected(look, ("v", layer, head, position, d), number, 2)


def raw_score(look: Look, layer: int, head: int, row: int, column: int) -> Explanation:
    """A query times a key."""
    return dot(look, ("raw_score", layer, head, row, column), None, *_pair(look, layer, head, row, column))


def score(look: Look, layer: int, head: int, row: int, column: int) -> Explanation:
    """The same, divided by the root of their width."""
    q, k = _pair(look, layer, head, row, column)
    raw = look.term(("raw_score", layer, head, row, column), float(q.values @ k.values), "q · k")
    width, root = look.config.d_head, math.sqrt(look.config.d_head)
    product, root_tex = latex.number(raw.value), rf"\sqrt{{{width}}}"
    return told(
        look,
        ("scores", layer, head, row, column),
        look.number("scores", layer, head, row, column),
        rf"\dfrac{{q_{{{row + 1}}} \cdot k_{{{column + 1}}}}}{{\sqrt{{d_{{\text{{head}}}}}}}}",
        rf"\dfrac{{{product}}}{{{root_tex}}} = \dfrac{{{product}}}{{{latex.number(root)}}}",
        [raw, Term(f"√{width}", root, None)],
        sources=[("raw_score", layer, head, row, column), q.pattern, k.pattern],
        note=f"A query and a key have {width} numbers each; divided by √{width}, scores keep their size at any width.",
    )


def masked_score(look: Look, layer: int, head: int, row: int, column: int) -> Explanation:
    """The score, or minus infinity at a later token, and at one that is hidden."""
    cell: Cell = ("masked_score", layer, head, row, column)
    of: Cell = ("scores", layer, head, row, column)
    found = look.number("scores", layer, head, row, column)
    if look.trace.seen[row, column]:
        note = f"Token {row + 1} may look at token {column + 1}: the score stays as it is."
        return handed_on(look, cell, found, of, note)
    terms = [look.term(of, found), Term("mask", -math.inf, None)]
    note = f"Token {column + 1} comes after token {row + 1}, which is not to see it."
    if column < row or look.trace.looks_ahead:
        note = f"Token {column + 1} is hidden: no other token is to see it."
    numbers = rf"{latex.signed(found)} + (-\infty)"
    return told(look, cell, -math.inf, rf"{look.tex(of)} + (-\infty)", numbers, terms, note=note)


def weight(look: Look, layer: int, head: int, row: int, column: int) -> Explanation:
    """One weight of a row of attention."""
    cell: Cell = ("attention", layer, head, row, column)
    found, masked = look.number("attention", layer, head, row, column), ("masked_score", layer, head, row)
    reach = _reach(look, row)
    seen = look.trace.seen[row, :reach]
    if column >= reach or not seen[column]:
        below = rf"\sum_j e^{{{look.tex((*masked, None))}}}"
        return told(
            look,
            cell,
            found,
            rf"\dfrac{{e^{{{look.tex((*masked, column))}}}}}{{{below}}}",
            rf"\dfrac{{e^{{-\infty}}}}{{{below}}}",
            [look.term((*masked, column), -math.inf)],
            sources=[(*masked, None)],
            note=_AFTER if column > row and not look.trace.looks_ahead else _HIDDEN,
        )
    scores = line(("scores", layer, head, row, None), look.layer("scores", layer)[head, row, :reach])
    kept, note = (None, "") if seen.all() else (np.flatnonzero(seen), _LEFT_OUT)
    return share(look, cell, found, scores, column, kept=kept, sources=[(*masked, None)], note=note)


def weighted_value(look: Look, layer: int, head: int, row: int, column: int, d: int) -> Explanation:
    """What one token gives to another: the weight times a number of its value."""
    a = look.term(("attention", layer, head, row, column), look.number("attention", layer, head, row, column))
    v = look.term(("v", layer, head, column, d), look.number("v", layer, head, column, d))
    return multiplied(look, ("weighted_value", layer, head, row, column, d), a.value * v.value, [a, v])


def head_out(look: Look, layer: int, head: int, row: int, d: int) -> Explanation:
    """The weighted sum of the values that a token sees."""
    reach = _reach(look, row)
    weights = line(("attention", layer, head, row, None), look.layer("attention", layer)[head, row, :reach])
    values = line(("v", layer, head, None, d), look.layer("v", layer)[head, :reach, d])
    given = Line(("weighted_value", layer, head, row, None, d), weights.values * values.values)
    cell = ("head_out", layer, head, row, d)
    return dot(look, cell, look.number("head_out", layer, head, row, d), weights, values, each=given)


def attn_out(look: Look, layer: int, position: int, d: int) -> Explanation:
    """What attention adds: all heads side by side, through the output projection."""
    number = layer + 1
    return linear(
        look,
        ("attn_out", layer, position, d),
        look.number("attn_out", layer, position, d),
        line(("head_out", layer, None, position, None), look.layer("head_out", layer)[:, position]),
        f"blocks.{layer}.attn.proj",
        d,
        left_tex=rf"[o^{{({number},1)}} \cdots o^{{({number},{look.config.n_head})}}]_{{{position + 1},j}}",
        note=f"The heads' outputs of {look.config.d_head} numbers each stand side by side, head 1 first.",
    )


def attn_sum(look: Look, layer: int, position: int, d: int) -> Explanation:
    """What attention adds, added."""
    x, a = look.trace.part("hidden")[layer, position, d], look.layer("attn_out", layer)[position, d]
    return added(look, ("attn_sum", layer, position, d), float(x + a), _sum(look, layer, position, d))


def mid(look: Look, layer: int, position: int, d: int) -> Explanation:
    """What stands between the two halves of a block: the sum, in a post-norm block normalised."""
    cell: Cell = ("mid", layer, position, d)
    found = look.number("mid", layer, position, d)
    if look.config.norm == "post":
        return normed(look, cell, found, f"blocks.{layer}.ln_1")
    return added(look, cell, found, _sum(look, layer, position, d))


def _projected(look: Look, cell: Cell, number: float, which: int) -> Explanation:
    """A number of a query (0), a key (1) or a value (2)."""
    _, layer, head, position, d = cell
    row = which * look.config.d_model + head * look.config.d_head + d
    given = line(("attn_in", layer, position, None), look.layer("attn_in", layer)[position])
    note = f"Row {row} of the table that makes the queries, keys and values of all heads."
    return linear(look, cell, number, given, f"blocks.{layer}.attn.qkv", row, note=note)


def _reach(look: Look, row: int) -> int:
    """How many of the text's first tokens a token's sums run over: up to itself, without the causal mask over all."""
    return int(np.flatnonzero(look.trace.seen[row])[-1]) + 1


def _pair(look: Look, layer: int, head: int, row: int, column: int) -> tuple[Line, Line]:
    """A query and a key."""
    q, k = look.layer("q", layer)[head, row], look.layer("k", layer)[head, column]
    return line(("q", layer, head, row, None), q), line(("k", layer, head, column, None), k)


def _sum(look: Look, layer: int, position: int, d: int) -> list[Term]:
    x, a = ("hidden", layer, position, d), ("attn_out", layer, position, d)
    number = look.trace.part("hidden")[layer, position, d]
    return [look.term(x, number), look.term(a, look.number("attn_out", layer, position, d))]
