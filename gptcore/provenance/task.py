"""Where a fine-tuned model's answer to an example comes from (paper, section 3.2, equation 3), down to the weights."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from gptcore.config import ModelConfig
from gptcore.errors import InputError
from gptcore.model.kinds import as_gpt
from gptcore.model.language_model import LanguageModel
from gptcore.provenance import latex, task_losses
from gptcore.provenance.cells import TASK_KINDS, Cell, checked, factors_of, in_row
from gptcore.provenance.explain import MOST, explain, explain_product
from gptcore.provenance.explanation import Explanation, Term
from gptcore.provenance.look import Line
from gptcore.provenance.needs import Needs, for_both, needs
from gptcore.provenance.softmax import share
from gptcore.provenance.sums import shortened, told
from gptcore.provenance.symbols import last_state
from gptcore.provenance.task_reading import HEAD_WEIGHT, AnswerLook, TaskReading, answer_look
from gptcore.provenance.weights import check_place, leaf
from gptcore.tasks.formats import TaskInput
from gptcore.tasks.head import TaskHead
from gptcore.tasks.predict import outputs, score

_NOTES = {
    "similarity": "Both orders of the texts are read; the states at [Extract], at place m of each row, are added.",
    "multiple_choice": "Each answer has a row of its own; the head reads its state at [Extract], at place m.",
}


def explain_answer(model: LanguageModel, reading: TaskReading, cell: Cell, most: int = MOST) -> Explanation:
    """Tells how a number of an answer comes about; see gptcore.provenance.explain.explain.

    Args:
        cell: of TASK_KINDS, or ("row", number, *cell) for one of a row's own pass; a weight, of W_y as well, which is
            "head.linear.weight"; a product of two of these.

    Raises:
        InputError: there is no such cell, a trace has not recorded a part that it needs, or it is a loss and the right
            answer or lambda is not known.
    """
    answer = answer_look(as_gpt(model), reading, most)
    kind, *at = checked_answer(cell, model.config, reading.head, reading.input)
    if kind == "product":
        return explain_product(answer.look, *(explain_answer(model, reading, factor) for factor in at))
    if kind == "row":
        return _of_row(model, reading, at[0], tuple(at[1:]), most)
    if kind == "weight" and at[0] == HEAD_WEIGHT:
        value = float(reading.head.linear.weight.detach()[tuple(at[1:])])
        return leaf(model.config, ("weight", *at), value)
    if kind == "weight":
        return explain(model, reading.traces[0], ("weight", *at), most)
    return _KINDS[kind](answer, *at)


def checked_answer(cell: Cell, config: ModelConfig, head: TaskHead, given: TaskInput) -> Cell:
    """A cell of an answer that may come from anywhere, as gptcore.provenance.cells has it.

    Raises:
        InputError: there is no such kind, or the cell lies outside of this model, task or example.
    """
    kind, *at = cell or ("",)
    if factors := factors_of(cell):
        return (kind, *(checked_answer(factor, config, head, given) for factor in factors))
    if kind == "weight":
        if at[:1] == [HEAD_WEIGHT]:
            check_place(HEAD_WEIGHT, tuple(at[1:]), {HEAD_WEIGHT: tuple(head.linear.weight.shape)})
        return checked((kind, *at), config, 0)
    if kind == "row":
        row, *inner = at or [None]
        if type(row) is not int or not 0 <= row < len(given.rows):
            raise InputError(f"this example has rows 0 to {len(given.rows) - 1}, not {row!r:.40}")
        if inner[:1] in (["weight"], ["product"]):
            raise InputError("of a row, name a number that its own pass computes; a weight belongs to no row")
        return (kind, row, *checked(tuple(inner), config, len(given.rows[row].ids)))
    if not isinstance(kind, str) or kind not in TASK_KINDS:
        raise InputError(f"an answer has no {kind!r:.40}; choose from {', '.join(TASK_KINDS)}, row, weight, product")
    if len(at) != len(TASK_KINDS[kind]):
        raise InputError(f"a cell of kind {kind} has {len(TASK_KINDS[kind])} numbers, not {len(at)}")
    count = len(given.rows) if head.task.kind == "multiple_choice" else head.task.n_outputs
    if at and not (type(at[0]) is int and 0 <= at[0] < count):
        raise InputError(f"this task has outputs 0 to {count - 1}, not {at[0]!r:.40}")
    return (kind, *at)


def answer_needs(config: ModelConfig, cell: Cell) -> Needs:
    """Which parts the traces of the rows must have; see gptcore.provenance.needs.needs.

    Args:
        cell: a checked one.
    """
    kind, *at = cell
    if kind == "row":
        return needs(config, tuple(at[1:]))
    if kind == "product":
        return for_both(*(answer_needs(config, factor) for factor in at))
    if kind == "weight":
        return (), None
    return ("final", "logits") if kind in ("lm_loss", "weighted_lm_loss", "total_loss") else ("final",), None


def _of_row(model: LanguageModel, reading: TaskReading, row: int, cell: Cell, most: int) -> Explanation:
    """A cell of a row's own pass, with the row named wherever it leads."""
    found = explain(model, reading.traces[row], cell, most)
    return replace(
        found,
        cell=in_row(row, found.cell),
        terms=tuple(term._replace(cell=None if term.cell is None else in_row(row, term.cell)) for term in found.terms),
        parents=tuple(in_row(row, parent) for parent in found.parents),
        sources=tuple(in_row(row, source) for source in found.sources),
    )


