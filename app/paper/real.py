"""The table of real tasks: what our own models make of them, and the command of what is missing."""

import pandas as pd
import streamlit as st

from app.paper import results_text as content
from app.shared.notice import cannot
from app.shared.table import show_table
from app.shared.text import CANNOT_SHOW
from app.shared.theme import number
from gptcore.errors import GPTCoreError
from gptcore.paper.real import REAL_TASKS, ROWS, Cell, table

_COMMAND = "python -m gptcore real"


def draw_real() -> None:
    """Draws it."""
    st.markdown(f"#### {content.REAL}")
    try:
        cells = table()
    except (GPTCoreError, KeyError) as error:
        cannot(CANNOT_SHOW, error)
        return
    st.markdown(content.REAL_ABOUT)
    show_table(content.REAL, real_table(cells), name="paper_real", hide_index=True, height="content")
    missing = missing_commands(cells)
    total = len(REAL_TASKS) * len(ROWS)
    with st.expander(content.REAL_COMMANDS):
        st.code(_COMMAND, language="bash")
        st.caption(content.REAL_DATA)
        if missing:
            st.markdown(content.MISSING.format(n=len(missing), total=total))
            st.code("\n".join(missing), language="bash", height=280)
            st.caption(content.REAL_LSTM)


def real_table(cells: list[Cell]) -> pd.DataFrame:
    """A row for each task, a column for each method."""
    known = {(cell.task, cell.row): cell for cell in cells}
    return pd.DataFrame(
        [
            {
                "Task": about.title,
                "Measure": about.measure,
                "Examples": about.examples,
                **{words: _shown(known.get((task, row))) for row, words in ROWS.items()},
            }
            for task, about in REAL_TASKS.items()
        ]
    )


def missing_commands(cells: list[Cell]) -> list[str]:
    """What fills the table, a command for each cell that is empty."""
    known = {(cell.task, cell.row) for cell in cells}
    return [f"{_COMMAND} {task} {row}" for task in REAL_TASKS for row in ROWS if (task, row) not in known]


def _shown(cell: Cell | None) -> str | None:
    if cell is None:
        return None
    shown = number(cell.mean, ".3f")
    if cell.seeds < 2:
        return shown + content.SEEDS.get(cell.seeds, "")
    return f"{shown} ({number(cell.least, '.3f')} to {number(cell.most, '.3f')}, {cell.seeds} seeds)"
