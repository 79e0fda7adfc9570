"""Of the Layers lens: what each block's state would predict, as a grid, and two next tokens through the layers."""

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.explore import actions, keys
from app.explore.beside import Beside, gpt_beside
from app.explore.continuation import Continuation, draw_writing_controls, draw_written, is_writing
from app.explore.lenses import cache, layers_rivals
from app.explore.lenses import layers_guesses_text as content
from app.explore.lenses.layers_window import window
from app.explore.reading import Reading
from app.shared.browser.guesses import Column, Other, numbers
from app.shared.browser.guesses import guesses as draw_grid
from app.shared.browser.packing import pack
from app.shared.choice import draw_choice
from app.shared.stamp import stamp
from app.shared.theme import percent, plain_token
from app.shared.turns import take_turn
from gptcore.checkpoints.checkpoint import DEFAULT_MODEL
from gptcore.config import ModelConfig
from gptcore.text.tokenizer import Tokenizer
from gptcore.trace.lens import Guesses
from gptcore.trace.lens import guesses as guessed

GRID, OTHER_GRID = "guesses", "guesses_beside"
_LIVE_GRID = "guesses_live"


def show(reading: Reading, position: int, choices: DeltaGenerator, controls: DeltaGenerator) -> None:
    """Draws the grid, or how it grows while the text is being written on; then two rivals, and what it all means."""
    with choices:
        colour = draw_choice(content.COLOURS_LABEL, content.COLOURS, keys.GUESS_COLOUR, "chance")
    with controls:
        draw_writing_controls(reading)
    if is_writing():
        draw_written(lambda running: _live(reading, running, colour))
        return
    other = gpt_beside(reading)
    found = _grid(reading, position, colour, other)
    left, right = st.columns([1.2, 1], gap="large")
    with left:
        layers_rivals.show(reading, position, other)
    with right:
        st.markdown(content.WHAT_TITLE)
        st.markdown("\n".join(f"- {sentence}" for sentence in meaning(reading, found, position)))


def row_names(config: ModelConfig) -> list[str]:
    """Of the boundaries, from h_0 to the last block."""
    blocks = [content.BLOCK.format(n=n) for n in range(1, config.n_layer)]
    return [content.START, *blocks, content.LAST_BLOCK.format(n=config.n_layer)]


def found_at(reading: Reading, position: int) -> Guesses:
    """What the columns around a token say."""
    trace = reading.traced(("hidden", "logits"))
    return cache.guesses(reading.key, reading.source, reading.off, trace, *window(len(reading.ids), position))


def _grid(reading: Reading, position: int, colour: str, other: Beside | None) -> Guesses:
    found = found_at(reading, position)
    first, stop = window(len(reading.ids), position)
    packed, note = numbers(found), []
    names = _names(reading.checkpoint.tokenizer, found.tokens)
    if other is not None and _lines_up(reading, other.reading):
        there = found_at(other.reading, position)
        n_different = int((there.tokens[..., 0] != found.tokens[..., 0]).sum())
        packed["other"] = Other(name=content.OTHER.format(name=other.name), tokens=pack(there.tokens[..., 0]))
        names |= _names(reading.checkpoint.tokenizer, there.tokens[..., :1])
        note.append((content.DIFFERS if n_different else content.SAME_EVERYWHERE).format(name=other.name))
    if stop - first < len(reading.ids):
        note.append(content.WINDOW.format(first=first + 1, last=stop, n=len(reading.ids)))
    draw_grid(
        _columns(reading, first, stop),
        row_names(reading.checkpoint.config),
        packed,
        names,
        colour=colour,
        chosen=position - first,
        vocabulary=reading.checkpoint.config.vocab_size,
        texts=_texts(colour, content.TITLE, " ".join([content.SUBTITLE, *note])),
        stamp=reading.stamp(GRID, position, colour, other and other.reading.stamp()),
        key=GRID,
        on_pick=actions.pick_from(GRID),
        on_cell=actions.open_from(GRID),
    )
    if other is not None and not _lines_up(reading, other.reading):
        _other_grid(other.reading, other.name, other.place_of(reading, position), colour)
    return found


def _lines_up(reading: Reading, other: Reading) -> bool:
    """Whether two grids can be compared cell by cell."""
    one, two = reading.checkpoint, other.checkpoint
    if reading.ids != other.ids or one.config.n_layer != two.config.n_layer:
        return False
    return reading.key.name == other.key.name or one.tokenizer.fingerprint == two.tokenizer.fingerprint


