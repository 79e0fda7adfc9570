"""The vectors that go in: rows of two tables, added (paper, equation 2: h_0 = U W_e + W_p)."""

from gptcore.provenance import latex
from gptcore.provenance.cells import Cell
from gptcore.provenance.explanation import Explanation, Term
from gptcore.provenance.look import Look
from gptcore.provenance.sums import added, handed_on, told


def token_embedding(look: Look, position: int, d: int) -> Explanation:
    """A number of a row of the token table."""
    token = int(look.trace.ids[position])
    value = float(look.trace.part("token_embedding")[position, d])
    note = f"Token {position + 1} has the id {token}, so its vector is row {token} of the token table."
    of = ("weight", "token_embedding.weight", token, d)
    return handed_on(look, ("token_embedding", position, d), value, of, note)


def position_embedding(look: Look, position: int, d: int) -> Explanation:
    """A number of a row of the position table, or of its sine or cosine."""
    value = float(_place(look, position, d))
    cell: Cell = ("position_embedding", position, d)
    if look.config.positions == "learned":
        note = f"Token {position + 1} stands at position {position}, counted from 0: that row of the position table."
        return handed_on(look, cell, value, ("weight", "position_embedding.weight", position, d), note)
    wave, even = r"\cos" if d % 2 else r"\sin", d - d % 2
    angle = position / 10_000 ** (even / look.config.d_model)
    formula = rf"{wave}\left(\frac{{{position}}}{{10000^{{{even}/{look.config.d_model}}}}}\right)"
    note = "Fixed waves, nothing learnt: the position, counted from 0, turns more slowly from pair to pair of numbers."
    terms = [Term("angle, in radians", angle, None)]
    return told(look, cell, value, formula, rf"{wave}({latex.number(angle)})", terms, note=note)


def first_state(look: Look, position: int, d: int) -> Explanation:
    """A number of h_0."""
    value = float(look.trace.part("hidden")[0, position, d])
    cell, token = ("hidden", 0, position, d), ("token_embedding", position, d)
    if look.config.positions == "none":
        return handed_on(look, cell, value, token, "This model has no position embeddings.")
    place = look.term(("position_embedding", position, d), _place(look, position, d))
    return added(look, cell, value, [look.term(token, look.trace.part("token_embedding")[position, d]), place])


def _place(look: Look, position: int, d: int) -> float:
    return float(look.trace.part("position_embedding")[position, d])
