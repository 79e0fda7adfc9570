"""Figures of the Vectors lens: arrays in, go.Figure out."""

from collections.abc import Sequence

import plotly.graph_objects as go

from app.shared.theme import ACCENT, MUTED, escape_figure, style


def on_the_way(stages: Sequence[str], lines: Sequence[tuple[str, Sequence[float]]], axis: str) -> go.Figure:
    """Cosines from the embedding table to the last block, a line each: the first is what it is about.

    Args:
        stages: names of the places on the way, (N,).
        lines: (name, values (N,)).
        axis: what the stages are.
    """
    figure = go.Figure()
    for (name, values), colour, dash in zip(lines, (ACCENT, MUTED), ("solid", "dot"), strict=False):
        figure.add_scatter(
            x=list(range(len(stages))),
            y=list(values),
            name=escape_figure(name),
            customdata=list(stages),
            mode="lines+markers",
            line=dict(color=colour, width=3 if colour == ACCENT else 2, dash=dash),
            hovertemplate="%{customdata}: %{y:.3f}<extra></extra>",
        )
    style(figure, 240)
    figure.update_layout(showlegend=True, legend=dict(orientation="h", y=1.02, yanchor="bottom", x=0))
    lowest = min(0.0, *(min(values) for _, values in lines))
    figure.update_xaxes(
        title=dict(text=axis, font_size=12),
        tickangle=0,
        tickmode="array",
        tickvals=list(range(len(stages))),
        ticktext=list(stages),
    )
    figure.update_yaxes(title="cosine", range=[lowest - 0.05 * (lowest < 0), 1.06], dtick=0.25)
    return figure
