"""The losses of one example, as training computes them without dropout (paper, equations 3 to 5): L2 of its answer, L1
of its texts' tokens, and L3 = L2 + lambda L1. All are negated, so that lower is better, and in nats."""

import math

import numpy as np
from scipy.special import logsumexp

from gptcore.errors import InputError
from gptcore.measures import token_scores
from gptcore.provenance import latex
from gptcore.provenance.cells import Cell, in_row
from gptcore.provenance.explanation import Explanation, Term
from gptcore.provenance.look import Line
from gptcore.provenance.softmax import share
from gptcore.provenance.sums import added, shortened, told
from gptcore.provenance.task_reading import AnswerLook


def task_loss(answer: AnswerLook) -> Explanation:
    """-L2: minus the logarithm of the right answer's probability; of a score the squared distance."""
    look, logits = answer.look, answer.logits().astype(np.float64)
    cell: Cell = ("task_loss",)
    if answer.task.is_regression:
        right, z = answer.right_score(), look.term(("task_logit", 0), logits[0])
        numbers = rf"\left({latex.number(z.value)} - {latex.signed(right)}\right)^2"
        note = "A score is learnt in standard units: less the mean of those learnt from, over their standard deviation."
        terms = [z, Term("right score, in standard units", right, None)]
        return told(look, cell, _squared(answer), r"\left(z_{1} - y\right)^2", numbers, terms, note=note)
    right_answer, of = answer.right(), Line(("task_logit", None), logits)
    probability = share(look, ("task_probability", right_answer), 0.0, of, right_answer)
    formula = probability.formula.split(" = ", 1)[1]
    value = _cross_entropy(answer)
    chance = latex.number(math.exp(-value))
    note = "-L2 of the paper for this example: the surprisal of the right answer, in nats."
    if answer.task.temperature != 1:
        note += " Training does not divide the logits by the temperature, which was found afterwards."
    return told(
        look,
        cell,
        value,
        rf"-\ln P(y_{{{right_answer + 1}}} \mid x^1, \ldots, x^m) = -\ln {formula}",
        rf"-\ln {chance}",
        probability.terms,
        parents=probability.parents,
        sources=probability.sources,
        rest=probability.rest,
        n_rest=probability.n_rest,
        note=note,
    )


def lm_loss(answer: AnswerLook) -> Explanation:
    """-L1: the mean surprisal of the texts' tokens over all rows; [Start], [Delim] and [Extract] do not count."""
    nats, cells = _of_texts(answer)
    value, count = _mean(nats), len(cells)
    total = shortened(nats, answer.look.most)
    return told(
        answer.look,
        ("lm_loss",),
        value,
        rf"\frac{{1}}{{{count}}} \sum_{{j}} -\ln P(u_j \mid u_1, \ldots, u_{{j-1}})",
        rf"\frac{{1}}{{{count}}} \left({total.tex}\right)",
        [answer.look.term(cells[i], nats[i]) for i in total.listed],
        parents=cells,
        sources=[("row", row, "surprisal", None) for row in range(len(answer.reading.traces))],
        rest=total.rest,
        n_rest=total.n_rest,
        note=f"The tokens of the texts, in all rows, are predicted; the sum is divided by their number, {count:,}.",
    )


def weighted_lm_loss(answer: AnswerLook) -> Explanation:
    """-lambda L1."""
    weight, loss = _lm_weight(answer), answer.look.term(("lm_loss",), _mean(_of_texts(answer)[0]))
    note = "λ says how much the model's language counts beside the task; the paper takes 0.5."
    value, numbers = weight * loss.value, latex.product(weight, loss.value)
    terms = [Term("λ", weight, None), loss]
    return told(answer.look, ("weighted_lm_loss",), value, r"\lambda \, (-L_1)", numbers, terms, note=note)


def total_loss(answer: AnswerLook) -> Explanation:
    """-L3, which fine-tuning makes smaller."""
    weight = _lm_weight(answer)
    task = _squared(answer) if answer.task.is_regression else _cross_entropy(answer)
    lm = weight * _mean(_of_texts(answer)[0])
    terms = [answer.look.term(("task_loss",), task), answer.look.term(("weighted_lm_loss",), lm)]
    return added(answer.look, ("total_loss",), task + lm, terms, "Equation 5 of the paper, negated and per example.")


def _squared(answer: AnswerLook) -> float:
    return (float(answer.logits()[0]) - answer.right_score()) ** 2


def _cross_entropy(answer: AnswerLook) -> float:
    logits = answer.logits().astype(np.float64)
    return float(logsumexp(logits) - logits[answer.right()])


def _of_texts(answer: AnswerLook) -> tuple[np.ndarray, list[Cell]]:
    """Surprisals of the texts' tokens in all rows, and their cells."""
    nats: list[np.ndarray] = []
    cells: list[Cell] = []
    for number, (trace, row) in enumerate(zip(answer.reading.traces, answer.reading.input.rows, strict=True)):
        at = [i for i, role in enumerate(row.roles[: len(trace.ids)]) if role == "text"]
        nats.append(token_scores(trace.part("logits"), trace.ids).surprisal[np.array(at) - 1])
        cells += [in_row(number, ("surprisal", position)) for position in at]
    return np.concatenate(nats), cells


def _mean(nats: np.ndarray) -> float:
    return float(nats.sum()) / max(1, len(nats))


def _lm_weight(answer: AnswerLook) -> float:
    if answer.reading.lm_weight is None:
        raise InputError("this model does not tell lambda, the weight of L1 in its training")
    return answer.reading.lm_weight
