"""What can be taken away of the Decoding page: its view in words, and the Python lines that give the same numbers."""

import streamlit as st

from app.decoding import text as content
from app.decoding.laboratory import Laboratory
from app.decoding.start import Start
from app.shared import models
from app.shared.takeaway import text as shared_text
from app.shared.takeaway.menu import draw_take_away
from app.shared.takeaway.model_lines import model_lines
from app.shared.takeaway.view import View


def draw_decoding_away(start: Start, look: str, laboratory: Laboratory) -> None:
    """Draws the menu; call it when the laboratory has been drawn."""
    draw_take_away(
        lambda: view_of(start, look, laboratory), {content.PYTHON: lambda: _python(python_lines(start, laboratory))}
    )


def view_of(start: Start, look: str, laboratory: Laboratory) -> View:
    """The view in words."""
    name, model = content.LOOKS[look], models.title(start.key.name)
    settings = laboratory.settings(start)
    words = [model, name, *(f"{label.lower()} {value}" for label, value in settings.items())]
    return View(
        title=f"GPT Explorer: {name}",
        settings={"Model": model, "Laboratory": name, **settings},
        line=" · ".join(words),
        texts={"Beginning": start.text, "Token ids": " ".join(map(str, start.ids))},
        caption=shared_text.EXPLORE.format(n=start.checkpoint.config.vocab_size),
    )


def python_lines(start: Start, laboratory: Laboratory) -> str:
    """Lines over gptcore that give what a laboratory shows."""
    last = f"[-{start.checkpoint.config.n_positions}:]  # what fits the context" if start.is_cut else ""
    lines = [
        *model_lines(start.key),
        "",
        f"text = {start.read!r}",
        f"ids = tokenizer.encode(text).ids{last}",
        f"stop_ids = {start.stop_ids!r}  # the token between two texts",
        "",
        *laboratory.python_lines(start),
    ]
    return "\n".join(lines) + "\n"


def _python(lines: str) -> None:
    st.caption(content.PYTHON_NOTE)
    st.code(lines, language="python", height=360)
