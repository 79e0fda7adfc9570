"""Of the Vectors lens: which feed-forward neurons are strongest on the chosen token, and what one answers to."""

import numpy as np
import streamlit as st

from app.explore import actions, cache, keys
from app.explore.head_choice import choose_layer
from app.explore.lenses import vectors_text as content
from app.explore.reading import Reading
from app.shared import outside, state
from app.shared.browser.neuron import Place, neuron
from app.shared.browser.prediction import Bar, prediction_bars
from app.shared.glossary import GLOSSARY
from app.shared.notice import cannot
from app.shared.theme import percent, plain_token
from gptcore.checkpoints.contexts import KeptContexts
from gptcore.config import ModelConfig
from gptcore.errors import CheckpointError
from gptcore.trace.neuron_names import LEAST, MARGIN, Name, Traits

_STRONGEST = 10
_BEFORE, _AFTER = 8, 3
"""Tokens that are shown around a place: enough to see why, and no passage of a book that a model may know by heart."""
_BARS, _NEURON = "strongest", "neuron_picture"


def show(reading: Reading, position: int) -> None:
    """Draws both."""
    config = reading.checkpoint.config
    kept = _kept(reading)
    left, right = st.columns([1, 1.9], gap="large")
    with left:
        with st.container(horizontal=True, gap="small"):
            layer = choose_layer(config)
            values = _activations(reading, layer)
            order = np.argsort(-values[position], kind="stable")[:_STRONGEST]
            number = _number(config, int(order[0]))
        _strongest(reading, position, layer, values[position], order, kept)
    with right:
        _one(reading, position, layer, number, values[:, number], kept)


def _number(config: ModelConfig, strongest: int) -> int:
    """The chosen neuron, or the strongest one; from 0."""
    state.keep_within(keys.NEURON, config.d_inner)
    number = st.number_input(
        "Neuron",
        1,
        config.d_inner,
        None,
        key=keys.NEURON,
        bind="query-params",
        placeholder=f"{strongest + 1} (strongest)",
        help=GLOSSARY["neuron"],
    )
    return strongest if number is None else number - 1


def _activations(reading: Reading, layer: int) -> np.ndarray:
    """(T, F)."""
    trace = reading.traced(("mlp_act",), layer)
    values: np.ndarray = trace.part("mlp_act")[trace.row(layer)]
    return values


def _kept(reading: Reading) -> tuple[KeptContexts, Traits] | None:
    """What is kept with the model; where there is nothing, says why."""
    if reading.key.untrained:
        st.info(content.UNTRAINED)
        return None
    try:
        kept = cache.neurons(reading.key)
    except CheckpointError as error:
        cannot(content.DAMAGED, error)
        return None
    if kept is None:
        st.info(content.NO_SAMPLE if reading.key.step is None else content.OLD_CHECKPOINT)
    return kept


def _strongest(
    reading: Reading,
    position: int,
    layer: int,
    values: np.ndarray,
    order: np.ndarray,
    kept: tuple[KeptContexts, Traits] | None,
) -> None:
    token = reading.plain_names[position]
    active = [int(number) for number in order if values[number] > 0]
    prediction_bars(
        [_bar(reading, layer, number, float(values[number]), token, kept) for number in active],
        title=content.STRONGEST_TITLE.format(name=token),
        subtitle=content.STRONGEST_NOTE.format(layer=layer + 1, n=len(values)),
        note="" if active else content.NONE_ACTIVE,
        clickable=True,
        stamp=reading.stamp("strongest", position, layer),
        key=_BARS,
        on_append=pick,
    )


def pick() -> None:
    """A bar was clicked: its neuron is looked at. For a callback."""
    number = st.session_state[_BARS].append
    if outside.is_index(number, actions.current_reading().checkpoint.config.d_inner):
        state.put(keys.NEURON, number + 1)


def _bar(
    reading: Reading, layer: int, number: int, value: float, token: str, kept: tuple[KeptContexts, Traits] | None
) -> Bar:
    called = None if kept is None else kept[1].name(kept[0].contexts, layer, number)
    detail = content.STRONGEST_BAR.format(neuron=number + 1, layer=layer + 1, value=value, name=token)
    return Bar(
        id=number,
        text=f"{number + 1}" + (f" · {named(reading, called)}" if called else ""),
        raw=value,
        probability=value,
        label=f"{value:.2f}",
        cut=False,
        actual=False,
        detail=f"{detail}. {named(reading, called)}" if called else detail,
    )


def named(reading: Reading, name: Name) -> str:
    """A neuron's name in words."""
    token = "" if name.token is None else plain_token(reading.checkpoint.tokenizer.token_text(name.token))
    return content.NAMES[name.what].format(token=token)


def _one(
    reading: Reading,
    position: int,
    layer: int,
    number: int,
    values: np.ndarray,
    kept: tuple[KeptContexts, Traits] | None,
) -> None:
    places = [] if kept is None else places_of(reading, kept[0], layer, number)
    elsewhere, note = "", ""
    if kept is not None:
        n_tokens = len(kept[0].contexts.sample.ids)
        elsewhere = content.IN_SAMPLE.format(tokens=n_tokens, before=_BEFORE, after=_AFTER)
        note = content.SOURCE.format(source=kept[0].source)
    neuron(
        reading.plain_names,
        values.tolist(),
        places,
        layer=layer,
        number=number,
        position=position,
        scale=max(float(values.max()), *(place["value"] for place in places), 0.0),
        title=content.NEURON_TITLE.format(neuron=number + 1, layer=layer + 1),
        subtitle=_named_how(reading, layer, number, kept),
        own=content.IN_YOUR_TEXT,
        elsewhere=elsewhere,
        note=note,
        stamp=reading.stamp("neuron", position, layer, number),
        key=_NEURON,
        on_cell=actions.open_from(_NEURON),
    )


def _named_how(reading: Reading, layer: int, number: int, kept: tuple[KeptContexts, Traits] | None) -> str:
    if kept is None:
        return ""
    contexts, traits = kept[0].contexts, kept[1]
    if not len(contexts.of(layer, number)[0]):
        return content.NEURON_SILENT
    if (name := traits.name(contexts, layer, number)) is None:
        return content.NEURON_UNNAMED.format(least=percent(LEAST))
    return content.NAMED.format(
        name=named(reading, name),
        share=percent(name.share),
        anywhere=percent(name.anywhere),
        least=percent(LEAST),
        margin=round(100 * MARGIN),
    )


def places_of(reading: Reading, kept: KeptContexts, layer: int, number: int) -> list[Place]:
    """The strongest places of a neuron, with what stands around each in its own text."""
    sample, tokenizer = kept.contexts.sample, reading.checkpoint.tokenizer
    shown = []
    for place, value in zip(*kept.contexts.of(layer, number), strict=True):
        start, stop = sample.text_at(int(place))
        before = sample.ids[max(start, place - _BEFORE) : place].tolist()
        after = sample.ids[place + 1 : min(stop, place + 1 + _AFTER)].tolist()
        token = _as_read(tokenizer.token_text(int(sample.ids[place])))
        word = token.lstrip(" ") or token  # its space stands before the mark
        before_text, after_text = (_as_read("".join(map(tokenizer.token_text, ids))) for ids in (before, after))
        shown.append(
            Place(
                before=("… " if place - _BEFORE > start else "") + before_text + token.removesuffix(word),
                token=word,
                after=after_text + (" …" if place + 1 + _AFTER < stop else ""),
                value=float(value),
            )
        )
    return shown


def _as_read(text: str) -> str:
    """In one line, line ends visible."""
    return text.replace("\n", "⏎")
