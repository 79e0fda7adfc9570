"""Masked multi-head self-attention (paper, section 3.1; Vaswani and others 2017, section 3.2)."""

import math

import numpy as np

from gptcore.provenance import latex
from gptcore.provenance.cells import Cell
from gptcore.provenance.explanation import Explanation, Term
from gptcore.provenance.look import Line, Look
from gptcore.provenance.norm import normed
from gptcore.provenance.sums import added, dot, handed_on, multiplied, softmax
from gptcore.provenance.symbols import plain, tex
from gptcore.provenance.words import name_of

_FUTURE = "No token sees those after it: their score is set to minus infinity, and e to that is 0."


def attn_in(look: Look, layer: int, position: int, d: int) -> Explanation:
    """What attention reads: the block's input, in a pre-norm block normalised."""
    cell: Cell = ("attn_in", layer, position, d)
    value = float(look.layer("attn_in", layer)[position, d])
    if look.config.norm == "pre":
        return normed(look, cell, value, f"blocks.{layer}.ln_1", position, d)
    return handed_on(look, cell, value, ("hidden", layer, position, d), "The block reads it as it is: the same number.")


def _projected(which: int, look: Look, layer: int, head: int, position: int, d: int) -> Explanation:
    """A number of a query (0), a key (1) or a value (2)."""
    part = ("q", "k", "v")[which]
    row = which * look.config.d_model + head * look.config.d_head + d
    weight, bias = f"blocks.{layer}.attn.qkv.weight", f"blocks.{layer}.attn.qkv.bias"
    return dot(
        look,
        (part, layer, head, position, d),
        float(look.layer(part, layer)[head, position, d]),  # type: ignore[arg-type]
        Line(("attn_in", layer, position, None), look.layer("attn_in", layer)[position].astype(np.float64)),
        Line(("weight", weight, row, None), look.weight(weight, row)),
        (("weight", bias, row), float(look.weight(bias, row))),
        note=f"Row {row} of the table that makes queries, keys and values of all heads.",
    )


def query(look: Look, *at: int) -> Explanation:
    """A number of a query."""
    return _projected(0, look, *at)


def key(look: Look, *at: int) -> Explanation:
    """A number of a key."""
    return _projected(1, look, *at)


def value(look: Look, *at: int) -> Explanation:
    """A number of a value."""
    return _projected(2, look, *at)


def _raw(look: Look, layer: int, head: int, row: int, column: int) -> tuple[Line, Line]:
    q, k = (look.layer(part, layer)[head].astype(np.float64) for part in ("q", "k"))
    return Line(("q", layer, head, row, None), q[row]), Line(("k", layer, head, column, None), k[column])


def raw_score(look: Look, layer: int, head: int, row: int, column: int) -> Explanation:
    """A query times a key."""
    return dot(look, ("raw_score", layer, head, row, column), None, *_raw(look, layer, head, row, column))


def score(look: Look, layer: int, head: int, row: int, column: int) -> Explanation:
    """The same, divided by the root of their width."""
    cell: Cell = ("scores", layer, head, row, column)
    found, raw = float(look.layer("scores", layer)[head, row, column]), ("raw_score", layer, head, row, column)
    q, k = _raw(look, layer, head, row, column)
    product, width = float(q.values @ k.values), look.config.d_head
    root = math.sqrt(width)
    return Explanation(
        cell,
        found,
        name_of(cell),
        rf"{tex(cell, look.config)} = \frac{{q_{{{row + 1}}} \cdot k_{{{column + 1}}}}}{{\sqrt{{d_{{\text{{head}}}}}}}}",
        rf"= \frac{{{latex.number(product)}}}{{\sqrt{{{width}}}}} = \frac{{{latex.number(product)}}}{{{latex.number(root)}}}"
        f" = {latex.number(found)}",
        (Term("q · k", product, raw), Term(f"√{width}", root, None)),
        0.0,
        0,
        (raw,),
        (raw, q.pattern, k.pattern),
        f"A query and a key have {width} numbers each; divided by √{width}, scores keep their size whatever the width.",
    )


def masked_score(look: Look, layer: int, head: int, row: int, column: int) -> Explanation:
    """The score, or minus infinity at a later token."""
    cell: Cell = ("masked_score", layer, head, row, column)
    found, of = float(look.layer("scores", layer)[head, row, column]), ("scores", layer, head, row, column)
    if column <= row:
        note = f"Token {row + 1} may look at token {column + 1}: the score stays as it is."
        return handed_on(look, cell, found, of, note)
    return Explanation(
        cell,
        -math.inf,
        name_of(cell),
        rf"{tex(cell, look.config)} = {tex(of, look.config)} + (-\infty)",
        rf"= {latex.signed(found)} + (-\infty) = -\infty",
        (Term(plain(of, look.config), found, of), Term("mask", -math.inf, None)),
        0.0,
        0,
        (of,),
        (of,),
        f"Token {column + 1} comes after token {row + 1}, which is not to see it.",
    )


