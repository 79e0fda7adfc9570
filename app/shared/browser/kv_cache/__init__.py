"""The key-value cache as a picture, layers by tokens: what is read from it and what is computed now."""

from collections.abc import Sequence

from app.shared.browser.assets import register

_render = register("kv_cache")


def kv_cache(
    tokens: Sequence[str],
    *,
    layers: int,
    width: int,
    dropped: int,
    held: int,
    title: str,
    subtitle: str,
    stamp: str,
    key: str,
) -> None:
    """Draws it.

    Args:
        tokens: of the text, dropped ones included.
        width: numbers of a key, and of a value, in one layer.
        dropped: tokens at the start that the model does not see any more.
        held: of the others, those whose keys and values are read from the cache; the rest is computed now.
    """
    data = {
        "tokens": list(tokens),
        "layers": layers,
        "width": width,
        "dropped": dropped,
        "held": held,
        "title": title,
        "subtitle": subtitle,
        "stamp": stamp,
    }
    _render(data=data, key=key)
