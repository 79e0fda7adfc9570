"""The table of all slips: what a text says, what is right, and how we know."""

import streamlit as st

from app.content import worked_slips as content
from app.content.worked import EXAMPLES
from app.content.worked_slips import Slip
from app.worked.pieces import table


def show() -> None:
    """Draws the groups of slips."""
    for title, slips in content.GROUPS.items():
        st.markdown(f"**{title}**")
        table(
            {
                content.SAYS: [f"**{slip.text}:** {slip.says}" for slip in slips],
                content.RIGHT: [f"{slip.right} :gray[({_basis(slip)})]" for slip in slips],
            }
        )


def _basis(slip: Slip) -> str:
    shown = slip.example and f"[{EXAMPLES[slip.example].label}](?example={slip.example})"
    return f"{slip.basis}; {shown}" if shown else slip.basis
