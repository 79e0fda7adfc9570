"""From the last state to probabilities (paper, equation 2: P(u) = softmax(h_n W_e^T)), and what is drawn from."""

import numpy as np

from gptcore.decode.sampling import Distribution, distribution
from gptcore.provenance import latex
from gptcore.provenance.cells import Cell
from gptcore.provenance.explanation import Explanation
from gptcore.provenance.look import Line, Look, line
from gptcore.provenance.norm import normed
from gptcore.provenance.softmax import share
from gptcore.provenance.sums import dot, handed_on, told
from gptcore.provenance.symbols import last_state, output_table


def final(look: Look, position: int, d: int) -> Explanation:
    """What the output layer reads."""
    cell: Cell = ("final", position, d)
    value = float(look.trace.part("final")[position, d])
    if look.config.norm == "pre":
        return normed(look, cell, value, "final_norm")
    note = "The output layer reads what the last block hands on: the same number."
    return handed_on(look, cell, value, ("hidden", look.config.n_layer, position, d), note)


def logit(look: Look, position: int, token: int) -> Explanation:
    """How well a token's row of the output table matches the last state."""
    table = "token_embedding.weight" if look.config.tied else "lm_head.weight"
    return dot(
        look,
        ("logit", position, token),
        float(look.trace.part("logits")[position, token]),
        line(("final", position, None), look.trace.part("final")[position]),
        Line(("weight", table, token, None), look.weights(table, token)),
        note="The output layer is the token table once more: the row of this token's embedding."
        if look.config.tied
        else "The output layer has a table of its own, a row for each token.",
    )


def probability(look: Look, position: int, token: int) -> Explanation:
    """What the model says: the token's share of a softmax over the whole vocabulary."""
    logits = _logits(look, position)
    value = float(distribution(logits.values).raw[token])
    of = rf"\left({last_state(look.config)} {output_table(look.config)}^{{\top}}\right)_{{{position + 1},{token}}}"
    cell = ("probability", position, token)
    return share(look, cell, value, logits, token, letter="v", whole=rf"\mathrm{{softmax}}{of}")


def sampled(look: Look, position: int, token: int, temperature: float, top_k: int, top_p: float) -> Explanation:
    """What is drawn from: logits over the temperature, then cut, then shared out again.

    Raises:
        ConfigError: a setting is out of range.
    """
    cell: Cell = ("sampled", position, token, temperature, top_k, top_p)
    logits = _logits(look, position)
    funnel = distribution(logits.values, temperature, top_k or None, None if top_p == 1 else top_p)
    value = float(funnel.final[token])
    if temperature > 0 and funnel.kept[token]:
        kept, size = np.flatnonzero(funnel.kept), len(funnel.kept)
        note = (
            "" if len(kept) == size else f"The {len(kept):,} tokens that are kept, of {size:,}, share all probability."
        )
        return share(look, cell, value, logits, token, letter="v", temperature=temperature, kept=kept, note=note)
    terms = [look.term(logits.cell(token), logits.values[token])]
    note = _why(funnel, token, temperature, top_k, top_p)
    return told(look, cell, value, latex.number(value), "", terms, sources=[logits.pattern], note=note)


def _why(funnel: Distribution, token: int, temperature: float, top_k: int, top_p: float) -> str:
    """Why a token has all or nothing."""
    if temperature == 0:
        which = "this one" if funnel.final[token] else "another one"
        return f"At temperature 0 the token with the largest logit is taken for certain: {which}."
    cut = f"Top-p {top_p:g}" if funnel.kept_by_top_k[token] else f"Top-k {top_k}"
    return f"{cut} cuts this token: its probability is 0, and those that are kept share what it had."


def _logits(look: Look, position: int) -> Line:
    return line(("logit", position, None), look.trace.part("logits")[position])
