"""Worked example: logits, softmax and loss after "chai bahut"."""

from dataclasses import dataclass

import streamlit as st

from app.worked import text as content
from app.worked.formats import number, tex, word
from app.worked.pieces import Columns, draw_bars, draw_products, draw_table, editor, named, step
from gptcore.worked import given
from gptcore.worked.cells import read_matrix
from gptcore.worked.checks import chai as checks
from gptcore.worked.scores import Softmax, softmax, times_rows

NAME = "chai"
NEXT = "worked_chai_next"
DEFAULTS = {NEXT: given.CHAI_NEXT}
_NUMBERS = ("1", "2", "3")

__all__ = ["DEFAULTS", "NAME", "checks", "edit", "results", "show"]


@dataclass(frozen=True)
class Inputs:
    """What a learner set, and what follows."""

    words: tuple[str, ...]
    state: tuple[float, ...]
    rows: tuple[tuple[float, ...], ...]
    answer: int
    found: Softmax


def edit() -> Inputs:
    """The state, the embeddings and the true next token."""
    state = editor(f"{NAME}_state", given.CHAI_STATE, words=("",), fixed=("",), title="The state after “bahut”")
    tokens = editor(f"{NAME}_tokens", given.CHAI, words=("token",), title="Each token's embedding")
    words = tokens["token"]
    answer = st.selectbox(
        "What really came",
        range(len(words)),
        given.CHAI_NEXT,
        key=NEXT,
        width=170,
        persist_state="session",
        format_func=lambda i: words[i] or "∅",
    )
    names = [["h", *(f"The embedding of “{token}”" for token in words)], _NUMBERS]
    cells = [[part[dimension][i] for dimension in _NUMBERS] for part in (state, tokens) for i in range(len(part["1"]))]
    vector, *rows = read_matrix(
        cells, [[f"{name}, number {dimension}," for dimension in names[1]] for name in names[0]]
    )
    return Inputs(words, vector, tuple(rows), answer, softmax(times_rows(vector, rows)))


def results(inputs: Inputs) -> dict[str, str]:
    """The answer."""
    found, answer = inputs.found, inputs.answer
    return {"loss, nats": number(found.loss(answer)), "perplexity": number(found.perplexity(answer), 2)}


def show(inputs: Inputs) -> None:
    """The steps."""
    found, steps, words = inputs.found, content.EXAMPLES[NAME].steps, inputs.words
    answer, loss = inputs.answer, found.loss(inputs.answer)
    draw_bars(NAME, "What comes next?", words, found.probabilities, actual=answer)
    step(1, steps["logits"])
    draw_products("token", words, inputs.state, inputs.rows, found.logits)
    step(2, steps["softmax"].format(total=number(found.total)))
    columns: Columns = {
        "token": named(words),
        "logit": list(found.logits),
        "e^logit": list(found.exponentials),
        "P": list(found.probabilities),
    }
    draw_table(columns, strong=answer)
    right = word(words[answer])
    step(
        3,
        steps["loss"].format(probability=f"{number(found.probabilities[answer])} ({right})"),
        rf"-\log {tex(found.probabilities[answer], 5)} = \mathbf{{{tex(loss)}}}",
    )
    first, second = found.order[:2]
    step(
        4,
        steps["next"].format(
            first=word(words[first]),
            p_first=number(found.probabilities[first]),
            second=word(words[second]),
            p_second=number(found.probabilities[second]),
        ),
    )
