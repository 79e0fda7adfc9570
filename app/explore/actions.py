"""What happens when a learner does something: the Explore page's callbacks. They change state and draw nothing."""

from collections.abc import Callable, Sequence

import streamlit as st

from app.explore import keys, session_prompt, switching
from app.explore.arithmetic import TextNumbers
from app.explore.off import exists
from app.explore.prompt import Prompt
from app.explore.reading import Reading, read
from app.explore.start_here import mark_done
from app.shared import loaded, models, outside, state, trail
from app.shared.arithmetic.clicks import clicked
from app.shared.lines import to_marks
from app.shared.samples import Sample
from gptcore.provenance.cells import Cell

STRIP, MAP, BARS, VECTORS, FLOW = "strip", "heads", "bars", "vectors", "flow"
SWITCHED, RANKING = "switched", "ranking"
SURPRISES, COMPARED = "surprises", "compared"
"""Keys of the components that report clicks."""


def current_reading() -> Reading:
    """The text and model as the widgets have them now, with what is switched off."""
    name = state.get(state.MODEL) or next(iter(models.readers()))
    key = loaded.model_key(name, bool(state.get(keys.UNTRAINED)), state.get(keys.CHECKPOINT))
    return switching.applied(read(key, session_prompt.current(loaded.checkpoint(key).tokenizer)))


def text_changed() -> None:
    """The prompt was edited."""
    session_prompt.edit()
    mark_done("type")
    state.put(keys.SAMPLE, None)


def replace_prompt(prompt: Prompt) -> None:
    """Another text by a click; it can be undone. Its last token is selected."""
    session_prompt.replace(prompt)
    state.put(keys.POSITION, None)


def undo() -> None:
    """The text before the last click that changed it."""
    session_prompt.undo()
    state.put(keys.POSITION, None)


def use_sample(sample: Sample) -> None:
    """A sample was picked."""
    replace_prompt(Prompt.typed(sample.text))


def use_long_text() -> None:
    """The text of the large box becomes the prompt."""
    text, before = state.get(keys.LONG_TEXT) or "", current_reading().prompt
    state.put(keys.LONG_SHOWN, text)
    if text != before.text:
        replace_prompt(before.edited(to_marks(text)))


def append_token(token: int) -> None:
    """Adds one token to the text's end, also part of a character, or end-of-text."""
    reading = current_reading()
    replace_prompt(reading.prompt.appended(reading.checkpoint.tokenizer, [token]))


def append_picked_token() -> None:
    """A bar was clicked."""
    token = st.session_state[BARS].append
    if outside.is_index(token, current_reading().checkpoint.config.vocab_size):
        append_token(token)


def pick_head() -> None:
    """A small map was clicked."""
    chosen = st.session_state[MAP].head
    config = current_reading().checkpoint.config
    # The click may come from a picture of a larger model that was on the screen a moment ago.
    match chosen:
        case [layer, head] if outside.is_index(layer, config.n_layer) and outside.is_index(head, config.n_head):
            state.put(keys.LAYER, layer + 1)
            state.put(keys.HEAD, head + 1)
            if state.get(keys.VIEW) == "rollout":  # which shows no single head
                state.put(keys.VIEW, "map")
            mark_done("head")


def pick_from_columns(tokens: Sequence[int | None]) -> Callable[[], None]:
    """What happens when one of two texts' surprises is clicked.

    Args:
        tokens: of each column; None where only the other text has one.
    """

    def picked() -> None:
        at = st.session_state[SURPRISES].position
        if outside.is_index(at, len(tokens)):
            _select_position(tokens[at])

    return picked


def pick_layer() -> None:
    """A closed block was clicked."""
    layer = st.session_state[FLOW].layer
    if outside.is_index(layer, current_reading().checkpoint.config.n_layer):
        state.put(keys.LAYER, layer + 1)


def pick_head_in_flow() -> None:
    """A head's part of the heads side by side was clicked."""
    head = st.session_state[FLOW].head
    if outside.is_index(head, current_reading().checkpoint.config.n_head):
        state.put(keys.HEAD, head + 1)
        mark_done("head")


def switch_from(key: str) -> Callable[[], None]:
    """What happens when a part or a token is switched off in the component with this key, or on again.

    What this model and text do not have switches nothing.
    """

    def switched() -> None:
        sent = st.session_state[key].switch
        reading = current_reading()
        if isinstance(sent, list) and exists(switch := tuple(sent), reading.checkpoint.config, len(reading.ids)):
            switching.toggle(switch)
            mark_done("switch")

    return switched


def bring_back() -> None:
    """Everything that is off is switched on again."""
    reading = current_reading()
    switching.bring_back(reading.key, reading.source)


def keep_stage() -> None:
    """Another stage was stepped to; what it is called is checked by who reads it."""
    stage = st.session_state[FLOW].stage
    if isinstance(stage, str) and stage.isalnum():
        st.query_params[keys.STAGE] = stage[:20]
        mark_done("walk")


def pick_from(key: str) -> Callable[[], None]:
    """What happens when a token is clicked in the component with this key: it is chosen."""

    def picked() -> None:
        _select_position(st.session_state[key].position)

    return picked


def _select_position(index: object) -> None:
    n_tokens = len(current_reading().ids)
    if outside.is_index(index, n_tokens):
        # The last token is selected by not selecting any, so that the selection moves on with the text.
        state.put(keys.POSITION, None if index == n_tokens - 1 else index + 1)
        mark_done("token")


def open_from(key: str) -> Callable[[], None]:
    """What happens when a number is clicked in the component with this key: its arithmetic is opened.

    What is no number of this model and text opens nothing (app.shared.arithmetic.clicks).
    """

    def opened() -> None:
        _open(st.session_state[key].cell)

    return opened


def open_in_map() -> None:
    """A number of the large head was clicked: it opens, and the token that looks is chosen."""
    if (cell := _open(st.session_state[MAP].cell)) is not None and len(cell) == 5:
        _select_position(cell[3])


def _open(sent: object) -> Cell | None:
    """Opens a number; returns it as it is named, None if there is none."""
    if cell := clicked(sent, TextNumbers(current_reading())):
        trail.open_cell(cell)
        mark_done("open")
    return cell