def weight(look: Look, layer: int, head: int, row: int, column: int) -> Explanation:
    """One weight of a row of attention."""
    cell: Cell = ("attention", layer, head, row, column)
    found = float(look.layer("attention", layer)[head, row, column])
    if column > row:
        masked = ("masked_score", layer, head, row, column)
        return Explanation(
            cell,
            found,
            name_of(cell),
            rf"{tex(cell, look.config)} = \frac{{e^{{{tex(masked, look.config)}}}}}{{\sum_j e^{{{tex((*masked[:4], None), look.config)}}}}}",
            rf"= \frac{{e^{{-\infty}}}}{{\sum_j e^{{{tex((*masked[:4], None), look.config)}}}}} = {latex.number(found)}",
            (Term(plain(masked, look.config), -math.inf, masked),),
            0.0,
            0,
            (masked,),
            ((*masked[:4], None),),
            _FUTURE,
        )
    scores = look.layer("scores", layer)[head, row, : row + 1].astype(np.float64)
    return softmax(
        look,
        cell,
        found,
        Line(("scores", layer, head, row, None), scores),
        column,
        sources=(("masked_score", layer, head, row, None),),
    )


def weighted_value(look: Look, layer: int, head: int, row: int, column: int, d: int) -> Explanation:
    """What one token gives to another: the weight times a number of its value."""
    cell: Cell = ("weighted_value", layer, head, row, column, d)
    factors = (("attention", layer, head, row, column), ("v", layer, head, column, d))
    numbers = (
        float(look.layer("attention", layer)[head, row, column]),
        float(look.layer("v", layer)[head, column, d]),
    )
    return multiplied(look, cell, factors, numbers)


def head_out(look: Look, layer: int, head: int, row: int, d: int) -> Explanation:
    """The weighted sum of the values that a token sees."""
    weights = look.layer("attention", layer)[head, row, : row + 1].astype(np.float64)
    values = look.layer("v", layer)[head, : row + 1, d].astype(np.float64)
    return dot(
        look,
        ("head_out", layer, head, row, d),
        float(look.layer("head_out", layer)[head, row, d]),
        Line(("attention", layer, head, row, None), weights),
        Line(("v", layer, head, None, d), values),
        each=Line(("weighted_value", layer, head, row, None, d), weights * values),
    )


def attn_out(look: Look, layer: int, position: int, d: int) -> Explanation:
    """What attention adds: all heads side by side, through the output projection."""
    name, bias = f"blocks.{layer}.attn.proj.weight", f"blocks.{layer}.attn.proj.bias"
    heads = Line(("head_out", layer, None, position, None), look.layer("head_out", layer)[:, position].astype(float))
    table = Line(("weight", name, d, None), look.weight(name, d))
    side_by_side = rf"[o^{{({layer + 1},1)}} \cdots o^{{({layer + 1},{look.config.n_head})}}]_{{{position + 1},j}}"
    return dot(
        look,
        ("attn_out", layer, position, d),
        float(look.layer("attn_out", layer)[position, d]),
        heads,
        table,
        (("weight", bias, d), float(look.weight(bias, d))),
        formula=rf"\sum_{{j=1}}^{{{look.config.d_model}}} {side_by_side} \, {tex(table.pattern, look.config)}",
        note=f"Column {look.config.d_head} h + i of the table reads number i of head h, both from 0.",
    )


def attn_sum(look: Look, layer: int, position: int, d: int) -> Explanation:
    """What attention adds, added."""
    x, a = look.trace.part("hidden")[layer, position, d], look.layer("attn_out", layer)[position, d]
    parts = ((("hidden", layer, position, d), float(x)), (("attn_out", layer, position, d), float(a)))
    return added(look, ("attn_sum", layer, position, d), float(x + a), parts)


def mid(look: Look, layer: int, position: int, d: int) -> Explanation:
    """What stands between the two halves of a block: the sum, in a post-norm block normalised."""
    cell: Cell = ("mid", layer, position, d)
    found = float(look.layer("mid", layer)[position, d])
    if look.config.norm == "post":
        return normed(look, cell, found, f"blocks.{layer}.ln_1", position, d)
    parts = [
        (("hidden", layer, position, d), float(look.trace.part("hidden")[layer, position, d])),
        (("attn_out", layer, position, d), float(look.layer("attn_out", layer)[position, d])),
    ]
    return added(look, cell, found, parts)
