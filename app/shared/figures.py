"""Figures of trainings that several pages draw: curves in, go.Figure out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from app.shared.theme import ACCENT, MUTED, escape_figure, style


@dataclass(frozen=True)
class Curve:
    """One line: values at steps."""

    name: str
    steps: Sequence[int]
    values: Sequence[float]
    colour: str = ACCENT
    faint: bool = False
    """Drawn thin and pale: single batches beside a validation loss, say."""


def curves(
    lines: Sequence[Curve],
    y_title: str,
    baselines: Mapping[str, float] | None = None,
    height: int = 300,
    over: str = "step",
    label_at: str = "top right",
) -> go.Figure:
    """Lines over training steps.

    Args:
        baselines: name -> value of horizontal lines to beat.
        over: what a step is called.
        label_at: the place of each baseline's name, as Plotly calls it.
    """
    figure = go.Figure()
    for line in lines:
        figure.add_trace(
            go.Scatter(
                x=list(line.steps),
                y=list(line.values),
                name=escape_figure(line.name),
                mode="lines" if line.faint or len(line.steps) > 30 else "lines+markers",
                line=dict(color=line.colour, width=1.2 if line.faint else 2.4),
                opacity=0.45 if line.faint else 1.0,
                hovertemplate=f"{over} %{{x:,}}<br>%{{y:.3f}}<extra>{escape_figure(line.name)}</extra>",
            )
        )
    for name, value in (baselines or {}).items():
        figure.add_hline(
            y=value,
            line=dict(color=MUTED, width=1.2, dash="dash"),
            annotation=dict(text=f"{name}: {value:.2f}", font=dict(size=12, color=MUTED)),
            annotation_position=label_at,
        )
    style(figure, height)
    figure.update_layout(
        showlegend=len(lines) > 1, legend=dict(orientation="h", y=1.02, yanchor="bottom", x=0), hovermode="x"
    )
    figure.update_xaxes(title=over, rangemode="tozero")
    figure.update_yaxes(title=y_title)
    return figure


def filmstrip(weights: np.ndarray, moments: Sequence[str], tokens: Sequence[str]) -> go.Figure:
    """(S, H, T, T) attention of one layer at S moments of a training: a row of small maps per head, a column each."""
    n_steps, n_head, n_tokens = weights.shape[:3]
    pitch = n_tokens + 1
    cells = np.full((n_head * pitch, n_steps * pitch), np.nan)
    words = np.full(cells.shape, "", dtype=object)
    names = [escape_figure(token) for token in tokens]
    for column, moment in enumerate(map(escape_figure, moments)):
        for head in range(n_head):
            for query in range(n_tokens):
                for key in range(query + 1):
                    place = head * pitch + query, column * pitch + key
                    cells[place] = weights[column, head, query, key]
                    words[place] = f"{moment}, head {head + 1}<br>“{names[query]}” looks at “{names[key]}”"
    figure = go.Figure(
        go.Heatmap(
            z=cells,
            text=words,
            zmin=0,
            zmax=1,
            showscale=False,
            hoverongaps=False,
            xgap=1,
            ygap=1,
            colorscale=[[0, "rgba(31,134,179,0.07)"], [1, ACCENT]],
            hovertemplate="%{text}<br>%{z:.0%}<extra></extra>",
        )
    )
    style(figure, 40 + 96 * n_head)
    middle = (n_tokens - 1) / 2
    figure.update_xaxes(
        tickvals=[i * pitch + middle for i in range(n_steps)],
        ticktext=list(map(escape_figure, moments)),
        side="top",
        showgrid=False,
        zeroline=False,
    )
    figure.update_yaxes(
        tickvals=[i * pitch + middle for i in range(n_head)],
        ticktext=[f"head {i + 1}" for i in range(n_head)],
        autorange="reversed",
        showgrid=False,
        zeroline=False,
    )
    return figure
