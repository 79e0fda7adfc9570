"""What can be taken away of Explore: its view in words, the Python lines, the trace, and the model."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from shlex import quote

import numpy as np
import streamlit as st

from app.explore import off_text, switching, text
from app.explore import take_away_text as content
from app.explore.beside import beside
from app.explore.chosen import Chosen, chosen
from app.explore.python_lines import python_lines
from app.explore.reading import Reading
from app.shared import models, trail
from app.shared.takeaway import text as shared_text
from app.shared.takeaway.menu import draw_take_away
from app.shared.takeaway.view import View
from app.shared.turns import take_turn
from gptcore.checkpoints.checkpoint import TextModel
from gptcore.checkpoints.hf import hf_zip_bytes, to_hf_zip
from gptcore.errors import InputError
from gptcore.provenance.cells import Cell, checked
from gptcore.trace.export import MOST_BYTES, npz, too_large
from gptcore.trace.trace import run_trace, whole_trace_bytes

_MOST_MODEL = 200_000_000
"""Bytes of a model that goes through the server's memory."""
_WITHOUT_HEAD = ("tokens", "prediction", "anatomy", "vectors", "layers", "change")
"""Lenses that show no head's numbers."""
_TRACE_FILE = "gpt-explorer-trace.npz"


def draw_explore_away(reading: Reading) -> None:
    """Draws the menu; call it when the lens has been drawn. What is chosen is asked for when the menu is opened."""
    now = partial(switching.applied, reading)
    draw_take_away(
        lambda: view_of(now(), chosen(reading)),
        {
            content.PYTHON: lambda: _python(now(), chosen(reading)),
            content.TOOLS: lambda: _tools(now(), chosen(reading)),
        },
    )


def view_of(reading: Reading, now: Chosen) -> View:
    """The view in words."""
    name = text.LENSES[now.lens]
    has_head = reading.is_gpt and now.lens not in _WITHOUT_HEAD
    settings = {"Layer": str(now.layer + 1), "Head": str(now.head + 1)} if has_head else {}
    settings["Token"] = f"{now.position + 1} “{reading.plain_names[now.position]}”"
    settings |= _switched_off(reading)
    settings |= {
        label: f"{value:g}"
        for label, value in zip(("Temperature", "Top-k", "Top-p"), now.sampling, strict=True)
        if value is not None and (label, value) != ("Temperature", 1.0)
    }
    line = [_model(reading), f"{name} lens", *(f"{label.lower()} {value}" for label, value in settings.items())]
    texts = {"Text": reading.text, "Token ids": " ".join(map(str, reading.ids))}
    if (other := beside(reading)) is not None:
        line.append(content.BESIDE.format(name=other.name))
        settings[content.BESIDE_LABEL] = f"“{other.name}”: {_model(other.reading)}"
        texts[content.BESIDE_TEXT] = other.reading.text
    return View(
        title=f"GPT Explorer: {name}",
        settings={"Model": _model(reading), "Lens": name, **settings},
        line=" · ".join(line).replace(" · head ", ", head "),
        texts=texts,
        caption=shared_text.EXPLORE.format(n=reading.checkpoint.config.vocab_size),
    )


def _switched_off(reading: Reading) -> dict[str, str]:
    if not reading.off:
        return {}
    names = ", ".join(off_text.name(one, reading.plain_names) for one in reading.off.switches)
    return {off_text.OFF_LABEL: names + (f" ({off_text.BY['mean'].lower()} instead)" if reading.off.by_mean else "")}


def _model(reading: Reading) -> str:
    key = reading.key
    step = "" if key.step is None else f" at step {key.step:,}"
    return models.title(key.name) + (" before training" if key.untrained else step)


def _python(reading: Reading, now: Chosen) -> None:
    st.caption(content.PYTHON_NOTE)
    st.code(python_lines(reading, now, _opened(reading), beside(reading)), language="python", height=360)


def _opened(reading: Reading) -> Cell | None:
    """The number whose arithmetic is open; an address may name one that is not there."""
    for cell in trail.cells()[-1:] if reading.is_gpt else ():
        with suppress(InputError):
            return checked(cell, reading.checkpoint.config, len(reading.ids))
    return None


def _tools(reading: Reading, now: Chosen) -> None:
    st.caption(content.TRACE_NOTE)
    n_tokens, checkpoint = len(reading.ids), reading.checkpoint
    if (size := whole_trace_bytes(checkpoint.config, n_tokens)) > MOST_BYTES:
        st.info(too_large(n_tokens, size))
    else:
        about = content.ABOUT.format(model=_model(reading), line=view_of(reading, now).line, text=repr(reading.text))
        _download(content.SAVE_TRACE.format(size=_size(size)), partial(_trace, reading, about), _TRACE_FILE)
    st.caption(content.MODEL_NOTE)
    _draw_model(checkpoint, reading.key.name)


def _draw_model(checkpoint: TextModel, name: str) -> None:
    try:
        size = hf_zip_bytes(checkpoint)
    except InputError as error:
        st.info(content.MODEL_CANNOT)
        st.text(str(error))
        return
    if size > _MOST_MODEL:
        st.info(content.MODEL_LARGE.format(size=_size(size)))
        st.code(content.MODEL_COMMAND.format(name=quote(str(models.folder(name)))), language="bash")
        return
    label = content.SAVE_MODEL.format(name=name, size=_size(size))
    _download(label, partial(to_hf_zip, checkpoint), "gpt-explorer-model.zip")


def _trace(reading: Reading, about: str) -> bytes:
    """Runs when the button is clicked, outside of any page."""
    tokenizer, ids = reading.checkpoint.tokenizer, reading.ids
    with take_turn(len(ids)) as taken:
        model, off = reading.checkpoint.model, reading.interventions
        trace = run_trace(model, np.array(ids), pause=taken.pause, interventions=off)
    return npz(trace, [tokenizer.token_text(token) for token in ids], about, file=_TRACE_FILE)


def _download(label: str, make: Callable[[], bytes], file_name: str) -> None:
    st.download_button(label, make, file_name, key=f"take_{file_name}", on_click="ignore", icon=":material/download:")


def _size(n_bytes: int) -> str:
    return f"{n_bytes / 1e6:,.0f} MB" if n_bytes >= 1e6 else f"{n_bytes / 1e3:,.0f} kB"
