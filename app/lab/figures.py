"""Figures of training runs: numbers in, go.Figure out; those of other pages, too, are in app.shared.figures."""

from collections.abc import Mapping, Sequence
from itertools import cycle

import numpy as np
import plotly.graph_objects as go

from app.shared.theme import ACCENT, BANDS, WARM, escape_figure, style

COLOURS = (ACCENT, WARM, BANDS[0], BANDS[3], BANDS[1], BANDS[2])
"""Of runs that are compared, in turn."""


def confusion(counts: np.ndarray, labels: Sequence[str], ink: str) -> go.Figure:
    """(C, C) counts, a row per target: the share of each row as colour, the count as text in the colour `ink`."""
    counts = np.asarray(counts)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    names = [escape_figure(label) for label in labels]
    figure = go.Figure(
        go.Heatmap(
            z=shares,
            x=names,
            y=names,
            text=counts,
            texttemplate="%{text}",
            textfont=dict(color=ink, size=14),
            zmin=0,
            zmax=1,
            showscale=False,
            colorscale=[[0, "rgba(31,134,179,0.05)"], [1, ACCENT]],
            hovertemplate="truth %{y}<br>answer %{x}<br>%{text} examples<extra></extra>",
        )
    )
    style(figure, 90 + 46 * len(names))
    figure.update_xaxes(title="the model's answer", type="category", side="bottom", showgrid=False)
    figure.update_yaxes(title="truth", type="category", autorange="reversed", showgrid=False)
    return figure


def spread(groups: Mapping[str, Sequence[float]], title: str) -> go.Figure:
    """A row for each group: every seed's result as a dot, their mean as a stroke."""
    figure = go.Figure()
    for (name, values), colour in zip(groups.items(), cycle(COLOURS), strict=False):
        hover = f"{escape_figure(name)}: %{{x:.3f}}<extra></extra>"
        for xs, symbol, size in ((values, "circle", 11), ([float(np.mean(values))], "line-ns", 26)):
            marker = dict(color=colour, size=size, symbol=symbol, opacity=0.75, line=dict(color=colour, width=3))
            figure.add_trace(
                go.Scatter(
                    x=list(xs), y=[escape_figure(name)] * len(xs), mode="markers", marker=marker, hovertemplate=hover
                )
            )
    style(figure, 70 + 46 * len(groups))
    figure.update_yaxes(type="category", autorange="reversed", automargin=True)
    figure.update_xaxes(title=title)
    return figure
