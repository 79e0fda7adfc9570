"""Who looks at whom: a head of our GPT with its mask or without it beside one of a masked model, and what breaks."""

import math

import numpy as np
import pandas as pd
import streamlit as st

from app.bert import cache, keys
from app.bert import text as content
from app.bert.measured import look_ahead
from app.bert.sentence import MaskedSentence, Sentence
from app.shared import models, state
from app.shared.browser.compared import Map, compared_maps
from app.shared.browser.paired import PairedRow, paired_bars
from app.shared.browser.surprises import surprises
from app.shared.choice import draw_choice
from app.shared.stamp import stamp
from app.shared.table import draw_numbers
from app.shared.theme import escape, percent, plain_token
from gptcore.config import ModelConfig
from gptcore.decode.sampling import distribution
from gptcore.evaluate.look_ahead import share_ahead
from gptcore.measures import perplexity, token_scores

MAP = "bert_map"
_BOX = 84
"""Pixels."""
_TOP = 5
_FIRST = (3, 8)
"""Layer and head at first: in `books` it looks at the token before, and ahead as soon as it may."""


def draw_pattern(sentence: Sentence, masked: MaskedSentence | None) -> str:
    """Draws the switch and the maps; returns what the switch says."""
    st.markdown(f"#### {content.PATTERN_TITLE}")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        mask = draw_choice(content.MASK_LABEL, content.MASKS, keys.MASK, "triangle")
        layer = _number(content.LAYER, keys.LAYER, sentence.checkpoint.config.n_layer, _FIRST[0])
        head = _number(content.HEAD, keys.HEAD, sentence.checkpoint.config.n_head, _FIRST[1])
    name = models.title(sentence.key.name)
    trace = cache.read(sentence.key, sentence.ids, mask == "square")
    weights = trace.part("attention")[layer, head]
    note = content.GPT_MAP_NOTE[mask].format(share=percent(share_ahead(trace.part("attention"))))
    title = content.GPT_MAP[mask].format(model=name)
    maps = [_map(title, note, weights, sentence.plain_names, mask == "square", (layer, head))]
    if masked is not None:
        place = _within(masked.checkpoint.config, layer, head)
        other = cache.read(masked.key, masked.ids, False).part("attention")[place]
        theirs = f"{models.title(masked.key.name)}, layer {place[0] + 1}, head {place[1] + 1}"
        maps.append(_map(theirs, content.MASKED_MAP_NOTE, other, masked.plain_names, True, place))
    compared_maps(
        maps,
        row=-1,
        title="",
        subtitle=content.PATTERN_NOTE,
        hint=content.PATTERN_HINT,
        stamp=stamp("pattern", sentence, masked, mask, layer, head),
        key=MAP,
        on_pick=_ignore,
    )
    if masked is None:
        st.caption(content.PATTERN_NONE)
    draw_numbers(
        content.WEIGHTS.format(model=escape(name), layer=layer + 1, head=head + 1),
        lambda: _weights_table(weights, sentence.names),
        file_name=f"attention-{mask}-layer-{layer + 1}-head-{head + 1}.csv",
        key="bert_weights",
    )
    return mask


def draw_breaks(sentence: Sentence) -> None:
    """Draws what the same text is to the same weights with the mask and without it."""
    st.markdown(f"#### {content.BREAKS_TITLE}")
    ids = np.array(sentence.ids)
    triangle, square = (cache.read(sentence.key, sentence.ids, ahead).part("logits") for ahead in (False, True))
    scores = [token_scores(logits, ids) for logits in (triangle, square)]
    with_mask, without = (perplexity(one).value for one in scores)
    shown = f"{with_mask:,.1f}", f"{without:,.1f}"
    way = content.NOT if shown[0] == shown[1] else content.UP if without > with_mask else content.DOWN
    why = content.BREAKS_DOWN if way == content.DOWN else content.BREAKS_UP
    st.markdown(content.BREAKS.format(direction=way, triangle=shown[0], square=shown[1]) + " " + why)
    bits = [np.concatenate([[np.nan], one.surprisal / math.log(2)]) for one in scores]
    left, right = st.columns([1.5, 1], gap="medium")
    with left:
        surprises(
            sentence.plain_names,
            sentence.plain_names,
            bits[1],
            bits[0],
            selected=-1,
            places=content.SURPRISES_PLACES,
            title=content.SURPRISES,
            legend=content.SURPRISES_LEGEND,
            alt=content.SURPRISES_ALT,
            stamp=stamp("surprises", sentence),
            key="bert_surprises",
            on_pick=_ignore,
        )
    with right:
        _draw_next(sentence, triangle[-1], square[-1])
    draw_numbers(
        content.BREAKS_TABLE,
        lambda: _surprise_table(sentence.names, *bits),
        file_name="surprise-triangle-square.csv",
        key="bert_surprise_table",
    )
    _draw_measured(sentence.key.name)


