"""Figures of a claim's measured values: records in, go.Figure out.

Several records of one claim stand in one figure: ours, and a learner's small run, which is drawn open and dashed.
"""

from collections.abc import Mapping, Sequence
from itertools import cycle

import plotly.graph_objects as go

from app.shared.theme import ACCENT, BANDS, MUTED, escape_figure, style
from gptcore.paper.claim import Chart
from gptcore.paper.record import Point, Record

_COLOURS = (ACCENT, BANDS[2], BANDS[3], BANDS[1])
"""Blue, orange, purple, yellow: told apart without red and green."""
_SYMBOLS = ("circle", "diamond", "square", "triangle-up")
_MOST_LINES = 4
"""In one picture; more are cut into a picture for each of their first words."""
_TOGETHER = 0.075
"""Labels at the ends of lines are kept so far from each other, as a share of the axis."""
Records = Mapping[str, Record]
"""By what they are called: ours first."""


def pictures(chart: Chart, records: Records) -> dict[str, go.Figure]:
    """The figures of a chart by their titles: one, or one for each group of lines where there are too many."""
    lines = list(dict.fromkeys(line for record in records.values() for line in record.lines(chart.name)))
    if chart.kind == "bars":
        return {chart.title: bars(chart, records)}
    if len(lines) <= _MOST_LINES:
        return {chart.title: curves(chart, records, {line: line for line in lines})}
    groups = dict.fromkeys(line.split(", ")[0] for line in lines)
    return {
        f"{chart.title}: {group}": curves(
            chart, records, {line: line.removeprefix(f"{group}, ") for line in lines if line.startswith(f"{group}, ")}
        )
        for group in groups
    }


def bars(chart: Chart, records: Records) -> go.Figure:
    """A bar for each condition with the spread of its seeds, each seed as a dot, and the mean in figures."""
    figure = go.Figure()
    names = list(dict.fromkeys(point.name for record in records.values() for point in record.of(chart.name)))
    for (called, record), colour in zip(records.items(), cycle((ACCENT, BANDS[2])), strict=False):
        points = record.of(chart.name)
        labels = [escape_figure(point.name) for point in points]
        form, shown = _format(chart), escape_figure(called)
        figure.add_bar(
            y=labels,
            x=[point.mean for point in points],
            error_x=dict(type="data", array=[point.spread for point in points], color=MUTED, thickness=2, width=6),
            orientation="h",
            name=shown,
            marker=dict(color=colour, opacity=0.9),
            text=[f"<b>{_reading(chart, point.mean)}</b>" for point in points],
            textposition="inside",
            insidetextanchor="start",
            textfont=dict(color="white", size=14),
            textangle=0,
            constraintext="none",
            hovertemplate=f"%{{y}}: %{{x:{form}}}<extra>{shown}</extra>",
            offsetgroup=called,
            legendgroup=called,
        )
        figure.add_scatter(
            y=[label for label, point in zip(labels, points, strict=True) for _ in point.values],
            x=[value for point in points for value in point.values.values()],
            customdata=[seed for point in points for seed in point.values],
            mode="markers",
            marker=dict(color="white", size=8, line=dict(color=MUTED, width=2)),
            hovertemplate=f"%{{y}}, seed %{{customdata}}: %{{x:{form}}}<extra>{shown}</extra>",
            offsetgroup=called,
            legendgroup=called,
            showlegend=False,
        )
    style(figure, 80 + (44 + 30 * (len(records) - 1)) * len(names))
    figure.update_layout(barmode="group", scattermode="group", bargap=0.3, **_legend(records))
    figure.update_yaxes(type="category", autorange="reversed", automargin=True)
    figure.update_xaxes(title=chart.y, rangemode="tozero", tickformat=_format(chart, short=True))
    if chart.is_share:
        figure.update_xaxes(range=[0, 1.02])
    _guessing(figure, chart, is_upright=True)
    return figure


