"""What one neuron answers to: its activation at each token of the learner's text, and where it is strongest."""

from collections.abc import Callable, Sequence
from typing import TypedDict

from app.shared.browser.assets import register

_render = register("neuron")


class Place(TypedDict):
    """A place in a sample of text."""

    before: str
    token: str
    after: str
    value: float


def neuron(
    names: Sequence[str],
    values: Sequence[float],
    places: Sequence[Place],
    *,
    layer: int,
    number: int,
    position: int,
    scale: float,
    title: str,
    subtitle: str,
    own: str,
    elsewhere: str,
    note: str,
    stamp: str,
    key: str,
    on_cell: Callable[[], None],
) -> None:
    """Draws both.

    Args:
        names: of the text's tokens, (T,).
        values: the neuron's activation at each, (T,).
        places: the strongest first.
        layer, number: which neuron, from 0.
        position: of the chosen token.
        scale: the activation of a full colour.
        own, elsewhere: what stands over the text and over the places.
        on_cell: called after a click on a token; the number is st.session_state[key].cell.
    """
    data = {
        "names": list(names),
        "values": list(values),
        "places": list(places),
        "layer": layer,
        "number": number,
        "position": position,
        "scale": scale,
        "title": title,
        "subtitle": subtitle,
        "own": own,
        "elsewhere": elsewhere,
        "note": note,
        "stamp": stamp,
    }
    _render(data=data, key=key, on_cell_change=on_cell)
