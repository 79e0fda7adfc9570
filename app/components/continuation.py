"""Writing on: N tokens, a few per tick, on the screen as they come, with a button that stops."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import streamlit as st
import torch

from app import actions, state
from app.components.prediction_panel import sampling_settings
from app.content import prediction as content
from app.reading import Reading
from app.turns import turn
from gptcore.decode.generate import Step, generate

_TICK = 0.15
"""Seconds between two looks; each writes for half of that, so that other learners get the processor too."""


@dataclass
class Continuation:
    """A text that is being written; belongs to one session."""

    steps: Iterator[Step]
    ids: list[int]
    total: int
    written: int = 0
    dropped: int = 0
    done: bool = field(default=False)


def continuation(reading: Reading) -> None:
    """Draws the controls, and the text while it is being written."""
    running: Continuation | None = state.get(state.CONTINUATION)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.number_input("New tokens", 1, 200, 30, key=state.N_NEW, width=110, persist_state="session")
        if running is None:
            st.button(
                content.CONTINUE,
                key="continue",
                on_click=_start,
                icon=":material/play_arrow:",
                help=content.CONTINUE_HELP,
            )
        else:
            st.button("Stop", key="stop", on_click=_finish, icon=":material/stop:")
    if running is not None:
        st.fragment(_write, run_every=_TICK)(reading)


def _start() -> None:
    reading = actions.current_reading()
    if not reading.ids:
        return
    total = state.get(state.N_NEW, 30)
    temperature, top_k, top_p = sampling_settings()
    generator = torch.Generator().manual_seed(state.get(state.SEED, 0))
    model = reading.checkpoint.model
    steps = generate(model, reading.encoding.ids, total, temperature, top_k, top_p, generator)
    state.put(state.CONTINUATION, Continuation(steps, list(reading.encoding.ids), total))


def _write(reading: Reading) -> None:
    running: Continuation | None = state.get(state.CONTINUATION)
    if running is None:
        st.rerun()
    with turn(running.total) as taken:
        until = time.monotonic() + _TICK / 2
        while time.monotonic() < until and not running.done:
            taken.pause()  # before a token, for a script that ends here must not lose one
            step = next(running.steps, None)
            running.done = step is None
            if step is not None:
                running.ids.append(step.id)
                running.written += 1
                running.dropped = step.dropped
    st.caption(content.WRITING.format(done=running.written, total=running.total))
    st.text(reading.checkpoint.tokenizer.decode(running.ids))
    if running.dropped:
        st.caption(content.CONTEXT_FULL)
    if running.done:
        _finish_later()


def _finish_later() -> None:
    """A widget's value can only change before the widget is drawn: the next full run takes the text over."""
    state.put(state.FINISHED_TEXT, True)
    st.rerun()


def _finish() -> None:
    """Takes what is written so far as the text; the one before can be brought back."""
    running: Continuation | None = state.get(state.CONTINUATION)
    if running is not None:
        state.put(state.CONTINUATION, None)
        actions.replace_text(actions.current_reading().checkpoint.tokenizer.decode(running.ids))


def take_over_finished() -> None:
    """Called at the top of the page, before its widgets."""
    if state.get(state.FINISHED_TEXT):
        state.put(state.FINISHED_TEXT, False)
        _finish()
