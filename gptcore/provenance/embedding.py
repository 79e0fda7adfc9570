"""The vectors that go in: rows of two tables, added (paper, equation 2: h_0 = U W_e + W_p)."""

from gptcore.provenance import latex
from gptcore.provenance.cells import Cell
from gptcore.provenance.explanation import Explanation, Term
from gptcore.provenance.look import Look
from gptcore.provenance.sums import added, handed_on
from gptcore.provenance.symbols import tex
from gptcore.provenance.words import name_of


def token_embedding(look: Look, position: int, d: int) -> Explanation:
    """A number of a row of the token table."""
    token = int(look.trace.ids[position])
    value = float(look.trace.part("token_embedding")[position, d])
    cell: Cell = ("token_embedding", position, d)
    note = f"Token {position + 1} has the id {token}, so its vector is row {token} of the token table."
    return handed_on(look, cell, value, ("weight", "token_embedding.weight", token, d), note)


def position_embedding(look: Look, position: int, d: int) -> Explanation:
    """A number of a row of the position table, or of its sine or cosine."""
    value = float(look.trace.part("position_embedding")[position, d])
    cell: Cell = ("position_embedding", position, d)
    if look.config.positions == "learned":
        note = f"Token {position + 1} stands at position {position}, counted from 0: that row of the position table."
        return handed_on(look, cell, value, ("weight", "position_embedding.weight", position, d), note)
    wave = r"\cos" if d % 2 else r"\sin"
    width, even = look.config.d_model, d - d % 2
    angle = rf"{wave}\left(\frac{{{position}}}{{10000^{{{even}/{width}}}}}\right)"
    turned = position / 10_000 ** (even / width)
    return Explanation(
        cell,
        value,
        name_of(cell),
        f"{tex(cell, look.config)} = {angle}",
        rf"= {wave}({latex.number(turned)}) = {latex.number(value)}",
        (Term("angle, in radians", turned, None),),
        0.0,
        0,
        (),
        (),
        "Fixed waves, which nothing learns: the position, counted from 0, turned slower from pair to pair of numbers.",
    )


def first_state(look: Look, position: int, d: int) -> Explanation:
    """A number of h_0."""
    value = float(look.trace.part("hidden")[0, position, d])
    cell: Cell = ("hidden", 0, position, d)
    token = ("token_embedding", position, d)
    if look.config.positions == "none":
        return handed_on(look, cell, value, token, "This model has no position embeddings.")
    place = ("position_embedding", position, d)
    parts = [(part, float(look.trace.part(part[0])[position, d])) for part in (token, place)]
    return added(look, cell, value, parts)
