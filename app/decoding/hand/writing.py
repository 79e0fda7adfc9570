"""What comes next, and all ways to choose it: the bars, the buttons, a word of one's own, the settings of a draw."""

from functools import partial

import numpy as np
import streamlit as st

from app.decoding import keys
from app.decoding.hand import actions
from app.decoding.hand import text as content
from app.decoding.hand.state import Kept, sampling
from app.decoding.start import Start
from app.shared import state
from app.shared.browser.prediction import Bar, prediction_bars
from app.shared.glossary import GLOSSARY
from app.shared.sampling import draw_temperature, draw_top_k, draw_top_p
from app.shared.theme import percent
from gptcore.decode.by_hand import MOST_SEED, ByHand
from gptcore.decode.sampling import Distribution
from gptcore.largest import largest_first

_BARS = 8


def draw_writing(start: Start, kept: Kept, logits: np.ndarray) -> None:
    """Draws it."""
    above = st.container(gap="small")
    with st.container():  # first of all: what a link says of a slider is only known once the slider is drawn
        _settings()
    with above:
        _bars(start, kept.tree, logits)
        _buttons(start, kept)
        _word(start)


def _bars(start: Start, tree: ByHand, logits: np.ndarray) -> None:
    drawn_with = sampling()
    stages = drawn_with.of(logits)
    last = actions.text_of(start, tree)[-1]
    n_cut = len(stages.raw) - stages.n_kept
    is_changed = n_cut or drawn_with.temperature != 1
    if last in start.stop_ids and tree.at is not None:
        st.info(content.ENDED)
    prediction_bars(
        [_bar(start, stages, token) for token in largest_first(logits, _BARS).tolist()],
        title=content.BARS_TITLE.format(name=start.plain_name(last)),
        subtitle=content.BARS.format(n=len(stages.raw)),
        note=content.BARS_NOTE.format(n=n_cut) if is_changed else "",
        clickable=True,
        stamp=f"{start.key} {actions.text_of(start, tree)} {drawn_with}",
        key=actions.BARS,
        on_append=partial(actions.take_picked, start),
    )


def _bar(start: Start, stages: Distribution, token: int) -> Bar:
    raw, final, cut = float(stages.raw[token]), float(stages.final[token]), not stages.kept[token]
    name = start.plain_name(token)
    detail = content.TOKEN_DETAIL.format(name=name, id=token, p=percent(raw))
    detail += content.CUT_DETAIL if cut else content.DRAWN_DETAIL.format(p=percent(final))
    return Bar(
        id=token,
        text=name,
        raw=raw,
        probability=final,
        label="cut" if cut else percent(final),
        cut=bool(cut),
        actual=False,
        detail=detail + (content.END_DETAIL if token in start.stop_ids else ""),
    )


def _buttons(start: Start, kept: Kept) -> None:
    with st.container(horizontal=True, gap="small"):
        st.button(
            content.LIKELIEST,
            key="hand_likeliest",
            help=content.LIKELIEST_HELP,
            on_click=actions.take_likeliest,
            args=(start,),
        )
        st.button(
            content.DRAW, key="hand_draw", help=content.DRAW_HELP, on_click=actions.draw, args=(start,), type="primary"
        )
        st.button(
            content.BACK,
            key="hand_back",
            help=content.BACK_HELP,
            icon=":material/undo:",
            on_click=actions.rewind,
            args=(start,),
            disabled=kept.tree.at is None,
        )
        st.button(
            content.UNDO,
            key="hand_undo",
            help=content.UNDO_HELP,
            on_click=actions.undo,
            args=(start,),
            disabled=not kept.undo,
            type="tertiary",
        )
        st.button(
            content.ANEW,
            key="hand_anew",
            help=content.ANEW_HELP,
            on_click=actions.start_anew,
            args=(start,),
            disabled=not kept.tree.nodes,
            type="tertiary",
        )


def _word(start: Start) -> None:
    form = st.form("hand_form", clear_on_submit=True, border=False)
    with form, st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.text_input(
            content.WORD_LABEL,
            key=keys.HAND_WORD,
            placeholder=content.WORD_PLACEHOLDER,
            help=content.WORD_HELP,
            label_visibility="collapsed",
            max_chars=200,
        )
        st.form_submit_button(content.TAKE, key="hand_take", on_click=actions.take_typed, args=(start,))
    if note := state.get(keys.HAND_NOTE):
        st.caption(note)


def _settings() -> None:
    one, other = st.columns(2, gap="small")
    with one:
        draw_temperature(keys.HAND_TEMPERATURE)
        draw_top_k(keys.HAND_TOP_K)
    with other:
        draw_top_p(keys.HAND_TOP_P)
        st.number_input("Seed", 0, MOST_SEED, 0, key=keys.HAND_SEED, help=GLOSSARY["seed"], bind="query-params")
