"""What every worked example is built from: an editable table that can be reset, numbered steps, results, checks.

An editable table holds text, so that a learner's "1/3" or "0,4" can be read and "abc" answered; gptcore reads it.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

import pandas as pd
import streamlit as st

from app.shared import state
from app.shared.browser.prediction import Bar, prediction_bars
from app.shared.stamp import stamp
from app.shared.takeaway import shelf
from app.shared.theme import escape
from app.worked import text as content
from app.worked.formats import number, word
from gptcore.worked.checks import Check
from gptcore.worked.given import Table
from gptcore.worked.scores import products

EXAMPLE = "worked_example"
KEPT = "_worked_kept"
"""Ours: tables that a learner changed, by name. A name begins with its example's."""
VERSION = "_worked_version"
"""Ours: part of the editors' keys; a new one makes the browser forget its own copy of the edits."""

LONGEST_CELL = 80

Columns = Mapping[str, Sequence[str | float]]
"""Of a table that only shows: Markdown texts, or numbers."""


def editor(
    name: str,
    default: Mapping[str, Sequence[str]],
    *,
    words: Sequence[str] = (),
    fixed: Sequence[str] = (),
    choices: Mapping[str, Sequence[str]] | None = None,
    title: str = "",
) -> Table:
    """An editable table of cells; returns what stands in it now, cleared cells as "".

    Args:
        name: begins with the example's name and an underscore, or is it.
        default: columns of cells as the text has them.
        words: columns of words, set to the left; the others are numbers.
        fixed: columns that cannot be edited.
        choices: columns with a list to choose from.
    """
    if title:
        st.markdown(f"**{title}**")
    kept = state.get(KEPT, {}).get(name)
    base = pd.DataFrame({column: list(cells) for column, cells in (kept or default).items()})
    config = {
        column: st.column_config.TextColumn(
            column or " ",
            disabled=column in fixed,
            max_chars=LONGEST_CELL,
            alignment="left" if column in words or column in fixed else "right",
        )
        for column in default
    }
    for column, options in (choices or {}).items():
        config[column] = st.column_config.SelectboxColumn(column, options=list(options), required=True)
    with st.container(key=f"worked_{name}"):
        edited = st.data_editor(
            base,
            key=f"worked_{name}_{state.get(VERSION, 0)}",
            hide_index=True,
            num_rows="fixed",
            height="content",
            column_config=config,
            alt=content.YOURS,
            placeholder="",
        )
    shelf.put_table(content.YOURS, lambda: edited, name)
    now = {
        column: tuple("" if pd.isna(cell) else str(cell)[:LONGEST_CELL] for cell in edited[column])
        for column in default
    }
    _keep(name, None if now == {column: tuple(cells) for column, cells in default.items()} else now)
    return now


def replace_column(name: str, table: Table, column: str, cells: Sequence[str]) -> None:
    """Writes into an editable table; for callbacks."""
    _keep(name, {**table, column: tuple(cells)})
    state.put(VERSION, state.get(VERSION, 0) + 1)


def draw_reset(example: str, defaults: Mapping[str, object]) -> None:
    """Brings back the text's numbers; asleep while nothing is changed.

    Args:
        defaults: the example's other widgets, by key.
    """
    changed = any(_belongs(name, example) for name in state.get(KEPT, {})) or any(
        state.get(key, default) != default for key, default in defaults.items()
    )
    st.button(
        content.RESET,
        key="worked_reset",
        icon=":material/undo:",
        disabled=not changed,
        on_click=_reset,
        args=(example, dict(defaults)),
        help=content.RESET_HELP,
        type="tertiary",
    )


def _reset(example: str, defaults: Mapping[str, object]) -> None:
    state.put(KEPT, {name: table for name, table in state.get(KEPT, {}).items() if not _belongs(name, example)})
    state.put(VERSION, state.get(VERSION, 0) + 1)
    for key, default in defaults.items():
        state.put(key, default)


def _keep(name: str, table: Table | None) -> None:
    others = {other: kept for other, kept in state.get(KEPT, {}).items() if other != name}
    state.put(KEPT, others if table is None else {**others, name: table})


def _belongs(name: str, example: str) -> bool:
    return name == example or name.startswith(f"{example}_")


