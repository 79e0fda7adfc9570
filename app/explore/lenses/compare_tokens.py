"""The Tokens lens with something beside the view: how surprising each token is in both, and where they differ most."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import streamlit as st

from app.explore import actions
from app.explore.beside import Beside
from app.explore.lenses import compare_text as content
from app.explore.reading import Reading
from app.shared.browser.surprises import surprises
from app.shared.table import draw_numbers
from app.shared.theme import escape, number
from gptcore.trace.comparing import Surprise, stretches, surprise, surprise_by_stretch

_MOST_NAMED = 3


def show(reading: Reading, position: int, other: Beside) -> None:
    """Draws both surprisals, token by token, or stretch by stretch where the vocabularies differ."""
    if other.shares_vocabulary(reading):
        found = surprise(other.pairs(reading), reading.scores, other.reading.scores)
        here, there = (_texts(side.plain_names) for side in (reading, other.reading))
        names = [here(i) for i, _ in found.pairs], [there(j) for _, j in found.pairs]
    elif reading.text == other.reading.text and not (reading.first or other.reading.first):
        found, names = _by_stretch(reading, other)
        st.caption(content.STRETCHES)
    else:
        st.info(content.NO_STRETCHES)
        return
    columns = [i for i, _ in found.pairs]
    surprises(
        *names,
        found.now,
        found.beside,
        selected=_column(found, position),
        title=content.SURPRISES_TITLE,
        legend=(content.LEGEND[0], content.LEGEND[1].format(name=other.name), content.SURPRISES_DIFFERENCE),
        alt=content.SURPRISES_ALT,
        stamp=reading.stamp("surprises", position, other.reading.stamp(), other.name),
        key=actions.SURPRISES,
        on_pick=actions.pick_from_columns(columns),
    )
    st.markdown(_in_words(found, names))
    draw_numbers(
        content.SURPRISES_TABLE,
        lambda: surprise_table(found, names),
        file_name="surprisals-beside.csv",
        key="surprises_table",
    )


def _texts(names: Sequence[str]) -> Callable[[int | None], str]:
    return lambda at: "" if at is None else names[at]


def _by_stretch(reading: Reading, other: Beside) -> tuple[Surprise, tuple[list[str], list[str]]]:
    found = stretches(reading.encoding.offsets, other.reading.encoding.offsets)
    now, beside = surprise_by_stretch(found, reading.scores, other.reading.scores)
    now[:1], beside[:1] = np.nan, np.nan  # the first holds a token that nothing predicts, and not the same in both
    here = ["|".join(reading.plain_names[slice(*ours)]) for ours, _ in found]
    there = ["|".join(other.reading.plain_names[slice(*theirs)]) for _, theirs in found]
    return Surprise([(ours[0], theirs[0]) for ours, theirs in found], now, beside), (here, there)


def _column(found: Surprise, position: int) -> int:
    """Where a token stands: its own column, or that of the stretch which holds it."""
    before = [k for k, (i, _) in enumerate(found.pairs) if i is not None and i <= position]
    return before[-1] if before else -1


def _in_words(found: Surprise, names: tuple[list[str], list[str]]) -> str:
    apart = found.difference
    known = ~np.isnan(apart)
    sentences = []
    if known.any():
        now, beside = found.now[known].sum(), found.beside[known].sum()
        sentences.append(
            content.IN_COMMON.format(n=int(known.sum()), now=now, beside=beside, apart=signed(now - beside))
        )
    largest = [
        (content.MORE_BITS if apart[at] > 0 else content.FEWER_BITS).format(
            token=escape(names[0][at]), bits=abs(apart[at])
        )
        for at in found.largest(_MOST_NAMED)
    ]
    if largest:
        sentences.append(content.DIFFER_MOST.format(tokens=", ".join(largest)))
    elif known.any():
        sentences.append(content.DIFFER_NOWHERE)
    return " ".join(sentences)


def signed(bits: float) -> str:
    """A difference with its sign."""
    return "no difference" if round(bits, 1) == 0 else number(bits, "+,.1f")


def surprise_table(found: Surprise, names: tuple[list[str], list[str]]) -> pd.DataFrame:
    """A row per column of the picture; empty where a text has no such token, or nothing predicts it."""
    here, there = names
    return pd.DataFrame(
        {
            "no.": range(1, len(here) + 1),
            "token here": here,
            "token beside": there,
            "bits here": found.now,
            "bits beside": found.beside,
            "difference": found.difference,
        }
    ).set_index("no.")
