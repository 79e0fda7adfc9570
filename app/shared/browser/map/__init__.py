"""A map: many points in the plane, each with a name that shows on hover. What is marked on it comes from elsewhere
(app.shared.browser.map_marks), so that the points, which are many and always the same, travel once."""

from collections.abc import Sequence

import numpy as np

from app.shared.browser.assets import register
from app.shared.browser.packing import pack_plane

_render = register("map")


def point_map(
    points: np.ndarray,
    names: Sequence[str],
    ids: Sequence[int],
    *,
    joined: bool,
    height: int,
    title: str,
    subtitle: str,
    alt: str,
    stamp: str,
    key: str,
) -> None:
    """Draws the map, with one scale for both directions.

    Args:
        points: (N, 2).
        names: of each, (N,).
        ids: what marks call each, ascending, (N,).
        joined: whether a line joins the points in their order.
        height: of the picture, in units of a pixel.
        alt: for screen readers.
    """
    packed, low, size = pack_plane(points)
    data = {
        "points": packed,
        "low": low,
        "size": size,
        "names": list(names),
        "ids": list(ids),
        "joined": joined,
        "height": height,
        "title": title,
        "subtitle": subtitle,
        "alt": alt,
        "map": key,
        "stamp": stamp,
    }
    _render(data=data, key=key)
