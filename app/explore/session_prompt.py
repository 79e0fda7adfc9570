"""The prompt of this session: what stands in its box, the ids behind it, the way back, and its ids in the address.

The box is Streamlit's own and knows text only. Whatever changes it (typing, our callbacks, a link, the browser's back
button), `current` finds the ids that belong to what it shows.
"""

import streamlit as st

from app.explore import keys
from app.explore.prompt import MAX_PROMPT, Prompt
from app.explore.prompt_link import from_link, to_link
from app.explore.samples import DEFAULT_PROMPT
from app.shared import state
from app.shared.lines import to_marks
from gptcore.text.tokenizer import Tokenizer

_MOST_UNDONE = 20
_MOST_KNOWN = 50


def current(tokenizer: Tokenizer) -> Prompt:
    """The prompt as the box shows it now."""
    shown = _shown()
    prompt: Prompt | None = state.get(keys.KEPT)
    if prompt is None or prompt.shown != shown:  # neither typed nor clicked: the address has it
        known = state.get(keys.KNOWN, {})
        prompt = known.get(shown) or from_link(st.query_params.get(keys.IDS, ""), shown, tokenizer)
        state.put(keys.KEPT, prompt)
    return prompt


def edit() -> None:
    """The box was changed by typing; for callbacks."""
    _take((state.get(keys.KEPT) or Prompt.typed(DEFAULT_PROMPT)).edited(_shown()))


def replace(prompt: Prompt) -> None:
    """Another prompt by a click, which can be undone; for callbacks."""
    before = state.get(keys.KEPT) or Prompt.from_box(_shown())
    state.put(keys.UNDO, [*state.get(keys.UNDO, []), before][-_MOST_UNDONE:])
    _remember(before)
    _show(prompt)


def undo() -> None:
    """The prompt before the last click that changed it; for callbacks."""
    if history := state.get(keys.UNDO, []):
        state.put(keys.UNDO, history[:-1])
        _show(history[-1])


def mark_lines() -> None:
    """Before the box is drawn: a box of one line would swallow the line ends of a link, or of another program."""
    for text in (st.query_params.get(keys.PROMPT, ""), state.get(keys.PROMPT) or ""):
        if text != (marked := to_marks(text)):
            state.correct(keys.PROMPT, marked, marked)


def link_ahead(tokenizer: Tokenizer) -> None:
    """After a callback, before the box is drawn, which sends its new text to the address: the ids go there first.

    Each message makes an entry in the browser's history. In this order, going back once leads to the text before.
    """
    if state.get(keys.LINK_IS_DUE):
        link(state.get(keys.KEPT), tokenizer)


def link(prompt: Prompt, tokenizer: Tokenizer) -> None:
    """Puts the prompt's ids into the address, or takes them out."""
    state.put(keys.LINK_IS_DUE, False)
    ids = to_link(prompt, tokenizer) if len(prompt.shown) <= keys.URL_PROMPT_LIMIT else ""
    if ids == st.query_params.get(keys.IDS, ""):
        return
    if ids:
        st.query_params[keys.IDS] = ids
    else:
        del st.query_params[keys.IDS]


def fill_large_box(prompt: Prompt) -> None:
    """Before the large box is drawn: it shows what is read, unless the learner has begun another text there.

    Its text is set in every run: a box that is folded away takes what the last one has set once it is opened.
    """
    if state.get(keys.LONG_TEXT, "") == state.get(keys.LONG_SHOWN, ""):
        text = prompt.text if len(prompt.text) <= MAX_PROMPT else ""
        state.put(keys.LONG_TEXT, text)
        state.put(keys.LONG_SHOWN, text)


def _shown() -> str:
    return to_marks(state.get(keys.PROMPT, DEFAULT_PROMPT) or "")


def _show(prompt: Prompt) -> None:
    _take(prompt)
    state.put(keys.PROMPT, prompt.shown)


def _take(prompt: Prompt) -> None:
    state.put(keys.KEPT, prompt)
    _remember(prompt)
    state.put(keys.LINK_IS_DUE, True)
    state.put(keys.CONTINUATION, None)  # it continues a text that is gone


def _remember(prompt: Prompt) -> None:
    """For the browser's back button, which brings a text but not always its ids."""
    if len(prompt.shown) <= keys.URL_PROMPT_LIMIT:
        known = {**state.get(keys.KNOWN, {}), prompt.shown: prompt}
        state.put(keys.KNOWN, dict(list(known.items())[-_MOST_KNOWN:]))
