"""Of the Vectors lens: the tokens nearest to the chosen one, and its state beside that of the same word elsewhere."""

from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd
import streamlit as st

from app.explore import actions, cache, keys
from app.explore.lenses import vectors_text as content
from app.explore.prompt import Prompt
from app.explore.reading import Reading, read
from app.shared import state
from app.shared.browser.prediction import Bar, prediction_bars
from app.shared.browser.way import way
from app.shared.glossary import GLOSSARY
from app.shared.samples import sample_pills
from app.shared.table import draw_numbers
from app.shared.theme import escape, plain_token
from gptcore.lazy import cached_property
from gptcore.provenance.symbols import low
from gptcore.trace.neighbours import Apart, Neighbour, apart, nearest

_NEIGHBOURS = 10


class Pair(NamedTuple):
    """Two texts that end with the same word, and what they are to show."""

    label: str
    here: str
    there: str


PAIRS = (
    Pair("bank: river, money", "The children sat on the river bank", content.DEFAULT_OTHER),
    Pair("bank: money, money", "He put all his money in the bank", content.DEFAULT_OTHER),
    Pair("bear: animal, to bear", "I saw a great brown bear", "The pain was more than I could bear"),
    Pair("ring: gold, bells", "She wore a gold ring", "Then the bells began to ring"),
)


def show(reading: Reading, position: int) -> None:
    """Draws both, side by side."""
    left, right = st.columns([1, 1.75], gap="large")
    with right:  # first, since its box decides what a link says
        _two_texts(reading, position)
    with left:
        _nearest(reading, position)


def _nearest(reading: Reading, position: int) -> None:
    name, table = reading.plain_names[position], cache.token_table(reading.key)
    found = nearest(table, cache.token_lengths(reading.key), reading.ids[position], _NEIGHBOURS)
    prediction_bars(
        [_bar(reading, neighbour, name) for neighbour in found],
        title=content.NEAREST_TITLE.format(name=name),
        subtitle=content.NEAREST_NOTE,
        note=content.NEAREST_ALL.format(n=len(found), size=len(table)) if found else content.NEAREST_NONE,
        clickable=False,
        stamp=reading.stamp("nearest", position),
        key="nearest",
        scale=1.0,
        cells=[("cosine",)],
    )


def _bar(reading: Reading, neighbour: Neighbour, name: str) -> Bar:
    text = plain_token(reading.checkpoint.tokenizer.token_text(neighbour.row))
    length = max(0.0, neighbour.cosine)
    return Bar(
        id=neighbour.row,
        text=text,
        raw=length,
        probability=length,
        label=f"{neighbour.cosine:.3f}",
        cut=False,
        actual=False,
        detail=content.NEAREST_BAR.format(text=text, id=neighbour.row, cosine=neighbour.cosine, name=name),
    )


def _two_texts(reading: Reading, position: int) -> None:
    name = reading.plain_names[position]
    st.markdown(content.TWO_TITLE.format(name=escape(name)), help=GLOSSARY["cosine"])
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        text = st.text_input(
            content.OTHER_LABEL,
            content.DEFAULT_OTHER,
            key=keys.OTHER_TEXT,
            live="50ms",
            max_chars=keys.URL_PROMPT_LIMIT,
            placeholder=content.OTHER_PLACEHOLDER,
            label_visibility="collapsed",
            bind="query-params",
        )
        other = read(reading.key, Prompt.typed(text or ""))
        places = occurrences(other, reading.ids[position], name)
        place = _choose(other, places)
    if place is None:
        st.info((content.ABSENT if other.ids else content.EMPTY).format(name=escape(name)))
        _pairs()
        return
    compared = Comparison(reading, position, other, place)
    found = compared.apart
    others = [] if found.others is None else [(content.OTHER_LINE, found.others)]
    is_bare = reading.checkpoint.config.positions == "none"
    way(
        compared.stages,
        [(content.SAME_LINE.format(name=name), found.same), *others],
        quantity=content.QUANTITY,
        axis=content.STAGES_AXIS_BARE if is_bare else content.STAGES_AXIS,
        alt=content.CHART_ALT,
        stamp=reading.stamp("apart", position, other.source, place),
        key="apart",
    )
    st.markdown(" ".join(_sentences(compared, name)))
    _pairs()
    draw_numbers("These cosines as a table", lambda: cosine_table(compared), file_name="cosines.csv", key="apart_table")


