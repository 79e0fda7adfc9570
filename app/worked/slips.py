"""The table of all slips: what a text says, what is right, and how we know."""

import streamlit as st

from app.worked import slips_text as content
from app.worked.pieces import draw_table
from app.worked.slip import Slip
from app.worked.text import EXAMPLES


def show() -> None:
    """Draws the groups of slips."""
    for title, slips in content.GROUPS.items():
        st.markdown(f"**{title}**")
        draw_table(
            {
                content.SAYS: [f"**{slip.text}:** {slip.says}" for slip in slips],
                content.RIGHT: [f"{slip.right} :gray[({_basis(slip)})]" for slip in slips],
            }
        )


def _basis(slip: Slip) -> str:
    shown = slip.example and f"[{EXAMPLES[slip.example].label}](?example={slip.example})"
    return f"{slip.basis}; {shown}" if shown else slip.basis
