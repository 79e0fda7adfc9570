"""How well the tokens of a text were predicted (paper, equation 1), by gptcore.measures."""

import math

from gptcore.errors import InputError
from gptcore.measures import TokenScores, perplexity, token_scores
from gptcore.provenance import latex
from gptcore.provenance.cells import Cell
from gptcore.provenance.explanation import Explanation, Term
from gptcore.provenance.look import Look
from gptcore.provenance.sums import shortened, told


def surprisal(look: Look, position: int) -> Explanation:
    """How little the token that stands at a position was expected there, in nats.

    Raises:
        InputError: it is the first, which nothing is predicted from.
    """
    value, token = _surprisal(look, position), int(look.trace.ids[position])
    of: Cell = ("probability", position - 1, token)
    share = math.exp(-value)
    before = "u_1" if position == 1 else rf"u_1, \ldots, u_{{{position}}}"
    return told(
        look,
        ("surprisal", position),
        value,
        rf"-\ln P(u_{{{position + 1}}} \mid {before}) = -\ln {look.tex(of)}",
        rf"-\ln {latex.number(share)}",
        [look.term(of, share)],
        note=f"In nats. Token {position + 1}, which came, has the id {token}.",
    )


def surprisal_bits(look: Look, position: int) -> Explanation:
    """The same in bits."""
    nats, of = _surprisal(look, position), ("surprisal", position)
    two = math.log(2)
    return told(
        look,
        ("surprisal_bits", position),
        nats / two,
        rf"\frac{{{look.tex(of)}}}{{\ln 2}}",
        rf"\frac{{{latex.number(nats)}}}{{{latex.number(two)}}}",
        [look.term(of, nats), Term("ln 2", two, None)],
        note="A bit for each time that the probability is halved.",
    )


def mean_surprisal(look: Look) -> Explanation:
    """The mean over all tokens but the first, in nats: -L1 of the paper, for each token."""
    scores = _scores(look)
    nats, count = scores.surprisal, len(look.trace.ids) - 1
    total = shortened(nats, look.most)
    return told(
        look,
        ("mean_surprisal",),
        perplexity(scores).mean_surprisal,
        rf"\frac{{1}}{{{count}}} \sum_{{j=2}}^{{{count + 1}}} -\ln P(u_j \mid u_1, \ldots, u_{{j-1}})",
        rf"\frac{{1}}{{{count}}} \left({total.tex}\right)",
        [look.term(("surprisal", i + 1), nats[i]) for i in total.listed],
        parents=[("surprisal", position) for position in range(1, count + 1)],
        sources=[("surprisal", None)],
        rest=total.rest,
        n_rest=total.n_rest,
        note=f"In nats. All tokens but the first are predicted: the sum is divided by {count:,}.",
    )


def text_perplexity(look: Look) -> Explanation:
    """As if each token were a choice among this many equally likely ones."""
    found, of = perplexity(_scores(look)), ("mean_surprisal",)
    return told(
        look,
        ("perplexity",),
        found.value,
        f"e^{{{look.tex(of)}}}",
        f"e^{{{latex.number(found.mean_surprisal)}}}",
        [look.term(of, found.mean_surprisal)],
        note="As if the model had to choose among this many equally likely tokens each time.",
    )


def _surprisal(look: Look, position: int) -> float:
    """In nats."""
    if position == 0:
        raise InputError("the first token has no surprisal: nothing stands before it that could predict it")
    pair = slice(position - 1, position + 1)
    return float(token_scores(look.trace.part("logits")[pair], look.trace.ids[pair]).surprisal[0])


def _scores(look: Look) -> TokenScores:
    if len(look.trace.ids) == 1:
        raise InputError("a text of one token has no perplexity: nothing in it is predicted")
    return token_scores(look.trace.part("logits"), look.trace.ids)
