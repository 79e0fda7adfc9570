"""Worked example: a task's head W_y on the last state, as two texts have it."""

from dataclasses import dataclass

import streamlit as st

from app.shared.state import labelled
from app.worked import text as content
from app.worked.formats import number, tex
from app.worked.pieces import Columns, draw_bars, draw_products, draw_table, editor, named, step
from gptcore.worked import given
from gptcore.worked.cells import read_matrix
from gptcore.worked.checks import Check, head
from gptcore.worked.scores import Softmax, softmax, times_columns

NAME = "head"
SOURCE, LABEL = "worked_head_source", "worked_head_label"
SOURCES = {"course": "course text", "mathematics": "mathematics text"}
DEFAULTS = {SOURCE: "course", LABEL: given.CLASSES[0]}

__all__ = ["DEFAULTS", "NAME", "checks", "edit", "results", "show"]


def checks() -> tuple[Check, ...]:
    """Both texts' figures."""
    return (*head("course"), *head("mathematics"))


@dataclass(frozen=True)
class Inputs:
    """What a learner set, and what follows."""

    state: tuple[float, ...]
    columns: tuple[tuple[float, ...], ...]
    """W_y, class by class."""
    answer: int
    found: Softmax


def edit() -> Inputs:
    """Whose numbers, the state with W_y, and the right label."""
    with st.container(horizontal=True):
        source = st.segmented_control(
            "Numbers of the",
            list(SOURCES),
            default="course",
            format_func=labelled(SOURCES),
            key=SOURCE,
            required=True,
            persist_state="session",
        )
        label = st.segmented_control(
            "Right label", given.CLASSES, default=given.CLASSES[0], key=LABEL, required=True, persist_state="session"
        )
    default = given.HEADS[source]
    cells = editor(
        f"{NAME}_{source}", default, fixed=("dimension",), title="The state $h$ and $W_y$: a column per class"
    )
    columns = ("h", *given.CLASSES)
    rows = list(zip(*(cells[column] for column in columns), strict=True))
    names = [[f"{column}, number {dimension}," for column in columns] for dimension in cells["dimension"]]
    values = read_matrix(rows, names)
    state = tuple(row[0] for row in values)
    weights = tuple(row[1:] for row in values)
    found = softmax(times_columns(state, weights))
    return Inputs(state, tuple(zip(*weights, strict=True)), given.CLASSES.index(label), found)


def results(inputs: Inputs) -> dict[str, str]:
    """The answer."""
    loss = inputs.found.loss(inputs.answer)
    return {"L2, maximised": number(-loss), "loss, minimised": number(loss)}


def show(inputs: Inputs) -> None:
    """The steps."""
    found, steps, answer = inputs.found, content.EXAMPLES[NAME].steps, inputs.answer
    loss = found.loss(answer)
    draw_bars(NAME, "Which class?", given.CLASSES, found.probabilities, actual=answer)
    step(1, steps["logits"])
    draw_products("class", given.CLASSES, inputs.state, inputs.columns, found.logits)
    step(2, steps["softmax"].format(total=number(found.total)))
    columns: Columns = {
        "class": named(given.CLASSES),
        "logit": list(found.logits),
        "e^logit": list(found.exponentials),
        "P": list(found.probabilities),
    }
    draw_table(columns, strong=answer)
    p = found.probabilities[answer]
    step(
        3,
        steps["loss"].format(label=f"**{given.CLASSES[answer]}**"),
        rf"L_2 = \log {tex(p, 5)} = \mathbf{{{tex(-loss)}}} \qquad \text{{loss}} = \mathbf{{{tex(loss)}}}",
    )
