"""What can be taken away of GPT beside BERT: its view in words, and the Python lines that give the same numbers."""

import streamlit as st

from app.bert import text as content
from app.bert.sentence import MaskedSentence, Sentence
from app.shared import models
from app.shared.takeaway import text as shared_text
from app.shared.takeaway.menu import draw_take_away
from app.shared.takeaway.model_lines import model_lines
from app.shared.takeaway.view import View


def draw_bert_away(sentence: Sentence, masked: MaskedSentence | None, mask: str) -> None:
    """Draws the menu; call it when all else has been drawn."""
    draw_take_away(lambda: view_of(sentence, masked, mask), {content.PYTHON: lambda: _python(sentence)})


def view_of(sentence: Sentence, masked: MaskedSentence | None, mask: str) -> View:
    """The view in words."""
    gpt = models.title(sentence.key.name)
    settings = {content.MODEL_LABEL: gpt, content.MASK_LABEL: content.MASKS[mask]}
    if masked is not None:
        settings[content.MASKED_LABEL] = models.title(masked.key.name)
    return View(
        title=content.TITLE,
        settings=settings,
        line=" · ".join([*settings.values(), sentence.hidden]),
        texts={"Sentence": sentence.text, "Hidden": sentence.hidden},
        caption=shared_text.EXPLORE.format(n=sentence.checkpoint.config.vocab_size),
    )


def python_lines(sentence: Sentence) -> str:
    """Lines over gptcore that give what the GPT's half of the page shows."""
    lines = [
        *model_lines(sentence.key),
        "",
        "from gptcore.decode.fill_in import fill_in",
        "from gptcore.evaluate.look_ahead import look_ahead",
        "",
        f"ids = {sentence.ids!r}  # {len(sentence.ids)} tokens of the sentence",
        "square = gptcore.run_trace(model, ids, interventions=[gptcore.lift_mask()])",
        "print(square.attention.shape)  # layers, heads, from, to",
        "both = look_ahead(model, ids)",
        "print(both.triangle.surprisal, both.square.surprisal)  # nats",
        f"gap = fill_in(model, {sentence.left!r}, {sentence.right!r})",
        "print(gap.ids[:8], gap.from_both[:8])",
    ]
    return "\n".join(lines) + "\n"


def _python(sentence: Sentence) -> None:
    st.caption(content.PYTHON_NOTE)
    st.code(python_lines(sentence), language="python", wrap_lines=True)
