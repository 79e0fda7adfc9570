"""What a text loses without each part of a model: a board of all heads, attentions and networks, and the first ten."""

from collections.abc import Callable, Sequence

import numpy as np

from app.shared.browser.assets import register
from app.shared.browser.packing import pack

_render = register("ranking")


def ranking(
    lost: np.ndarray,
    *,
    n_predicted: int,
    off: Sequence[tuple[str | int, ...]],
    texts: dict[str, str],
    stamp: str,
    key: str,
    on_switch: Callable[[], None],
) -> None:
    """Draws them.

    Args:
        lost: (L, H + 2) nats of the text's log-probability: without each head, a layer's attention, its feed-forward
            network. Negative where the text is likelier without it.
        n_predicted: tokens of the text that were predicted.
        off: what is switched off, app.explore.off.Switch each.
        texts: title, note, board_label, list_title, most, least, hint.
        on_switch: called after a click; st.session_state[key].switch is the part.
    """
    data = {
        "n_layer": lost.shape[0],
        "n_head": lost.shape[1] - 2,
        "lost": pack(lost),
        "n_predicted": n_predicted,
        "off": list(off),
        "switching": True,
        "texts": texts,
        "stamp": stamp,
    }
    _render(data=data, key=key, on_switch_change=on_switch)
