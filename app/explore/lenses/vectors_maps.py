"""Of the Vectors lens: the tables of token and position embeddings as maps, and how alike positions are."""

import numpy as np
import streamlit as st

from app.explore import cache
from app.explore.lenses import vectors_text as content
from app.explore.reading import Reading
from app.shared.browser.bands import Square, bands
from app.shared.browser.map import point_map
from app.shared.browser.map_marks import Mark, map_marks
from app.shared.notice import cannot
from app.shared.stamp import stamp
from gptcore.errors import InputError
from gptcore.trace.maps import Plane

_MOST_POINTS = 8_192
_MOST_MARKS = 60
_TOKENS, _POSITIONS = "token_map", "position_map"


def show(reading: Reading, position: int) -> None:
    """Draws all of them; the points are the same for every text, and travel once."""
    left, right = st.columns([1.35, 1], gap="large")
    try:
        with left:
            _token_map(reading, position)
        with right:
            _position_map(reading, position)
            _bands(reading)
    except InputError as error:  # vectors too wide for a map
        cannot(content.NO_MAP, error)


def _token_map(reading: Reading, position: int) -> None:
    plane = cache.token_plane(reading.key)
    size = len(plane.points)
    ids = np.unique(np.linspace(0, size - 1, min(size, _MOST_POINTS)).astype(int))
    marks = token_marks(reading, position)
    ids = np.union1d(ids, [mark["id"] for mark in marks]) if len(ids) < size else ids
    names = cache.token_names(reading.key)
    note = content.MAPS_NOTE.format(width=reading.checkpoint.config.d_model, share=_share(plane))
    point_map(
        plane.points[ids],
        [names[token] for token in ids.tolist()],
        ids.tolist(),
        joined=False,
        height=420,
        title=content.MAPS_TITLE,
        subtitle=note + (content.SOME.format(shown=len(ids), size=size) if len(ids) < size else ""),
        alt=content.MAP_ALT,
        stamp=stamp(reading.key, "token map"),
        key=_TOKENS,
    )
    map_marks(
        marks,
        map=_TOKENS,
        title=content.MARKS_TITLE,
        note=content.MARKS_NOTE,
        stamp=reading.stamp("token marks", position),
        key="token_marks",
    )


def token_marks(reading: Reading, position: int) -> list[Mark]:
    """The different tokens of a text in their order, the chosen one marked; of a long one those nearest to it."""
    near = sorted(range(len(reading.ids)), key=lambda index: abs(index - position))
    kept: dict[int, int] = {}
    for index in near:
        if len(kept) < _MOST_MARKS:
            kept.setdefault(reading.ids[index], index)
    chosen = reading.ids[position]
    return [
        Mark(id=token, label=reading.plain_names[index], strong=token == chosen)
        for token, index in sorted(kept.items(), key=lambda item: item[1])
    ]


def _position_map(reading: Reading, position: int) -> None:
    plane = cache.position_plane(reading.key)
    if plane is None:
        st.info(content.NO_POSITIONS)
        return
    count = len(plane.points)
    shown = np.unique(np.linspace(0, count - 1, min(count, _MOST_POINTS)).astype(int))
    point_map(
        plane.points[shown],
        [content.POSITION.format(n=index + 1) for index in shown.tolist()],
        shown.tolist(),
        joined=True,
        height=230,
        title=content.POSITIONS_TITLE,
        subtitle=content.POSITIONS_NOTE.format(kind=_kind(reading), n=f"{count:,}", share=_share(plane)),
        alt=content.POSITIONS_ALT,
        stamp=stamp(reading.key, "position map"),
        key=_POSITIONS,
    )
    map_marks(
        [Mark(id=index, label=str(index + 1), strong=index == position) for index in _milestones(count, position)],
        map=_POSITIONS,
        title="",
        note="",
        stamp=reading.stamp("position marks", position),
        key="position_marks",
    )


def _kind(reading: Reading) -> str:
    positions = reading.checkpoint.config.positions
    is_random = reading.key.untrained and positions == "learned"
    return content.UNTRAINED_KIND if is_random else content.POSITION_KINDS[positions]


def _milestones(count: int, position: int) -> list[int]:
    """The first position, each power of two that there is, and the chosen one; all from 0."""
    powers = [2**power - 1 for power in range(count.bit_length())]
    return sorted({*(index for index in powers if index < count), position})


def _bands(reading: Reading) -> None:
    tables = cache.bands(reading.key)
    if tables is None:
        return
    own, fixed = tables
    config = reading.checkpoint.config
    squares = [Square(content.BANDS_SINUSOIDS, fixed, content.BANDS_ALT.format(name=content.BANDS_SINUSOIDS))]
    if config.positions == "learned":
        name = content.BANDS_UNTRAINED if reading.key.untrained else content.BANDS_LEARNED
        squares.insert(0, Square(name, own, content.BANDS_ALT.format(name=name)))
    each = config.n_positions // len(own)
    bands(
        squares,
        n_rows=config.n_positions,
        title=content.BANDS_TITLE,
        subtitle=content.BANDS_NOTE
        + (content.BANDS_POOLED.format(each=each) if each > 1 else "")
        + ("" if config.positions == "learned" else f" {content.ALL_SINUSOIDAL}"),
        stamp=stamp(reading.key, "bands"),
        key="bands",
    )


def _share(plane: Plane) -> str:
    return f"{plane.shares.sum():.1%}".replace("%", " %")
