"""Figures of the Prediction lens: arrays in, go.Figure out."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from app.shared.theme import BANDS, escape_figure, style


def surprisal_by_token(names: Sequence[str], bits: np.ndarray, band: np.ndarray) -> go.Figure:
    """A bar per predicted token, coloured by rank band.

    Args:
        names: display texts, (N,).
        bits: surprisal in bits, (N,).
        band: rank band 0 to 3, (N,).
    """
    numbers = list(range(2, len(names) + 2))
    words = [escape_figure(name) for name in names]
    figure = go.Figure(
        go.Bar(
            x=numbers,
            y=bits,
            marker_color=[BANDS[b] for b in band],
            customdata=words,
            hovertemplate="%{customdata}<br>%{y:.2f} bits<extra></extra>",
        )
    )
    style(figure, 230)
    if len(names) <= 60:
        figure.update_xaxes(tickmode="array", tickvals=numbers, ticktext=words, tickangle=-60)
    figure.update_xaxes(title=None)
    figure.update_yaxes(title="surprisal, bits", rangemode="tozero")
    return figure
