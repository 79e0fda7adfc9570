"""Figures of the Anatomy lens: tables in, go.Figure out."""

import pandas as pd
import plotly.graph_objects as go

from app.shared.theme import ACCENT, MUTED, WARM, style


def norms_by_layer(table: pd.DataFrame) -> go.Figure:
    """Lengths per layer as grouped bars.

    Args:
        table: columns layer, input, attention adds, feed-forward adds, output.
    """
    figure = go.Figure()
    for column, colour in (("input", MUTED), ("attention adds", ACCENT), ("feed-forward adds", WARM)):
        figure.add_bar(
            x=table["layer"],
            y=table[column],
            name=column,
            marker_color=colour,
            hovertemplate=f"layer %{{x}}<br>{column}: %{{y:.3f}}<extra></extra>",
        )
    style(figure, 270)
    figure.update_layout(
        barmode="group", showlegend=True, legend=dict(orientation="h", y=1.12, x=0), bargap=0.25, bargroupgap=0.05
    )
    figure.update_xaxes(title="layer", dtick=1)
    figure.update_yaxes(title="length of the vector", rangemode="tozero")
    return figure
