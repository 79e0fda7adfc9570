"""The pins of this session, and what is done with them. They outlive a change of page; the address has them too.

What a callback sets goes into the address at once. An address that says otherwise than we left it (a link, the
browser's back button) is believed, but for one that says nothing: a way back to before the first pin unpins none.
"""

from dataclasses import replace

import streamlit as st

from app.explore import keys, session_prompt, switching
from app.explore import pins_text as content
from app.explore.off import Off
from app.explore.pin import LONGEST_NAME, Pin, Pins, named, pins_from_link, pins_to_link
from app.explore.prediction_panel import sampling_settings
from app.explore.prompt import Prompt
from app.explore.prompt_link import from_link, to_link
from app.explore.reading import Reading, read
from app.shared import loaded, models, state
from app.shared.lines import to_marks
from app.shared.loaded import ModelKey
from app.shared.sampling import as_values
from gptcore.errors import InputError

_SUGGESTED = 30
"""Characters of a name that we give."""


def current() -> Pins:
    """All of them, in step with the address."""
    kept: Pins = state.get(keys.PINNED) or Pins()
    link = st.query_params.get(keys.PINS, "")
    if link and link != state.get(keys.PINS_SEEN, ""):
        _, only_here = pins_to_link(kept)
        asked = pins_from_link(link)
        kept = Pins((*asked.pins, *(kept.pins[k] for k in only_here)), asked.beside)
        state.put(keys.PINNED, kept)
    state.put(keys.PINS_SEEN, link)
    return kept


def arrive() -> None:
    """At the start of a run: whoever comes back from another page, whose address has no pins, gets theirs into it."""
    came = keys.PIN not in st.session_state  # Streamlit forgets a button that a page did not draw
    if came and state.get(keys.PINNED) and not st.query_params.get(keys.PINS):
        keep(state.get(keys.PINNED))


def keep(pins: Pins) -> None:
    """These and no others; for callbacks."""
    state.put(keys.PINNED, pins)
    link, _ = pins_to_link(pins)
    state.put(keys.PINS_SEEN, link)
    if link:
        if link != st.query_params.get(keys.PINS):
            st.query_params[keys.PINS] = link
    elif keys.PINS in st.query_params:
        del st.query_params[keys.PINS]


def view(reading: Reading, name: str) -> Pin:
    """What is on the screen, under a name."""
    temperature, top_k, top_p = sampling_settings()
    return Pin(
        name=named(name),
        prompt=reading.prompt.shown,
        ids=to_link(reading.prompt, reading.checkpoint.tokenizer),
        model=reading.key.name,
        step=reading.key.step,
        untrained=reading.key.untrained,
        off=reading.off,
        temperature=temperature,
        top_k=top_k,
        top_p=top_p,
        seed=state.get(keys.SEED) or 0,
        position=state.get(keys.POSITION),
    )


def read_pin(pin: Pin) -> Reading:
    """The pin's text as its model reads it, to stand beside the page's own.

    Raises:
        GPTCoreError: its model is gone or damaged, or its text is empty.
    """
    key = loaded.model_key(pin.model, pin.untrained, pin.step)
    prompt = prompt_of(pin, key)
    reading = read(key, prompt)
    if not reading.ids:
        raise InputError("its text has no token")
    return replace(reading.without(pin.off), is_beside=True)


def prompt_of(pin: Pin, key: ModelKey) -> Prompt:
    """Its text, with the ids that it keeps."""
    return from_link(pin.ids, to_marks(pin.prompt), loaded.checkpoint(key).tokenizer)


def open_pin(pin: Pin) -> None:
    """The page becomes that view; for callbacks.

    Raises:
        GPTCoreError: its model is gone or damaged.
    """
    key = loaded.model_key(pin.model, pin.untrained, pin.step)
    session_prompt.replace(prompt_of(pin, key))
    state.put(state.MODEL, pin.model)
    if pin.step is not None or models.steps(pin.model):
        state.put(keys.CHECKPOINT, pin.step if pin.step is not None else max(models.steps(pin.model)))
    top_k, top_p = as_values(pin.top_k, pin.top_p)
    values = {
        keys.UNTRAINED: pin.untrained,
        keys.TEMPERATURE: pin.temperature,
        keys.TOP_K: top_k,
        keys.TOP_P: top_p,
        keys.SEED: pin.seed,
        keys.POSITION: pin.position,
        keys.SAMPLE: None,
    }
    for key_, value in values.items():
        state.put(key_, value)
    open_off(pin.off)


def open_off(off: Off) -> None:
    """Switches off what a pin has off."""
    switching.keep(off.switches)
    if off:
        state.put(keys.OFF_BY, "mean" if off.by_mean else "zero")


def unique(pins: Pins, name: str, but: int | None = None) -> str:
    """A name that no other pin has; `but` is the pin that it is for."""
    taken = {pin.name for index, pin in enumerate(pins.pins) if index != but}
    wanted, number = named(name), 2
    found = wanted
    while found in taken:
        end = f" {number}"
        found, number = wanted[: LONGEST_NAME - len(end)] + end, number + 1
    return found


def suggested(reading: Reading) -> str:
    """A name for what is on the screen: what is unusual about it, then how its text begins."""
    key = reading.key
    parts = [models.title(key.name)]
    if key.untrained:
        parts = [content.UNTRAINED]
    elif key.step is not None:
        parts = [content.AT_STEP.format(step=key.step)]
    if reading.off:
        parts.append(content.OFF.format(n=len(reading.off.switches)))
    if (temperature := sampling_settings()[0]) != 1:
        parts.append(f"T {temperature:g}")
    room = _SUGGESTED - len(" · ".join(parts)) - 6
    text = " ".join(reading.prompt.text.split())
    if room >= 8 and text:
        parts.append(f"“{text}”" if len(text) <= room else f"“{text[:room].rstrip()}…”")
    return " · ".join(parts)
