"""The Layers lens: what each block's state would predict already, and which tokens a prediction hangs on."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.explore import keys
from app.explore.lenses import layers_guesses, layers_saliency
from app.explore.lenses import layers_text as content
from app.explore.reading import Reading
from app.shared.choice import draw_choice


def show(reading: Reading, position: int, controls: DeltaGenerator) -> None:
    """Draws the lens; while "Layer by layer" is looked at, the text can be written on from `controls`."""
    choices = st.container(horizontal=True, vertical_alignment="center", gap="small")
    with choices:
        look = draw_choice("Look at", content.LOOKS, keys.LAYERS_LOOK, "guesses")
    if look == "guesses":
        layers_guesses.show(reading, position, choices, controls)
    else:
        layers_saliency.show(reading, position, choices)