def curves(chart: Chart, records: Records, named: Mapping[str, str]) -> go.Figure:
    """Lines with the spread of their seeds as bands, and their names at their ends.

    Args:
        named: what each line that is drawn is called.
    """
    figure = go.Figure()
    looks = dict(zip(named, cycle(zip(_COLOURS, _SYMBOLS, strict=True)), strict=False))
    for number, (called, record) in enumerate(records.items()):
        for line, name in named.items():
            if points := record.of(chart.name, line):
                colour, symbol = looks[line]
                if len(record.seeds) > 1:
                    figure.add_trace(_band(points, colour))
                figure.add_trace(_line(chart, points, f"{name}, {called}".lstrip(", "), colour, symbol, number > 0))
    _guessing(figure, chart, is_upright=False)
    style(figure, 340)
    figure.update_layout(**_legend({}))
    drawn = [point for record in records.values() for line in named for point in record.of(chart.name, line)]
    ticks = sorted({point.x for point in drawn if point.x is not None})
    figure.update_xaxes(title=chart.x, type="log" if chart.is_log_x else "linear")
    if len(ticks) <= 8:
        figure.update_xaxes(tickvals=ticks, ticktext=[f"{x:,g}" for x in ticks])
    figure.update_yaxes(title=chart.y, tickformat=_format(chart, short=True))
    first = next(iter(records.values()))
    if len(named) > 1:
        _name_ends(figure, chart, {name: first.of(chart.name, line) for line, name in named.items()}, looks, named)
    return figure


def _line(chart: Chart, points: Sequence[Point], name: str, colour: str, symbol: str, is_small: bool) -> go.Scatter:
    return go.Scatter(
        x=[point.x for point in points],
        y=[point.mean for point in points],
        name=escape_figure(name),
        mode="lines+markers",
        line=dict(color=colour, width=1.6 if is_small else 2.6, dash="dash" if is_small else "solid"),
        marker=dict(symbol=f"{symbol}-open" if is_small else symbol, size=9),
        customdata=[point.spread for point in points],
        hovertemplate=f"%{{x:,}}: %{{y:{_format(chart)}}} ± %{{customdata:{_format(chart)}}}"
        f"<extra>{escape_figure(name)}</extra>",
    )


def _band(points: Sequence[Point], colour: str) -> go.Scatter:
    """From a standard deviation below the mean to one above."""
    upper, lower = [p.mean + p.spread for p in points], [p.mean - p.spread for p in points]
    x = [point.x for point in points]
    return go.Scatter(
        x=[*x, *reversed(x)],
        y=[*upper, *reversed(lower)],
        fill="toself",
        fillcolor=_pale(colour),
        line=dict(width=0),
        mode="lines",
        hoverinfo="skip",
        showlegend=False,
        name="spread",
    )


def _name_ends(
    figure: go.Figure,
    chart: Chart,
    lines: Mapping[str, Sequence[Point]],
    looks: Mapping[str, tuple[str, str]],
    named: Mapping[str, str],
) -> None:
    """Writes each line's name beside its last point, moved so that no two lie upon each other."""
    values = [value for points in lines.values() for point in points for value in (point.least, point.most)]
    low, high = min([*values, *([] if chart.guessing is None else [chart.guessing])]), max(values)
    apart = _TOGETHER * (high - low or 1.0)
    place = -float("inf")
    colours = {named[line]: colour for line, (colour, _) in looks.items()}
    for name, points in sorted(lines.items(), key=lambda item: item[1][-1].mean if item[1] else 0.0):
        if points:
            place = max(points[-1].mean, place + apart)
            figure.add_annotation(
                x=1.01,
                xref="paper",
                y=place,
                text=escape_figure(name),
                showarrow=False,
                xanchor="left",
                font=dict(color=colours[name], size=13),
            )
    figure.update_layout(margin=dict(r=8 + 7.4 * max(map(len, lines))))


def _guessing(figure: go.Figure, chart: Chart, is_upright: bool) -> None:
    if chart.guessing is None:
        return
    line = dict(color=MUTED, width=2, dash="dot")
    note = dict(text="guessing", font=dict(size=12, color=MUTED))
    if is_upright:
        figure.add_vline(x=chart.guessing, line=line, annotation=note, annotation_position="top")
        figure.update_layout(margin=dict(t=26))
    else:
        figure.add_hline(y=chart.guessing, line=line, annotation=note, annotation_position="bottom right")


def _legend(records: Records) -> dict[str, object]:
    """Only where there is more than one record: lines have their names at their ends."""
    return dict(showlegend=len(records) > 1, legend=dict(orientation="h", y=1.16, yanchor="bottom", x=0))


def _format(chart: Chart, short: bool = False) -> str:
    if chart.is_share:
        return ".0%" if short else ".1%"
    return "" if short else ".3g"


def _reading(chart: Chart, value: float) -> str:
    return f"{100 * value:.1f} %" if chart.is_share else f"{value:.3g}"


def _pale(colour: str) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.18)"