def _other_grid(reading: Reading, name: str, position: int, colour: str) -> None:
    """Another text, or another model's: a grid of its own, around the token that stands for the chosen one."""
    found, (first, stop) = found_at(reading, position), window(len(reading.ids), position)
    draw_grid(
        _columns(reading, first, stop),
        row_names(reading.checkpoint.config),
        numbers(found),
        _names(reading.checkpoint.tokenizer, found.tokens),
        colour=colour,
        chosen=position - first,
        vocabulary=reading.checkpoint.config.vocab_size,
        texts=_texts(colour, content.OTHER_TITLE.format(name=name), ""),
        stamp=reading.stamp(OTHER_GRID, position, colour),
        key=OTHER_GRID,
    )


def _columns(reading: Reading, first: int, stop: int) -> list[Column]:
    names = [*reading.plain_names, None]
    return [Column(name=names[i] or "", position=i, next=names[i + 1]) for i in range(first, stop)]


def _texts(colour: str, title: str, subtitle: str, live: bool = False) -> dict[str, str]:
    return {
        "title": title,
        "subtitle": subtitle,
        "colours": content.LEGENDS[colour],
        "bold": content.BOLD,
        "alt": content.ALT,
        "read": content.READ,
        "next": content.LIVE_NEXT if live else content.NEXT,
    }


def _names(tokenizer: Tokenizer, tokens: np.ndarray) -> dict[int, str]:
    return {token: plain_token(tokenizer.token_text(token)) for token in np.unique(tokens).tolist()}


def _live(reading: Reading, running: Continuation, colour: str) -> None:
    """The last steps of a text that is being written: what each layer made of the token before."""
    if not running.recent:
        st.caption(content.WAITING)
        return
    behind = len(running.ids) - running.n_guessed
    steps = list(running.recent)
    if new := steps[-behind:] if behind else []:
        states, logits = np.stack([step.states for step in new], axis=1), np.stack([step.model_logits for step in new])
        with take_turn(len(new)) as taken:
            more = guessed(running.model, states, logits, [step.id for step in new], pause=taken.pause)
        running.guessed = more if running.guessed is None else running.guessed.joined(more).last(len(steps))
        running.n_guessed = len(running.ids)
    if (found := running.guessed) is None:
        return
    ids = [*reading.encoding.ids[-1:], *running.ids][-len(steps) - 1 :]
    names = [plain_token(running.tokenizer.token_text(token)) for token in ids]
    note = content.RECENT.format(n=len(steps)) if len(steps) < len(running.ids) else ""
    draw_grid(
        [Column(name=names[i], position=step.position - 1, next=names[i + 1]) for i, step in enumerate(steps)],
        row_names(running.model.config),
        numbers(found),
        _names(running.tokenizer, found.tokens),
        colour=colour,
        chosen=None,
        vocabulary=running.model.config.vocab_size,
        texts=_texts(colour, content.LIVE_TITLE, f"{content.LIVE_SUBTITLE} {note}".strip(), live=True),
        stamp=stamp(_LIVE_GRID, len(running.ids), colour),
        key=_LIVE_GRID,
    )


def meaning(reading: Reading, found: Guesses, position: int) -> list[str]:
    """Sentences on what the rows can tell of this model, with what is so in the columns that are shown."""
    config = reading.checkpoint.config
    sentences = [content.FINAL_ONLY, content.POST_NORM if config.norm == "post" else content.PRE_NORM]
    if config.tied:
        sentences.append(content.TIED)
    first, stop = window(len(reading.ids), position)
    if (count := stop - first) < 2:
        return [*sentences, content.ONE_COLUMN]
    read = np.array(reading.ids[first:stop])
    itself = (found.tokens[..., 0] == read).mean(axis=1)
    answered = (found.final_rank == 1).mean(axis=1)
    rows, middle = row_names(config), (config.n_layer + 1) // 2
    if config.n_layer > 1:
        here = content.ITSELF.format(count=count, itself=percent(float(itself[middle])), row=rows[middle])
        there = content.ANSWERED.format(answered=percent(float(answered[-2])), row=rows[-2])
        sentences.append(f"{here}{content.AND}{there}.")
    if reading.key.name == DEFAULT_MODEL and not (reading.key.untrained or reading.key.step or reading.off):
        sentences.append(content.MEASURED)
    return sentences
