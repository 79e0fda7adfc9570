"""The arithmetic of the number that is open, beside the lens."""

import streamlit as st

from app.explore.reading import Reading
from app.shared import trail
from gptcore.provenance.cells import to_text

WIDTH = 360
"""Pixels of the panel."""


def draw_arithmetic(reading: Reading) -> None:
    """Draws the panel while something is open."""
    if way := trail.cells():
        with st.container(width=WIDTH, key="arithmetic"):
            st.text(to_text(way[-1]))
