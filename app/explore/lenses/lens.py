"""What the Explore page asks of a lens: a module of this folder is one as soon as it has such a `show`."""

from typing import Protocol

from streamlit.delta_generator import DeltaGenerator

from app.explore.reading import Reading


class Lens(Protocol):
    """One way to look at a text."""

    def show(self, reading: Reading, position: int, controls: DeltaGenerator) -> None:
        """Draws the lens.

        Args:
            position: of the selected token, from 0.
            controls: room in the row above, for controls of its own.
        """
