"""Figures of a model's card: records in, go.Figure out."""

from collections.abc import Sequence

import plotly.graph_objects as go

from app.shared.theme import ACCENT, MUTED, style
from gptcore.checkpoints.accounts import Sureness

_LARGEST = 22
"""Pixels across the dot of the range with the most examples."""


def calibration_curve(after: Sequence[Sureness], before: Sequence[Sureness] = ()) -> go.Figure:
    """How often answers were right, over how sure they were; on the diagonal the two agree.

    Args:
        before: likewise, before the division by a temperature; nothing where there was none.
    """
    figure = go.Figure(go.Scatter(x=[0, 1], y=[0, 1], mode="lines", line=dict(color=MUTED, dash="dot", width=1)))
    figure.data[0].hoverinfo = "skip"
    if before:
        figure.add_scatter(
            x=[b.confidence for b in before],
            y=[b.accuracy for b in before],
            mode="lines",
            line=dict(color=MUTED, dash="dash"),
            hovertemplate="before: %{x:.0%} sure, %{y:.0%} right<extra></extra>",
        )
    most = max((b.count for b in after), default=1)
    figure.add_scatter(
        x=[b.confidence for b in after],
        y=[b.accuracy for b in after],
        mode="lines+markers",
        line=dict(color=ACCENT),
        marker=dict(size=[max(6, _LARGEST * (b.count / most) ** 0.5) for b in after], opacity=0.85),
        customdata=[b.count for b in after],
        hovertemplate="%{x:.0%} sure, %{y:.0%} right<br>%{customdata:,} examples<extra></extra>",
    )
    style(figure, 240)
    low = min([0.5, *(min(b.confidence, b.accuracy) for b in [*after, *before])])
    figure.update_xaxes(title="how sure it was", range=[low - 0.03, 1.03], tickformat=".0%")
    figure.update_yaxes(title="how often right", range=[low - 0.03, 1.05], tickformat=".0%")
    return figure
