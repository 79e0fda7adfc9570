"""Worked example: L3 = L2 + lambda L1 in both sign conventions."""

import math
from dataclasses import dataclass

import streamlit as st

from app.shared.state import labelled
from app.shared.theme import percent
from app.worked import text as content
from app.worked.formats import number, short, summand, tex
from app.worked.pieces import draw_table, editor, line, named, step
from gptcore.worked import given
from gptcore.worked.cells import read_all, read_number, read_probability
from gptcore.worked.checks import objective as checks
from gptcore.worked.loss import Combined, combined

NAME = "loss"
SOURCE = "worked_loss_source"
SOURCES = {"course": "course text", "code": "code text"}
LABEL_KEYS = {source: f"worked_loss_label_{source}" for source in SOURCES}
WEIGHT = "worked_loss_weight"
DEFAULTS = {
    SOURCE: "course",
    WEIGHT: given.WEIGHT,
    **{LABEL_KEYS[source]: label for source, label in given.OBJECTIVE_LABELS.items()},
}

__all__ = ["DEFAULTS", "NAME", "checks", "edit", "results", "show"]


@dataclass(frozen=True)
class Inputs:
    """What a learner set, and what follows."""

    words: tuple[str, ...]
    right_label: float
    found: Combined


def edit() -> Inputs:
    """The right label's probability, lambda, and the next tokens' probabilities."""
    source = st.segmented_control(
        "Numbers of the",
        list(SOURCES),
        default="course",
        format_func=labelled(SOURCES),
        key=SOURCE,
        required=True,
        persist_state="session",
    )
    with st.container(horizontal=True):
        label = line(LABEL_KEYS[source], "P(right label)", given.OBJECTIVE_LABELS[source], width=130)
        weight = line(WEIGHT, "λ, weight of L1", given.WEIGHT, width=130)
    cells = editor(
        f"{NAME}_{source}", given.OBJECTIVES[source], words=("what comes",), title="Each token that really came next"
    )
    words = cells["what comes"]
    problems = read_all(read_probability, [label, *cells["P"]], ["P(right label)", *(f"P({token})" for token in words)])
    right_label, *tokens = problems
    return Inputs(words, right_label, combined(right_label, tokens, read_number(weight, "λ", 0)))


def results(inputs: Inputs) -> dict[str, str]:
    """The answer."""
    total = inputs.found.with_mean
    return {"L3, maximised": number(total), "loss, minimised": number(-total)}


def show(inputs: Inputs) -> None:
    """The steps."""
    found, steps = inputs.found, content.EXAMPLES[NAME].steps
    language = found.language
    if 0 in (inputs.right_label, *language.probabilities):
        st.warning(content.LOG_OF_ZERO)
    step(1, steps["task"], rf"L_2 = \log {tex(inputs.right_label)} = {tex(found.task, 5)}")
    count = len(inputs.words)
    step(
        2, steps["language"], rf"L_1 = \tfrac{{1}}{{{count}}} \, {summand(language.total, 5)} = {tex(language.mean, 5)}"
    )
    draw_table(
        {
            "what comes": named(inputs.words),
            "P": list(language.probabilities),
            "log P": list(language.log_probabilities),
        }
    )
    sum_of = rf"{tex(found.task, 5)} + {short(found.weight)} \cdot {summand(language.mean, 5)}"
    step(
        3,
        steps["total"],
        rf"\begin{{aligned}} L_3 &= {sum_of} \\ &= \mathbf{{{tex(found.with_mean, 5)}}} \end{{aligned}}",
    )
    step(4, steps["signs"])
    parts = (found.task, language.mean, found.weighted, found.with_mean)
    draw_table(
        {
            "part": ["task", "language, mean", "language × λ", "together"],
            "log-likelihood ↑": list(parts),
            "loss ↓": [0 - part for part in parts],
        },
        digits=5,
        strong=3,
    )
    share = found.language_share
    if not math.isnan(share):
        st.caption(f"The language part makes up {percent(share)} of it.")
    step(5, steps["sum"].format(count=count, with_sum=f"**{number(found.with_sum)}**"))
