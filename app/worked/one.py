"""Worked example: the perplexity of one prediction, and of a training log's means."""

from dataclasses import dataclass

import streamlit as st

from app.worked import text as content
from app.worked.formats import number, tex, word
from app.worked.pieces import draw_table, editor, step
from gptcore.worked import given
from gptcore.worked.cells import read_all, read_number, read_probability
from gptcore.worked.checks import training_log as checks
from gptcore.worked.likelihood import Likelihood, likelihood, perplexity_of, sums_to_one

NAME = "one"
NEXT = "worked_one_next"
DEFAULTS = {NEXT: given.LOVE_NEXT}

__all__ = ["DEFAULTS", "NAME", "checks", "edit", "results", "show"]


@dataclass(frozen=True)
class Inputs:
    """What a learner set."""

    came: str
    found: Likelihood
    total: float
    """Of all candidates' probabilities."""
    whole: bool
    """Whether that is 1."""
    epochs: tuple[str, ...]
    means: tuple[float, ...]


def edit() -> Inputs:
    """The candidates after "I love", and a training log."""
    love = editor(f"{NAME}_love", given.LOVE, words=("token",), title="After “I love”")
    words = love["token"]
    row = st.selectbox(
        "What came",
        range(len(words)),
        given.LOVE_NEXT,
        key=NEXT,
        width=170,
        persist_state="session",
        format_func=lambda i: words[i] or "∅",
    )
    log = editor(f"{NAME}_log", given.TRAINING_LOG, fixed=("epoch",), title="A training log")
    values = read_all(read_probability, love["P"], [f"P({token})" for token in words])
    names = [f"The mean of epoch {epoch}" for epoch in log["epoch"]]
    means = read_all(lambda text, name: read_number(text, name, -100, 0), log["mean log P"], names)
    return Inputs(words[row], likelihood([values[row]]), sum(values), sums_to_one(values), log["epoch"], means)


def results(inputs: Inputs) -> dict[str, str]:
    """The answer."""
    found = inputs.found
    return {"log P": number(found.total), "perplexity of one": number(found.perplexity, 2)}


def show(inputs: Inputs) -> None:
    """The steps."""
    found, steps = inputs.found, content.EXAMPLES[NAME].steps
    if not inputs.whole:
        st.warning(content.NOT_ONE.format(total=number(inputs.total)))
    (p,) = found.probabilities
    step(
        1,
        f"{steps['one']} {word(inputs.came)} had **{number(p)}**.",
        rf"\log {tex(p)} = {tex(found.total)} \qquad e^{{{tex(-found.total)}}} = \tfrac{{1}}{{{tex(p)}}} = "
        rf"\mathbf{{{tex(found.perplexity, 2)}}}",
    )
    if p == 0:
        st.warning(content.LOG_OF_ZERO)
    step(2, steps["many"].format(size=given.TRAINING_VOCABULARY))
    perplexities = [perplexity_of(mean) for mean in inputs.means]
    draw_table({"epoch": list(inputs.epochs), "mean log P": list(inputs.means), "perplexity": perplexities})
