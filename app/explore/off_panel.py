"""The panel that says what is switched off and what that changes, beside the same model whole; whatever the lens."""

import math

import numpy as np
import streamlit as st

from app.explore import actions, cache, keys, switching
from app.explore import off_text as content
from app.explore.reading import Reading
from app.shared import state
from app.shared.browser.switched import Candidate, Measure, SwitchedOff, switched
from app.shared.browser.written import written
from app.shared.loaded import ModelKey
from app.shared.present import is_presented
from app.shared.theme import number, percent, plain_token
from gptcore.decode.sampling import distribution
from gptcore.largest import largest_first
from gptcore.measures import surprisal_change

WRITTEN = "written"
"""Key of what both models write."""
_BY_WIDTH, _LARGE_BY_WIDTH = 225, 290
_MOST_CANDIDATES = 5
_N_NEW = 12
"""Tokens that are written on."""


class OffPanel:
    """Room for the panel under the row of lenses. Its choice is drawn at once: only then
    what a link says of it is known.

    Args:
        key: of the model that reads.
    """

    def __init__(self, key: ModelKey) -> None:
        self._room = st.container()  # one place, filled or not, so that what stands below keeps its own
        if switching.current():
            with self._room:
                self._effects = st.container()
                with st.container(horizontal=True, gap="medium"):
                    self._writing = st.container()
                    # So wide that it stands below what is written on a phone.
                    with st.container(width=_LARGE_BY_WIDTH if is_presented() else _BY_WIDTH):
                        draw_by(key)

    def draw(self, reading: Reading, position: int) -> None:
        """What is off, and what that does at a position; where all is on, a way back to what was off just now."""
        if reading.off:
            with self._effects:
                _draw_effects(reading, position)
        elif (before := switching.brought_back(reading)) is not None:
            with self._room, st.container(horizontal=True, vertical_alignment="center"):
                st.caption(content.IS_BACK, width="content")
                st.button(
                    content.UNDO,
                    key="off_undo",
                    icon=":material/undo:",
                    type="tertiary",
                    on_click=switching.undo,
                    args=(before,),
                )

    def draw_writing(self, reading: Reading) -> None:
        """How the text would go on, whole and with it off; drawn last, for it takes the longest."""
        if reading.off:
            with self._writing:
                _draw_writing(reading)


def draw_by(key: ModelKey) -> None:
    """Zero, or the average where that is known."""
    has_means = cache.means(key) is not None
    state.take_from_link(keys.OFF_BY, content.BY)
    if not has_means and state.get(keys.OFF_BY) == "mean":
        state.correct(keys.OFF_BY, "zero", content.BY["zero"])
    st.segmented_control(
        content.BY_LABEL,
        list(content.BY),
        default="zero",
        required=True,
        format_func=state.labelled(content.BY),
        key=keys.OFF_BY,
        bind="query-params",
        help=content.BY_HELP + ("" if has_means else content.BY_NO_MEANS),
        disabled=not has_means,
        width="content",
    )


def _draw_effects(reading: Reading, position: int) -> None:
    whole, measure = reading.original, reading.perplexity
    names = reading.plain_names
    changes = surprisal_change(whole.scores, reading.scores)
    switched(
        [SwitchedOff(switch=list(one), name=content.name(one, names)) for one in reading.off.switches],
        _candidates(whole, reading, position),
        _measures(whole, reading, position),
        changes,
        names,
        texts={
            "off": content.OFF_LABEL,
            "on_again": content.ON_AGAIN,
            "back": content.BACK,
            "next": content.NEXT.format(token=names[position]),
            "whole": content.WHOLE,
            "now": content.NOW,
            "numbers": content.NUMBERS,
            "surprise": content.SURPRISE,
            "surprise_hint": content.SURPRISE_HINT if measure.count else content.NO_PREDICTION,
            "surprise_alt": content.SURPRISE_ALT,
        },
        position=position,
        stamp=reading.stamp("switched", position),
        key=actions.SWITCHED,
        on_switch=actions.switch_from(actions.SWITCHED),
        on_back=actions.bring_back,
    )


def _candidates(whole: Reading, reading: Reading, position: int) -> list[Candidate]:
    """The tokens that either holds likeliest, and the one that the text really has next."""
    before, after = (distribution(one.logits[position]).raw for one in (whole, reading))
    tokens = [int(token) for token in largest_first(np.maximum(before, after), _MOST_CANDIDATES)]
    actual = reading.ids[position + 1] if position + 1 < len(reading.ids) else None
    if actual is not None and actual not in tokens:
        tokens[-1] = actual
    return [
        Candidate(
            text=plain_token(reading.checkpoint.tokenizer.token_text(token)),
            before=float(before[token]),
            after=float(after[token]),
            labels=(percent(before[token]), percent(after[token])),
            actual=token == actual,
        )
        for token in sorted(tokens, key=lambda token: -before[token])
    ]


def _measures(whole: Reading, reading: Reading, position: int) -> list[Measure]:
    """The numbers that tell how much it mattered, those of the chosen place first."""
    before, after = (_log_probabilities(one, position) for one in (whole, reading))
    token = int(before.argmax()) if position + 1 == len(reading.ids) else reading.ids[position + 1]
    label = content.FIRST_CHOICE if position + 1 == len(reading.ids) else content.OWN_NEXT
    name = plain_token(reading.checkpoint.tokenizer.token_text(token))
    rows = [_nats(label.format(token=name), float(before[token]), float(after[token]))]
    if reading.perplexity.count:
        old, new = whole.perplexity, reading.perplexity
        rows.append(_nats(content.ALL_OF_IT, old.log_probability_sum, new.log_probability_sum))
        rows.append(
            Measure(
                name=content.PERPLEXITY,
                before=_large(old.value),
                after=_large(new.value),
                change=f"× {new.value / old.value:.2f}",
                worse=new.value > old.value,
            )
        )
    return rows


def _log_probabilities(reading: Reading, position: int) -> np.ndarray:
    """(V,) of the token after a position; the smallest that a probability can have stands for 0."""
    raw = distribution(reading.logits[position]).raw
    logs: np.ndarray = np.log(np.maximum(raw, np.finfo(raw.dtype).tiny))
    return logs


def _nats(name: str, before: float, after: float) -> Measure:
    change = after - before
    return Measure(
        name=name,
        before=number(before, ".2f"),
        after=number(after, ".2f"),
        change=f"{number(change, '+.2f')} {content.NATS}",
        worse=change < 0,
    )


def _large(value: float) -> str:
    return f"{value:,.1f}" if math.isfinite(value) and value < 1e9 else "∞"


def _draw_writing(reading: Reading) -> None:
    texts = []
    for one in (reading.original, reading):
        ids = cache.likeliest(one.key, one.source, one.off, one.ids, _N_NEW)
        texts.append(one.checkpoint.tokenizer.decode(ids))
    written(
        [(content.WHOLE, texts[0]), (content.NOW, texts[1])],
        title=content.WRITES,
        stamp=reading.stamp("written"),
        key=WRITTEN,
    )
