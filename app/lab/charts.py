"""What the pictures of both kinds of run share."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import plotly.graph_objects as go
import streamlit as st

from app.shared.figures import Curve
from app.shared.theme import ACCENT
from gptcore.train.events import Updated, Validated

T = TypeVar("T", Updated, Validated)


def chart(figure: go.Figure, key: str, alt: str, titled: bool = False) -> None:
    """A figure under a line that says what it shows, unless it is `titled` already; without Plotly's own buttons."""
    if not titled:
        st.caption(alt)
    st.plotly_chart(figure, key=key, config={"displayModeBar": False}, alt=alt)


def line(
    name: str, events: Sequence[T], value: Callable[[T], float], colour: str = ACCENT, faint: bool = False
) -> Curve:
    """One number of every event, over the steps."""
    return Curve(name, [event.step for event in events], [value(event) for event in events], colour, faint)


def progress(updates: Sequence[Updated]) -> None:
    """How far a run is."""
    if updates:
        done, steps = updates[-1].step, updates[-1].steps
        st.progress(min(1.0, done / steps), f"{done:,} of {steps:,} updates")


def rate(updates: Sequence[Updated]) -> float:
    """Updates per second, lately."""
    last = updates[-1]
    step, seconds = (updates[-12].step, updates[-12].seconds) if len(updates) > 12 else (0, 0.0)
    return (last.step - step) / max(last.seconds - seconds, 1e-9)
