"""Writing on: N tokens, a few per tick, on the screen as they come, with a button that stops."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import streamlit as st
import torch

from app.explore import actions, keys
from app.explore.lenses import prediction_text as content
from app.explore.prediction_panel import sampling_settings
from app.explore.prompt import Prompt
from app.explore.reading import Reading
from app.shared import state
from app.shared.turns import take_turn
from gptcore.decode.generate import Step, generate
from gptcore.model.intervention import moved
from gptcore.model.language_model import LanguageModel
from gptcore.text.tokenizer import Tokenizer
from gptcore.trace.lens import Guesses

RECENT = 24
"""Steps that are kept, so that a lens can show how they were chosen."""
_TICK = 0.15
"""Seconds between two looks; each writes for half of that, so that other learners get the processor too."""


@dataclass
class Continuation:
    """A text that is being written; belongs to one session."""

    prompt: Prompt
    """What it continues."""
    tokenizer: Tokenizer
    """Of the model that writes."""
    model: LanguageModel
    """Which writes."""
    steps: Iterator[Step]
    total: int
    ids: list[int] = field(default_factory=list)
    """Written so far."""
    recent: deque[Step] = field(default_factory=lambda: deque(maxlen=RECENT))
    """The last steps, of all that were."""
    guessed: Guesses | None = None
    """What the Layers lens has found of the last steps."""
    n_guessed: int = 0
    """Steps that it has gone through."""
    dropped: int = 0
    done: bool = False

    @property
    def text(self) -> Prompt:
        """The prompt with what is written so far."""
        return self.prompt.appended(self.tokenizer, self.ids)


def draw_continuation(reading: Reading) -> None:
    """Draws the controls, and the text while it is being written."""
    draw_writing_controls(reading)
    if is_writing():
        draw_written()


def is_writing() -> bool:
    """Whether a text is being written now."""
    return state.get(keys.CONTINUATION) is not None


def draw_writing_controls(reading: Reading) -> None:
    """Draws how many tokens are written, and the button that begins or stops."""
    ended = reading.prompt.is_ended
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.number_input("New tokens", 1, 200, 30, key=keys.N_NEW, width=110, persist_state="session")
        if not is_writing():
            st.button(
                content.WRITE_ON if ended else content.CONTINUE,
                key="continue",
                on_click=_start,
                icon=":material/play_arrow:",
                help=content.WRITE_ON_HELP if ended else content.CONTINUE_HELP,
            )
        else:
            st.button("Stop", key="stop", on_click=_finish, icon=":material/stop:")


def draw_written(draw: Callable[[Continuation], None] | None = None) -> None:
    """Draws the text as it is being written, and whatever `draw` makes of it, each time there is more of it."""
    st.fragment(_write, run_every=_TICK)(draw)


def _start() -> None:
    reading = actions.current_reading()
    if not reading.ids:
        return
    total = state.get(keys.N_NEW, 30)
    generator = torch.Generator().manual_seed(state.get(keys.SEED, 0))
    tokenizer = reading.checkpoint.tokenizer
    steps = generate(
        reading.checkpoint.model,
        reading.encoding.ids,
        total,
        *sampling_settings(),
        generator,
        tokenizer.stop_ids,
        moved(reading.interventions, -reading.first),
    )
    state.put(keys.CONTINUATION, Continuation(reading.prompt, tokenizer, reading.checkpoint.model, steps, total))


def _write(draw: Callable[[Continuation], None] | None) -> None:
    running: Continuation | None = state.get(keys.CONTINUATION)
    if running is None:
        st.rerun()
    with take_turn(running.total) as taken:
        until = time.monotonic() + _TICK / 2
        while time.monotonic() < until and not running.done:
            taken.pause()  # before a token, for a script that ends here must not lose one
            step = next(running.steps, None)
            running.done = step is None
            if step is not None:
                running.ids.append(step.id)
                running.recent.append(step)
                running.dropped = step.dropped
    st.caption(content.WRITING.format(done=len(running.ids), total=running.total))
    st.text(running.text.text)
    if running.dropped:
        st.caption(content.CONTEXT_FULL)
    if draw is not None:
        draw(running)
    if running.done:
        _finish_later()


def _finish_later() -> None:
    """A widget's value can only change before the widget is drawn: the next full run takes the text over."""
    state.put(keys.FINISHED_TEXT, True)
    st.rerun()


def _finish() -> None:
    """Takes what is written so far as the text; the one before can be brought back."""
    running: Continuation | None = state.get(keys.CONTINUATION)
    if running is not None:
        actions.replace_prompt(running.text)


def take_over_finished() -> None:
    """Called at the top of the page, before its widgets."""
    if state.get(keys.FINISHED_TEXT):
        state.put(keys.FINISHED_TEXT, False)
        _finish()
