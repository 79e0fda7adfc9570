"""What the pictures of both kinds of run share."""

from collections.abc import Callable, Sequence
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from app.lab.figures import Curve
from app.shared.theme import ACCENT

Record = dict[str, Any]


def chart(figure: go.Figure, key: str, alt: str, titled: bool = False) -> None:
    """A figure under a line that says what it shows, unless it is `titled` already; without Plotly's own buttons."""
    if not titled:
        st.caption(alt)
    st.plotly_chart(figure, key=key, config={"displayModeBar": False}, alt=alt)


def line(
    name: str, records: Sequence[Record], value: Callable[[Record], float], colour: str = ACCENT, faint: bool = False
) -> Curve:
    """One number of every record, over the steps."""
    return Curve(name, [r["step"] for r in records], [value(r) for r in records], colour, faint)


def progress(updates: Sequence[Record]) -> None:
    """How far a run is."""
    if updates:
        done, steps = updates[-1]["step"], updates[-1]["steps"]
        st.progress(min(1.0, done / steps), f"{done:,} of {steps:,} updates")


def rate(updates: Sequence[Record]) -> float:
    """Updates per second, lately."""
    last, before = updates[-1], updates[-12] if len(updates) > 12 else {"step": 0, "seconds": 0.0}
    return (last["step"] - before["step"]) / max(last["seconds"] - before["seconds"], 1e-9)