def _draw_next(sentence: Sentence, triangle: np.ndarray, square: np.ndarray) -> None:
    with_mask, without = (distribution(logits).raw for logits in (triangle, square))
    first = np.argsort(-with_mask, kind="stable")[:_TOP].tolist()
    others = [token for token in np.argsort(-without, kind="stable")[:_TOP].tolist() if token not in first]
    rows = []
    for token in [*first, *others]:
        name = plain_token(sentence.checkpoint.tokenizer.token_text(token))
        now, beside = float(without[token]), float(with_mask[token])
        rows.append(
            PairedRow(
                name=name,
                now=now,
                beside=beside,
                now_label=percent(now),
                beside_label=percent(beside),
                difference=f"{100 * (now - beside):+.1f}".replace("-", "−"),
                detail=f"{name}: {percent(now)} with the mask off, {percent(beside)} with it on",
            )
        )
    paired_bars(
        rows,
        title=content.NEXT,
        legend=content.NEXT_LEGEND,
        note=content.NEXT_NOTE.format(n=len(with_mask)),
        stamp=stamp("next", sentence),
        key="bert_next",
    )


def _draw_measured(model: str) -> None:
    if (found := look_ahead(model)) is None:
        st.info(content.NO_MEASURE)
        st.code(content.LOOK_AHEAD_COMMAND, language="bash", wrap_lines=True)
        return
    ways = {way: f"**{getattr(found, way):.1f}**" for way in ("triangle", "square", "square_so_far")}
    verdict = content.WORSE if found.square < found.square_so_far else content.WORST
    verdict = verdict if found.square > found.triangle else content.BETTER
    words = dict(texts=found.texts, better=found.better, tokens=found.tokens, model=found.model)
    st.markdown(content.BREAKS_MEASURED.format(**words, **ways, verdict=verdict), help=f"`{found.command}`")


def _map(name: str, note: str, weights: np.ndarray, tokens: list[str], is_square: bool, place: tuple[int, int]) -> Map:
    alt = content.MAP_ALT.format(layer=place[0] + 1, head=place[1] + 1, what=name)
    return Map(name, note, weights, tokens, 1.0, alt, is_square)


def _within(config: ModelConfig, layer: int, head: int) -> tuple[int, int]:
    """The same layer and head of a model that may be smaller."""
    return min(layer, config.n_layer - 1), min(head, config.n_head - 1)


def _number(label: str, key: str, most: int, first: int) -> int:
    state.keep_within(key, most)
    chosen: int = st.selectbox(
        label, range(1, most + 1), min(first, most) - 1, key=key, bind="query-params", width=_BOX
    )
    return chosen - 1


def _weights_table(weights: np.ndarray, names: list[str]) -> pd.DataFrame:
    labels = [f"{i + 1} {name}" for i, name in enumerate(names)]
    return pd.DataFrame(weights, index=labels, columns=labels).rename_axis("from \\ to")


def _surprise_table(names: list[str], with_mask: np.ndarray, without: np.ndarray) -> pd.DataFrame:
    labels = [f"{i + 1} {name}" for i, name in enumerate(names)]
    columns = dict(zip(content.SURPRISES_LEGEND, (without, with_mask, without - with_mask), strict=True))
    return pd.DataFrame(columns, index=labels).rename_axis("token")


def _ignore() -> None:
    """Pictures that are only looked at."""
