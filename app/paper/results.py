"""The view of the paper's own tables: gains and sizes, each task, table 5, and the real tasks that we ran."""

import pandas as pd
import streamlit as st

from app.paper import keys
from app.paper import results_text as content
from app.paper.real import draw_real
from app.paper.results_figure import gains, table_five
from app.paper.results_text import Kinds
from app.shared.choice import draw_choice
from app.shared.table import show_table
from app.shared.theme import number
from gptcore.paper.comparisons import AVERAGE, gained, size_and_gain
from gptcore.paper.results import RESULTS, TaskResult, ablations, behind, tasks

_PLAIN = {"displayModeBar": False}


def show() -> str:
    """Draws it; returns the kind of task that is chosen."""
    _gains()
    _question()
    st.divider()
    kind = _table()
    st.divider()
    _ablations()
    st.divider()
    draw_real()
    return content.KINDS[kind]


def _gains() -> None:
    st.markdown(f"#### {content.GAINS}")
    twelve, lost = tasks(), behind()
    names = ", ".join(result.task for result in lost)
    st.markdown(content.GAINS_ABOUT.format(best=len(twelve) - len(lost), n=len(twelve), behind=names))
    values = "; ".join(f"{one.task} {one.examples:,} examples, {number(one.gain, '+.1f')}" for one in _sized(twelve))
    st.plotly_chart(gains(twelve), key="paper_gains", config=_PLAIN, alt=content.GAINS_ALT.format(values=values))
    st.caption(content.GAINS_NOTE)


def _sized(results: tuple[TaskResult, ...]) -> list[TaskResult]:
    return sorted((one for one in results if one.examples), key=lambda one: one.examples or 0)


def _question() -> None:
    known = {result.task: result for result in RESULTS}
    rte, cloze, rho = known["RTE"], known["Story Cloze"], size_and_gain()
    st.markdown(f"#### {content.QUESTION}")
    st.markdown(
        content.ANSWER.format(
            rte=rte.examples,
            rte_loss=number(-rte.gain, ".1f"),
            rte_gpt=rte.gpt,
            rte_before=rte.before.score,
            cloze=cloze.examples,
            cloze_gain=number(cloze.gain, ".1f"),
            cloze_gpt=cloze.gpt,
            cloze_before=cloze.before.score,
        )
    )
    how = content.LITTLE if abs(rho) < content.FEW else content.SOMETHING
    st.markdown(content.SIZE_TELLS.format(rho=number(rho, ".2f"), how=how))


def _table() -> Kinds:
    st.markdown(f"#### {content.TABLE}")
    kind = draw_choice("Kind of task", content.KINDS, keys.TASKS, "all")
    chosen = [result for result in RESULTS if kind in ("all", result.kind)]
    column = st.column_config
    show_table(
        content.TABLE,
        results_table(chosen),
        name="paper_results",
        hide_index=True,
        height="content",
        column_config={
            "Examples": column.NumberColumn("Examples", format="localized"),
            "Best before": column.TextColumn("Best before", help=content.BEFORE_HELP),
            "Models in it": column.TextColumn("Models in it", help=content.ENSEMBLE_HELP),
            "Score before": column.NumberColumn("Score before", format="%.1f"),
            "GPT-1": column.NumberColumn("GPT-1", format="%.1f"),
            "Gain": column.NumberColumn("Gain", format="%+.1f"),
        },
    )
    return kind


def results_table(results: list[TaskResult]) -> pd.DataFrame:
    """A row for each task of tables 2 to 4."""
    rows = [
        (
            result.task,
            result.table,
            result.measure,
            result.examples,
            result.before.name,
            content.SEVERAL if result.before.ensemble is None else str(result.before.ensemble),
            result.before.score,
            result.gpt,
            result.gain,
            result.note,
        )
        for result in results
    ]
    return pd.DataFrame(rows, columns=list(content.COLUMNS)).astype({"Examples": "Int64"})


def _ablations() -> None:
    full, *changed = rows = ablations()
    apart = {row.name: gained(full, row) for row in changed}
    auxiliary = {task: value for task, value in apart["no LM loss"].items() if task != AVERAGE}
    st.markdown(f"#### {content.ABLATIONS}")
    st.markdown(
        content.ABLATIONS_ABOUT.format(
            none=number(-apart["no pre-training"][AVERAGE], ".1f"),
            lstm=number(-apart["LSTM"][AVERAGE], ".1f"),
            auxiliary=number(apart["no LM loss"][AVERAGE], ".1f"),
            worse=", ".join(task for task, value in auxiliary.items() if value < 0),
            better=", ".join(task for task, value in auxiliary.items() if value > 0),
        )
    )
    values = "; ".join(
        f"{name}: " + ", ".join(f"{task} {number(value, '+.1f')}" for task, value in by_task.items())
        for name, by_task in apart.items()
    )
    st.plotly_chart(
        table_five(rows), key="paper_table_5", config=_PLAIN, alt=content.ABLATIONS_ALT.format(values=values)
    )
    table = pd.DataFrame([{"Model": row.name, "Average": row.mean, **row.scores} for row in rows])
    scores = {name: st.column_config.NumberColumn(name, format="%.1f") for name in table.columns[1:]}
    show_table(content.ABLATIONS_TABLE, table, name="paper_table_5", hide_index=True, column_config=scores)
