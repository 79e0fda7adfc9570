"""A claim's numbers as tables."""

import pandas as pd

from gptcore.paper.claim import Chart
from gptcore.paper.record import Record


def numbers(chart: Chart, record: Record) -> pd.DataFrame:
    """A row for each condition or point: every seed's value, their mean, and their standard deviation."""
    rows = []
    for point in record.of(chart.name):
        where = {"condition": point.name} if chart.kind == "bars" else _on_line(chart, point.line, point.x)
        seeds = {f"seed {seed}": value for seed, value in point.values.items()}
        rows.append({**where, **seeds, "mean": point.mean, "spread": point.spread})
    return pd.DataFrame(rows)


def _on_line(chart: Chart, line: str, x: float | None) -> dict[str, str | float | None]:
    named: dict[str, str | float | None] = {"line": line} if line else {}
    return {**named, chart.x: x}
