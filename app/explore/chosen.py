"""What the Explore page shows of a text: the lens and the choices that stand in its boxes now."""

from dataclasses import dataclass

from app.explore import keys
from app.explore.prediction_panel import sampling_settings
from app.explore.reading import Reading
from app.shared import state

FIRST_LENS = "flow"
FIRST_LAYER = 4
"""Shown at first: heads of the lowest layers look at nearly everything, and teach little."""


@dataclass(frozen=True)
class Chosen:
    """Layer, head and position count from 0."""

    lens: str
    position: int
    layer: int
    head: int
    sampling: tuple[float, int | None, float | None]
    """(temperature, top_k, top_p) as gptcore takes them."""
    seed: int


def chosen(reading: Reading) -> Chosen:
    """As the widgets have it, after they were drawn."""
    lens = state.get(keys.LENS) or FIRST_LENS
    position = min(state.get(keys.POSITION) or len(reading.ids), len(reading.ids)) - 1
    config = reading.checkpoint.config
    layer = min(state.get(keys.LAYER) or FIRST_LAYER, config.n_layer) - 1
    head = min(state.get(keys.HEAD) or 1, config.n_head) - 1
    return Chosen(lens, position, layer, head, sampling_settings(), state.get(keys.SEED) or 0)