def line(key: str, label: str, default: str, *, width: int | Literal["stretch"] = "stretch") -> str:
    """One line of text that a learner can change."""
    return st.text_input(label, default, key=key, max_chars=2_000, width=width, persist_state="session")


def step(count: int, sentence: str, *formulas: str) -> None:
    """A numbered step: what is done, and the formula with the learner's own numbers."""
    st.markdown(f":primary-badge[{count}] &nbsp;{sentence}")
    for formula in formulas:
        st.latex(formula)


def draw_results(figures: Mapping[str, str]) -> None:
    """The answer, large; values are Markdown."""
    with st.container(horizontal=True, gap="small", key="worked_results"):
        for label, value in figures.items():
            st.metric(label, value, width="content")


def draw_table(columns: Columns, *, digits: int = 3, strong: int | None = None) -> None:
    """A table that only shows.

    Args:
        columns: Markdown texts, or numbers, which are set to the right.
        digits: of the numbers.
        strong: a row in bold.
    """
    frame = pd.DataFrame({name: list(cells) for name, cells in columns.items()})
    numeric = [name for name in frame if pd.api.types.is_numeric_dtype(frame[name])]
    style = frame.style.format({name: lambda value: number(value, digits) for name in numeric})
    if strong is not None:
        rows = pd.IndexSlice[[strong], numeric]
        style = style.format({name: lambda value: f"**{number(value, digits)}**" for name in numeric}, subset=rows)
    shelf.put_numbered(", ".join(map(str, columns)), lambda: frame)
    st.table(style, border="horizontal", hide_index=True)


def draw_products(
    what: str, names: Sequence[str], vector: Sequence[float], rows: Sequence[Sequence[float]], scores: Sequence[float]
) -> None:
    """Every product of a vector with a row of weights, and their sum; a column's head is the vector's number."""
    terms = [products(vector, row) for row in rows]
    heads = [f"{number(value, 2)} · #{i}" for i, value in enumerate(vector, start=1)]
    columns = {head: [term[i] for term in terms] for i, head in enumerate(heads)}
    draw_table({what: named(names), **columns, "sum": list(scores)})


def draw_bars(
    example: str, title: str, names: Sequence[str], probabilities: Sequence[float], *, actual: int | None = None
) -> None:
    """Probabilities as bars, the likeliest first; ▸ marks the right one."""
    order = sorted(range(len(names)), key=lambda i: -probabilities[i])
    drawn = [
        Bar(
            id=i,
            text=names[i] or "∅",
            raw=probabilities[i],
            probability=probabilities[i],
            label=number(probabilities[i]),
            cut=False,
            actual=i == actual,
            detail=f"“{names[i]}”: {number(probabilities[i], 4)}",
        )
        for i in order
    ]
    prediction_bars(
        drawn,
        title=title,
        subtitle="",
        note="",
        clickable=False,
        stamp=stamp(example, names, probabilities, actual),
        key="worked_bars",
        scale=1.0,
    )


def draw_checks(checks: Sequence[Check], remarks: Sequence[str]) -> None:
    """What the text prints beside what is right, and why it slips where it does."""
    wrong = [check for check in checks if not check.agrees]
    with st.container(border=True, key="worked_verdict"):
        st.markdown(content.CHECKS_TITLE)
        st.markdown("\n".join(f"- {remark}" for remark in remarks))
        if not checks:
            return
        st.caption(content.CHECKS_COUNT.format(right=len(checks) - len(wrong), all=len(checks)))
        if wrong:
            draw_table(
                {
                    "figure": [escape(check.quantity) for check in wrong],
                    "printed": [f":orange[{escape(check.printed)}]".replace("\\-", "−") for check in wrong],
                    "right": [f"**{escape(check.rounded)}**".replace("\\-", "−") for check in wrong],
                    "unrounded": [number(check.exact, 6 if check.exact % 1 else 0) for check in wrong],
                }
            )


def draw_problem(problem: Exception) -> None:
    """Tells what cannot be computed and what to do next."""
    with st.container(key="worked_problem"):
        st.warning(f"{content.CANNOT_COMPUTE}\n\n{escape(str(problem))}", icon=":material/edit_off:")


def named(words: Sequence[str]) -> list[str]:
    """A learner's words as a table's column."""
    return [word(text) for text in words]