def _logit(answer: AnswerLook, output: int) -> Explanation:
    """W_y over the state at [Extract]: of a choice each answer's own row, of a similarity both rows' states added."""
    task, look = answer.task, answer.look
    is_choice = task.kind == "multiple_choice"
    row_of_table = 0 if is_choice else output
    table = answer.reading.head.linear.weight.detach()[row_of_table].cpu().double().numpy()
    rows = [output] if is_choice else list(range(len(answer.reading.traces)))
    states = answer.states()[rows].astype(np.float64)
    products, width = (states * table).ravel(), len(table)
    finals: list[Cell] = [
        in_row(row, ("final", answer.reading.input.rows[row].extract, d)) for row in rows for d in range(width)
    ]
    weights: list[Cell] = [("weight", HEAD_WEIGHT, row_of_table, d) for d in range(width)]
    total = shortened(products, look.most, lambda i: latex.product(float(states.flat[i]), float(table[i % width])))
    over_rows, mark = (r"\sum_{r=1}^{2} ", "{}^{(r)}") if len(rows) > 1 else ("", "")
    state = f"{mark}{last_state(look.config)}^{{m}}_{{j}}"
    return told(
        look,
        ("task_logit", output),
        float(answer.logits()[output]),
        rf"{over_rows}\sum_{{j=1}}^{{{width}}} {state} \, W_y[{row_of_table},\,j{{-}}1]",
        total.tex,
        [look.term(("product", finals[i], weights[i % width]), products[i]) for i in total.listed],
        parents=[*finals, *weights],
        sources=[
            *(in_row(row, ("final", answer.reading.input.rows[row].extract, None)) for row in rows),
            ("weight", HEAD_WEIGHT, row_of_table, None),
        ],
        rest=total.rest,
        n_rest=total.n_rest,
        note=_NOTES.get(task.kind, "m is the place of [Extract], whose state the head reads."),
    )


def _probability(answer: AnswerLook, output: int) -> Explanation:
    task, logits = answer.task, answer.logits()
    if task.is_regression:
        raise InputError("a score has no probabilities; it is what the head gives, in the scores' own scale")
    value = float(outputs(task, logits)[output])
    note = "" if task.temperature == 1 else "The temperature was found on held-out examples, after training."
    of = Line(("task_logit", None), logits.astype(np.float64))
    return share(answer.look, ("task_probability", output), value, of, output, temperature=task.temperature, note=note)


def _score(answer: AnswerLook) -> Explanation:
    task = answer.task
    if not task.is_regression:
        raise InputError("this task has classes or answers, not a score")
    z = answer.look.term(("task_logit", 0), answer.logits()[0])
    std = Term("standard deviation of the scores learnt from", task.score_std, None)
    mean = Term("their mean", task.score_mean, None)
    return told(
        answer.look,
        ("task_score",),
        score(task, z.value),
        r"z_{1} \cdot \sigma + \mu",
        f"{latex.product(z.value, task.score_std)} + {latex.signed(task.score_mean)}",
        [z, std, mean],
        note="The head gives a score in standard units: σ and μ are of the scores that were learnt from.",
    )


_KINDS: dict[str, Callable[..., Explanation]] = {
    "task_logit": _logit,
    "task_probability": _probability,
    "task_score": _score,
    "task_loss": task_losses.task_loss,
    "lm_loss": task_losses.lm_loss,
    "weighted_lm_loss": task_losses.weighted_lm_loss,
    "total_loss": task_losses.total_loss,
}
