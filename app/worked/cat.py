"""Worked example: L1 and the perplexity of "The cat sat", from two whole distributions."""

from dataclasses import dataclass

import streamlit as st

from app.shared.theme import escape
from app.worked import text as content
from app.worked.formats import number, summand, tex, word
from app.worked.pieces import editor, replace_column, step
from gptcore.worked import given
from gptcore.worked.cells import read_all, read_probability
from gptcore.worked.checks import cat as checks
from gptcore.worked.given import Table
from gptcore.worked.likelihood import Likelihood, likelihood, renormalised, sums_to_one

NAME = "cat"
COLUMNS = ("after The", "after The cat")
NEXT = ("worked_cat_next_1", "worked_cat_next_2")
DEFAULTS = dict(zip(NEXT, given.CAT_NEXT, strict=True))

__all__ = ["DEFAULTS", "NAME", "checks", "edit", "results", "show"]


@dataclass(frozen=True)
class Inputs:
    """What a learner set."""

    came: tuple[str, ...]
    """The token that really came, per column."""
    found: Likelihood


def edit() -> Inputs:
    """The two distributions and what really came."""
    table = editor(NAME, given.CAT, words=("token",))
    words = table["token"]
    with st.container(horizontal=True):
        came = [
            st.selectbox(
                f"What came {column}",
                range(len(words)),
                row,
                key=key,
                width=170,
                persist_state="session",
                format_func=lambda i: words[i] or "∅",
            )
            for key, column, row in zip(NEXT, COLUMNS, given.CAT_NEXT, strict=True)
        ]
    columns = [read_all(read_probability, table[column], _names(words, column)) for column in COLUMNS]
    for column, values in zip(COLUMNS, columns, strict=True):
        if not sums_to_one(values):
            _offer_renormalised(table, column, values)
    found = likelihood([values[row] for values, row in zip(columns, came, strict=True)])
    return Inputs(tuple(words[row] for row in came), found)


def results(inputs: Inputs) -> dict[str, str]:
    """The answer."""
    found = inputs.found
    return {"L1": number(found.total), "mean": number(found.mean), "perplexity": number(found.perplexity, 2)}


def show(inputs: Inputs) -> None:
    """The steps."""
    found, steps = inputs.found, content.EXAMPLES[NAME].steps
    came = [f"P({word(token)}) = **{number(p)}**" for token, p in zip(inputs.came, found.probabilities, strict=True)]
    step(1, f"{steps['pick']} Here {' and '.join(came)}.")
    logs = zip(found.probabilities, found.log_probabilities, strict=True)
    step(2, steps["log"], r" \qquad ".join(rf"\log {tex(p)} = {tex(log)}" for p, log in logs))
    parts = " + ".join(summand(log) for log in found.log_probabilities)
    step(3, steps["sum"], rf"L_1 = {parts} = \mathbf{{{tex(found.total)}}}")
    count = len(found.probabilities)
    mean = rf"-\tfrac{{1}}{{{count}}} \, {summand(found.total)}"
    step(4, steps["perplexity"], rf"e^{{{mean}}} = e^{{{tex(-found.mean)}}} = \mathbf{{{tex(found.perplexity, 2)}}}")
    if 0 in found.probabilities:
        st.warning(content.LOG_OF_ZERO)


def _names(words: tuple[str, ...], column: str) -> list[str]:
    return [f"P({token} | {column.removeprefix('after ')})" for token in words]


def _offer_renormalised(table: Table, column: str, values: tuple[float, ...]) -> None:
    st.warning(f"**{escape(column)}**: {content.NOT_ONE.format(total=number(sum(values)))}")
    if any(values):
        cells = [f"{value:.6g}" for value in renormalised(values)]
        st.button(
            content.RENORMALISE,
            key=f"worked_cat_renormalise_{COLUMNS.index(column) + 1}",
            on_click=replace_column,
            args=(NAME, table, column, cells),
        )
