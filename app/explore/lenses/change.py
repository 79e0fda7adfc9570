"""The Change lens: what each part of the model is worth on this text, what a second text's states would make of it, and
which parts push one next token against another."""

from streamlit.delta_generator import DeltaGenerator

from app.explore import keys
from app.explore.lenses import change_patch, change_pushes, change_ranking
from app.explore.lenses import change_text as content
from app.explore.reading import Reading
from app.shared.choice import draw_choice


def show(reading: Reading, position: int, controls: DeltaGenerator) -> None:
    """Draws the lens; it has no controls of its own in the row above."""
    look = draw_choice("Look at", content.LOOKS, keys.CHANGE_LOOK, "ranking")
    if look == "ranking":
        change_ranking.show(reading, position)
    elif look == "patch":
        change_patch.show(reading, position)
    else:
        change_pushes.show(reading, position)
