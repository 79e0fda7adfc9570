"""The Vectors lens: what is near a token, the same word in another text, maps of the tables, and what neurons answer
to."""

from streamlit.delta_generator import DeltaGenerator

from app.explore import keys
from app.explore.lenses import vectors_maps, vectors_neurons, vectors_token
from app.explore.lenses import vectors_text as content
from app.explore.reading import Reading
from app.shared.choice import draw_choice


def show(reading: Reading, position: int, controls: DeltaGenerator) -> None:
    """Draws the lens; it has no controls of its own in the row above, where its choice would not fit on a phone."""
    look = draw_choice("Look at", content.LOOKS, keys.LOOK, "token")
    if look == "token":
        vectors_token.show(reading, position)
    elif look == "maps":
        vectors_maps.show(reading, position)
    else:
        vectors_neurons.show(reading, position)
