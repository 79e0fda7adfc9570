"""Figures of the paper's own tables: results in, go.Figure out."""

from collections.abc import Sequence

import plotly.graph_objects as go

from app.shared.theme import ACCENT, BANDS, MUTED, WARM, escape_figure, number, style
from gptcore.paper.comparisons import gained
from gptcore.paper.results import Ablation, TaskResult

_LABELS = {
    "Story Cloze": "middle right",
    "RTE": "middle right",
    "MRPC": "middle right",
    "RACE": "top center",
    "SciTail": "bottom left",
    "STS-B": "top left",
    "QNLI": "middle right",
    "MNLI, matched": "middle left",
    "SNLI": "bottom center",
    "QQP": "middle left",
}
"""Where a task's name stands at its point; above it, if it is not here."""


def gains(results: Sequence[TaskResult], chosen: Sequence[str] = ()) -> go.Figure:
    """Points above the best before, over the size of the training set; the three below zero have another colour and
    shape.

    Args:
        chosen: tasks to draw strong; all, if there are none.
    """
    figure = go.Figure()
    sized = [result for result in results if result.examples is not None]
    for is_behind, colour, symbol in ((False, ACCENT, "circle"), (True, WARM, "diamond")):
        part = [result for result in sized if (result.gain < 0) is is_behind]
        figure.add_scatter(
            x=[result.examples for result in part],
            y=[result.gain for result in part],
            text=[f"{escape_figure(result.task)} {number(result.gain, '+.1f')}" for result in part],
            textposition=[_LABELS.get(result.task, "top center") for result in part],
            textfont=dict(color=colour, size=13),
            mode="markers+text",
            marker=dict(
                color=colour,
                symbol=symbol,
                size=12,
                opacity=[1.0 if not chosen or result.task in chosen else 0.3 for result in part],
            ),
            cliponaxis=False,
            hovertemplate="%{text} points<br>%{x:,} examples<extra></extra>",
        )
    figure.add_hline(y=0, line=dict(color=MUTED, width=1.5))
    style(figure, 400)
    figure.update_xaxes(
        title="examples to learn from",
        type="log",
        tickvals=[1_000, 3_000, 10_000, 30_000, 100_000, 300_000],
        ticktext=["1,000", "3,000", "10,000", "30,000", "100,000", "300,000"],
        range=[2.95, 6.0],
    )
    figure.update_yaxes(title="points above the best before", range=[-8, 13])
    return figure


def table_five(rows: Sequence[Ablation]) -> go.Figure:
    """What each change of the full model adds to its score or takes from it, task by task and on average."""
    full, *changed = rows
    figure = go.Figure()
    looks = zip((BANDS[3], ACCENT, BANDS[2]), ("square", "circle", "diamond"), strict=True)
    for row, (colour, symbol) in zip(changed, looks, strict=False):
        differences = gained(full, row)
        figure.add_scatter(
            x=list(differences.values()),
            y=list(differences),
            mode="markers",
            name=escape_figure(row.name),
            marker=dict(color=colour, symbol=symbol, size=12),
            text=[number(value, "+.1f") for value in differences.values()],
            hovertemplate=f"%{{y}}: %{{text}} points<extra>{escape_figure(row.name)}</extra>",
        )
    figure.add_vline(x=0, line=dict(color=MUTED, width=1.5))
    style(figure, 400)
    figure.update_layout(showlegend=True, legend=dict(orientation="h", y=1.02, yanchor="bottom", x=0))
    figure.update_xaxes(title="points above the full model")
    figure.update_yaxes(type="category", autorange="reversed", automargin=True)
    return figure
