"""The Attention lens with something beside the view: the chosen head in both, and what it does otherwise."""

import numpy as np
import streamlit as st

from app.explore import actions
from app.explore.beside import Beside
from app.explore.lenses import compare_text as content
from app.explore.reading import Reading
from app.shared.browser.compared import Map, compared_maps
from app.shared.theme import percent
from gptcore.trace.board import pool_causal
from gptcore.trace.comparing import Pair, both, moved, pool_signed, weights_apart

_CELLS = 64


def show(reading: Reading, position: int, layer: int, head: int, other: Beside) -> None:
    """Draws the head's maps side by side."""
    config = other.reading.checkpoint.config
    if layer >= config.n_layer or head >= config.n_head:
        st.info(content.MAPS_NO_HEAD.format(layers=config.n_layer, heads=config.n_head))
        return
    ours, theirs = reading.head_weights(layer, head), other.reading.head_weights(layer, head)
    where = dict(layer=layer + 1, head=head + 1)
    maps = [
        _own(content.LEGEND[0].capitalize(), ours, reading, 1.0, where),
        _own(other.name, theirs, other.reading, -1.0, where),
    ]
    pairs = other.pairs(reading) if other.shares_vocabulary(reading) else []
    hint = content.MAPS_HINT
    if common := both(pairs):
        apart = weights_apart(ours, theirs, pairs)
        maps.append(_difference(apart, [reading.plain_names[i] for i, _ in common], where))
        share = float(moved(apart))
        this = content.MOVED.format(share=percent(share)) if share else content.STAYED
        hint = f"{this}{_most(reading, other, pairs)} {hint}"
    cells = max(len(one.values) for one in maps)
    pooled = content.MAPS_POOLED.format(cells=cells) if cells < max(len(one.tokens) for one in maps) else ""
    compared_maps(
        maps,
        row=position * len(maps[0].values) // len(reading.ids),
        title=content.MAPS_TITLE.format(**where),
        subtitle=_subtitle(reading, other, pairs) + pooled,
        hint=hint,
        stamp=reading.stamp("compared", position, layer, head, other.reading.stamp(), other.name),
        key=actions.COMPARED,
        on_pick=actions.pick_from(actions.COMPARED),
    )


def _own(name: str, weights: np.ndarray, reading: Reading, scale: float, where: dict[str, int]) -> Map:
    alt = content.MAP_ALT.format(what=name, **where)
    return Map(name, content.MAP_NOTE, pool_causal(weights, _CELLS), reading.plain_names, scale, alt)


def _difference(apart: np.ndarray, tokens: list[str], where: dict[str, int]) -> Map:
    largest = float(np.abs(apart).max())
    note = content.DIFFERENCE_NOTE.format(scale=largest) if largest else content.NO_DIFFERENCE
    alt = content.MAP_ALT.format(what=content.DIFFERENCE, **where)
    return Map(content.DIFFERENCE, note, pool_signed(apart, _CELLS), tokens, largest or 1.0, alt)


def _most(reading: Reading, other: Beside, pairs: list[Pair]) -> str:
    """The head that moved most; nothing for long texts, whose attention is not kept, or models of other shapes."""
    one, two = reading.checkpoint.config, other.reading.checkpoint.config
    if not (reading.is_short and other.reading.is_short) or (one.n_layer, one.n_head) != (two.n_layer, two.n_head):
        return ""
    shares = moved(weights_apart(reading.trace.part("attention"), other.reading.trace.part("attention"), pairs))
    layer, head = np.unravel_index(int(shares.argmax()), shares.shape)
    if not shares[layer, head]:
        return ""
    share = percent(float(shares[layer, head]))
    return content.MOVED_MOST.format(layer=int(layer) + 1, head=int(head) + 1, share=share)


def _subtitle(reading: Reading, other: Beside, pairs: list[Pair]) -> str:
    if not other.shares_vocabulary(reading):
        return content.MAPS_OTHER_CUT
    common = both(pairs)
    if not common:
        return content.MAPS_APART
    if len(common) < len(pairs):
        return content.MAPS_PART.format(n=len(common))
    changed = sum(reading.ids[i] != other.reading.ids[j] for i, j in common)
    return content.MAPS_CHANGED.format(changed=changed, n=len(common)) if changed else content.MAPS_SAME