def _pairs() -> None:
    sample_pills(content.PAIRS_LABEL, PAIRS, keys.PAIR, _use_pair, "visible")


def _use_pair(pair: Pair) -> None:
    """A pair was picked: both boxes are filled. For a callback."""
    state.put(keys.OTHER_TEXT, pair.there)
    state.put(keys.OTHER_PLACE, None)
    actions.replace_prompt(Prompt.typed(pair.here))
    state.put(keys.PAIR, None)


def occurrences(other: Reading, token: int, name: str) -> list[int]:
    """Where a token stands in another text; where it does not, tokens of the same letters."""
    same = [index for index, there in enumerate(other.ids) if there == token]
    return same or [index for index, there in enumerate(other.plain_names) if there.lower() == name.lower()]


def _choose(other: Reading, places: list[int]) -> int | None:
    """Which of them is compared; where there are several, a box for it, the last one first."""
    if len(places) < 2:
        return places[0] if places else None
    state.keep_within(keys.OTHER_PLACE, len(places))
    number = st.number_input(
        content.WHICH,
        1,
        len(places),
        None,
        key=keys.OTHER_PLACE,
        bind="query-params",
        placeholder=f"{len(places)} (last)",
        width=130,
    )
    return places[(number or len(places)) - 1]


@dataclass(frozen=True)
class Comparison:
    """A token of the page's text beside one of another text."""

    reading: Reading
    position: int
    other: Reading
    place: int

    @cached_property
    def apart(self) -> Apart:
        """How alike their states are, stage by stage."""
        there = cache.states(self.other.key, self.other.source, self.other.ids)
        return apart(self.reading.traced(cache.STATES), self.position, there, self.place)

    @property
    def stages(self) -> list[str]:
        """Their symbols."""
        return ["e", *(f"h{low(n)}" for n in range(self.reading.checkpoint.config.n_layer + 1))]


def _sentences(compared: Comparison, name: str) -> list[str]:
    """What this pair of texts shows."""
    found, n_layer = compared.apart, compared.reading.checkpoint.config.n_layer
    sentences = [content.FROM_TO.format(first=found.same[0], last=found.same[-1], n=n_layer)]
    block = found.biggest_step
    before, after = found.same[block + 1], found.same[block + 2]
    if after < before:
        sentences.append(content.STEP.format(block=block + 1, before=before, after=after))
    else:
        sentences.append(content.NO_STEP)
    if found.others is not None:
        sentences.append(content.BASELINE.format(others=found.others[-1]))
    here, there = compared.position, compared.place
    sentences.append(content.ONLY_BEFORE.format(here=_count(here), there=_count(there)))
    other = compared.other.names[there]
    if compared.other.ids[there] != compared.reading.ids[here]:
        sentences.append(content.NOT_THE_SAME_TOKEN.format(other=escape(other)))
    return sentences


def _count(n_before: int) -> str:
    if n_before == 0:
        return content.NOTHING
    return content.ONE_BEFORE if n_before == 1 else content.TOKENS_BEFORE.format(n=n_before)


def cosine_table(compared: Comparison) -> pd.DataFrame:
    """A row per stage: columns same word, other tokens (mean)."""
    found = compared.apart
    table = pd.DataFrame({"stage": compared.stages, "same word": found.same})
    if found.others is not None:
        table["other tokens there, mean"] = found.others
    return table.set_index("stage")
