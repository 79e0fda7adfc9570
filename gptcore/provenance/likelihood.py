"""How well the tokens of a text were predicted (paper, equation 1), by gptcore.measures."""

import math

import numpy as np

from gptcore.errors import InputError
from gptcore.measures import Perplexity, perplexity, token_scores
from gptcore.provenance import latex
from gptcore.provenance.cells import Cell
from gptcore.provenance.explanation import Explanation, Term
from gptcore.provenance.look import Look
from gptcore.provenance.sums import WRITTEN, largest
from gptcore.provenance.symbols import plain, tex
from gptcore.provenance.words import name_of


def surprisal(look: Look, position: int) -> Explanation:
    """How little the token that stands at a position was expected there, in nats.

    Raises:
        InputError: it is the first, which nothing is predicted from.
    """
    cell: Cell = ("surprisal", position)
    value = _surprisals(look, position)[0]
    token = int(look.trace.ids[position])
    of: Cell = ("probability", position - 1, token)
    share = math.exp(-value)
    return Explanation(
        cell,
        value,
        name_of(cell),
        rf"{tex(cell, look.config)} = -\ln P(u_{{{position + 1}}} \mid {_before(position)}) = -\ln {tex(of, look.config)}",
        rf"= -\ln {latex.number(share)} = {latex.number(value)}",
        (Term(plain(of, look.config), share, of),),
        0.0,
        0,
        (of,),
        (of,),
        f"In nats. Token {position + 1} has the id {token}.",
    )


def surprisal_bits(look: Look, position: int) -> Explanation:
    """The same in bits."""
    nats, of = _surprisals(look, position)[0], ("surprisal", position)
    cell: Cell = ("surprisal_bits", position)
    value = nats / math.log(2)
    return Explanation(
        cell,
        value,
        name_of(cell),
        rf"{tex(cell, look.config)} = \frac{{{tex(of, look.config)}}}{{\ln 2}}",
        rf"= \frac{{{latex.number(nats)}}}{{{latex.number(math.log(2))}}} = {latex.number(value)}",
        (Term(plain(of, look.config), nats, of), Term("ln 2", math.log(2), None)),
        0.0,
        0,
        (of,),
        (of,),
        "One bit for each time that the probability is halved.",
    )


def mean_surprisal(look: Look) -> Explanation:
    """The mean over all tokens but the first, in nats: -L1 of the paper, a token."""
    nats = _surprisals(look)
    cell: Cell = ("mean_surprisal",)
    value = _perplexity(look).mean_surprisal
    listed = largest(nats, max(1, look.most)).tolist()
    shown, count = listed[:WRITTEN], nats.size
    written = latex.total(
        [latex.number(float(nats[i])) for i in shown], float(nats.sum() - nats[shown].sum()), count - len(shown)
    )
    return Explanation(
        cell,
        value,
        name_of(cell),
        rf"{tex(cell, look.config)} = \frac{{1}}{{{count}}} \sum_{{j=2}}^{{{count + 1}}} -\ln P(u_j \mid u_1, \ldots, u_{{j-1}})",
        rf"= \frac{{1}}{{{count}}} \left({written}\right) = {latex.number(value)}",
        tuple(Term(plain(of, look.config), float(nats[i]), of) for i in listed for of in [("surprisal", i + 1)]),
        float(nats.sum() - nats[listed].sum()) if count > len(listed) else 0.0,
        count - len(listed),
        tuple(("surprisal", position) for position in range(1, count + 1)),
        (("surprisal", None),),
        f"In nats. The first token has nothing before it; the other {count:,} are added up and divided by {count:,}.",
    )


def text_perplexity(look: Look) -> Explanation:
    """As if each token were a choice among this many equally likely ones."""
    cell, of = ("perplexity",), ("mean_surprisal",)
    found = _perplexity(look)
    mean, value = found.mean_surprisal, found.value
    return Explanation(
        cell,
        value,
        name_of(cell),
        f"{tex(cell, look.config)} = e^{{{tex(of, look.config)}}}",
        f"= e^{{{latex.number(mean)}}} = {latex.number(value)}",
        (Term(plain(of, look.config), mean, of),),
        0.0,
        0,
        (of,),
        (of,),
        "As if the model had to choose among this many equally likely tokens each time.",
    )


def _perplexity(look: Look) -> Perplexity:
    _refuse_one(look)
    return perplexity(token_scores(look.trace.part("logits"), look.trace.ids))


def _refuse_one(look: Look) -> None:
    if len(look.trace.ids) == 1:
        raise InputError("a text of one token has no surprisal: nothing in it is predicted")


def _before(position: int) -> str:
    """The tokens before a position."""
    return "u_1" if position == 1 else rf"u_1, \ldots, u_{{{position}}}"


def _surprisals(look: Look, position: int | None = None) -> np.ndarray:
    """Of all tokens but the first, or of one alone."""
    logits, ids = look.trace.part("logits"), look.trace.ids
    if position == 0:
        raise InputError("the first token has no surprisal: nothing stands before it that could predict it")
    _refuse_one(look)
    if position is None:
        return token_scores(logits, ids).surprisal
    return token_scores(logits[position - 1 : position + 1], ids[position - 1 : position + 1]).surprisal
