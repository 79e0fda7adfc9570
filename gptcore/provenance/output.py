"""From the last state to probabilities (paper, equation 2: P(u) = softmax(h_n W_e^T)), and what is drawn from."""

import numpy as np

from gptcore.decode.sampling import distribution
from gptcore.provenance import latex
from gptcore.provenance.cells import Cell
from gptcore.provenance.explanation import Explanation, Term
from gptcore.provenance.look import Line, Look
from gptcore.provenance.norm import normed
from gptcore.provenance.sums import dot, handed_on, softmax
from gptcore.provenance.symbols import output_table, plain, tex
from gptcore.provenance.words import name_of


def final(look: Look, position: int, d: int) -> Explanation:
    """What the output layer reads."""
    cell: Cell = ("final", position, d)
    value = float(look.trace.part("final")[position, d])
    if look.config.norm == "pre":
        return normed(look, cell, value, "final_norm", position, d)
    note = "The output layer reads what the last block hands on: the same number."
    return handed_on(look, cell, value, ("hidden", look.config.n_layer, position, d), note)


def logit(look: Look, position: int, token: int) -> Explanation:
    """How well a token's row of the output table matches the last state."""
    table = look.output_table
    tied = "The token table once more: the same row that is the token's embedding." if look.config.tied else ""
    return dot(
        look,
        ("logit", position, token),
        float(look.trace.part("logits")[position, token]),
        Line(("final", position, None), look.trace.part("final")[position].astype(np.float64)),
        Line(("weight", table, token, None), look.weight(table, token)),
        note=tied,
    )


def probability(look: Look, position: int, token: int) -> Explanation:
    """What the model says: its share of a softmax over the whole vocabulary."""
    line = _logits(look, position)
    value = float(distribution(line.values).raw[token])
    return softmax(look, ("probability", position, token), value, line, token, is_of=_whole(look, position, token))


def sampled(look: Look, position: int, token: int, temperature: float, top_k: int, top_p: float) -> Explanation:
    """What is drawn from: logits over the temperature, then cut, then shared out again.

    Raises:
        ConfigError: a setting is out of range.
    """
    cell: Cell = ("sampled", position, token, temperature, top_k, top_p)
    line = _logits(look, position)
    funnel = distribution(line.values, temperature, top_k or None, None if top_p == 1 else top_p)
    value, of = float(funnel.final[token]), line.cell(token)
    if temperature > 0 and funnel.kept[token]:
        n_kept, size = funnel.n_kept, line.values.size
        note = "" if n_kept == size else f"Only the {n_kept:,} of {size:,} tokens that were kept share the probability."
        return softmax(look, cell, value, line, token, temperature, np.flatnonzero(funnel.kept), note=note)
    if temperature == 0:
        note = "At temperature 0 the token of the largest logit is taken for certain; this " + (
            "is the one." if value else "is another one."
        )
    else:
        cut = f"top-p of {top_p:g}" if funnel.kept_by_top_k[token] else f"top-k of {top_k}"
        note = f"The {cut} cuts this token: its probability is 0, and those that are kept share what it had."
    return Explanation(
        cell,
        value,
        name_of(cell),
        f"{tex(cell, look.config)} = {latex.number(value)}",
        f"= {latex.number(value)}",
        (Term(plain(of, look.config), float(line.values[token]), of),),
        0.0,
        0,
        (of,),
        (line.pattern,),
        note,
    )


def _logits(look: Look, position: int) -> Line:
    return Line(("logit", position, None), look.trace.part("logits")[position].astype(np.float64))


def _whole(look: Look, position: int, token: int) -> str:
    state = tex(("final", position, 0), look.config).rsplit("_", 1)[0]
    return rf"\mathrm{{softmax}}\left({state} {output_table(look.config)}^{{\top}}\right)_{{{position + 1},{token}}}"
