"""A claim's charts and tables, of one record or of several side by side."""

import streamlit as st

from app.paper import text as content
from app.paper.figures import Records, pictures
from app.paper.tables import numbers
from app.shared.table import show_table
from gptcore.paper.claim import Chart, Claim
from gptcore.paper.record import Point, Record

_SHORT, _TALL = 8, 320
"""Rows of a table that is shown whole; pixels of one that scrolls."""


def draw_charts(claim: Claim, records: Records, key: str) -> None:
    """Draws all charts of a claim, two in a row where there are several."""
    made = [(chart, title, figure) for chart in claim.charts for title, figure in pictures(chart, records).items()]
    places = st.columns(2) if len(made) > 1 else [st.container()]
    for index, (chart, title, figure) in enumerate(made):
        with places[index % len(places)]:
            st.markdown(f"**{title}**")
            st.plotly_chart(
                figure,
                key=f"{key}_{claim.name}_{index}",
                config={"displayModeBar": False},
                alt=alt(chart, title, records),
            )


def alt(chart: Chart, title: str, records: Records) -> str:
    """What a picture shows, in words and numbers."""
    several = len(records) > 1
    values = "; ".join(
        f"{called + ', ' if several else ''}{_place(point)} {_value(chart, point)}"
        for called, record in records.items()
        for point in record.of(chart.name)
        if chart.title == title or point.line.startswith(title.removeprefix(f"{chart.title}: ") + ", ")
    )
    sentence = content.BAR_ALT if chart.kind == "bars" else content.LINE_ALT
    return sentence.format(title=title, y=chart.y, x=chart.x, values=values)


def _place(point: Point) -> str:
    return point.name if point.x is None else f"{point.line} {point.x:,g}".strip()


def _value(chart: Chart, point: Point) -> str:
    return f"{100 * point.mean:.1f} %" if chart.is_share else f"{point.mean:.3g}"


def draw_numbers(claim: Claim, record: Record, title: str, name: str) -> None:
    """Draws a table for each chart."""
    for chart in claim.charts:
        table = numbers(chart, record)
        if table.empty:
            continue
        format = "percent" if chart.is_share else "%.4g"
        columns = [column for column in table.columns if column in ("mean", "spread") or column.startswith("seed ")]
        full = f"{title}: {chart.y}" if len(claim.charts) > 1 else title
        st.markdown(f"**{full}**")
        show_table(
            full,
            table,
            name=f"{name}_{chart.name}",
            hide_index=True,
            height="content" if len(table) <= _SHORT else _TALL,
            column_config={column: st.column_config.NumberColumn(column, format=format) for column in columns},
        )
