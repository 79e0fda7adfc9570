"""What can be taken away of Tasks: its view in words, and the Python lines that give the same verdict."""

import streamlit as st

from app.shared import models
from app.shared.takeaway import text as shared_text
from app.shared.takeaway.menu import draw_take_away
from app.shared.takeaway.model_lines import model_lines
from app.shared.takeaway.view import View
from app.shared.text import KINDS
from app.tasks import text as content
from app.tasks.example import ReadExample


def draw_task_away(current: ReadExample) -> None:
    """Draws the menu; call it when all else has been drawn."""
    more = {} if current.prediction is None else {content.PYTHON: lambda: _python(current)}
    draw_take_away(lambda: view_of(current), more)


def view_of(current: ReadExample) -> View:
    """The view in words."""
    kind = current.input.kind
    labels = content.TEXT_LABELS[kind]
    answers = [f"Answer {number}" for number in range(1, len(current.texts))]
    names = [labels[0], *answers] if kind == "multiple_choice" else labels
    return View(
        title=f"GPT Explorer: {KINDS[kind]}",
        settings={"Model": models.title(current.key.name), "Task": KINDS[kind]},
        line=f"{models.title(current.key.name)} · {KINDS[kind]}",
        texts=dict(zip(names, current.texts, strict=True)),
        caption=shared_text.EVERY_NUMBER,
    )


def python_lines(current: ReadExample) -> str:
    """Lines over gptcore that give the model's outputs for these texts."""
    lines = [
        *model_lines(current.key),
        "",
        "from gptcore.tasks.predict import outputs, predict",
        "",
        f"texts = {list(current.texts)!r}",
        "prediction = predict(checkpoint, texts)",
        "print(prediction.task.labels, outputs(prediction.task, prediction.logits))",
    ]
    return "\n".join(lines) + "\n"


def _python(current: ReadExample) -> None:
    st.caption(content.PYTHON_NOTE)
    st.code(python_lines(current), language="python", wrap_lines=True)
