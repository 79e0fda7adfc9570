"""Figures of training runs: curves in, go.Figure out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle

import numpy as np
import plotly.graph_objects as go

from app.shared.theme import ACCENT, BANDS, MUTED, WARM, escape_figure, style

COLOURS = (ACCENT, WARM, BANDS[0], BANDS[3], BANDS[1], BANDS[2])
"""Of runs that are compared, in turn."""


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
    lines: Sequence[Curve], y_title: str, baselines: Mapping[str, float] | None = None, height: int = 300
) -> go.Figure:
    """Lines over training steps.

    Args:
        baselines: name -> value of horizontal lines to beat.
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
                hovertemplate=f"step %{{x:,}}<br>%{{y:.3f}}<extra>{escape_figure(line.name)}</extra>",
            )
        )
    for name, value in (baselines or {}).items():
        figure.add_hline(
            y=value,
            line=dict(color=MUTED, width=1.2, dash="dash"),
            annotation=dict(text=f"{name}: {value:.2f}", font=dict(size=12, color=MUTED)),
            annotation_position="top right",
        )
    style(figure, height)
    figure.update_layout(
        showlegend=len(lines) > 1, legend=dict(orientation="h", y=1.02, yanchor="bottom", x=0), hovermode="x"
    )
    figure.update_xaxes(title="step", rangemode="tozero")
    figure.update_yaxes(title=y_title)
    return figure


def filmstrip(weights: np.ndarray, steps: Sequence[int], tokens: Sequence[str]) -> go.Figure:
    """(S, H, T, T) attention of one layer at S checkpoints: a row of small maps per head, a column per checkpoint."""
    n_steps, n_head, n_tokens = weights.shape[:3]
    pitch = n_tokens + 1
    cells = np.full((n_head * pitch, n_steps * pitch), np.nan)
    words = np.full(cells.shape, "", dtype=object)
    names = [escape_figure(token) for token in tokens]
    for column, step in enumerate(steps):
        for head in range(n_head):
            for query in range(n_tokens):
                for key in range(query + 1):
                    place = head * pitch + query, column * pitch + key
                    cells[place] = weights[column, head, query, key]
                    words[place] = f"step {step:,}, head {head + 1}<br>“{names[query]}” looks at “{names[key]}”"
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
        ticktext=[f"step {step:,}" for step in steps],
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
