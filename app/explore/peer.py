"""Explore with a peer in a GPT's place: what an LSTM or a bigram has no number for is said, not drawn."""

import numpy as np
import streamlit as st

from app.explore import keys, switching
from app.explore import peer_text as content
from app.explore.reading import Reading
from app.shared import state
from app.shared.theme import escape, percent, plain_token
from gptcore.model.bigram import BigramModel
from gptcore.model.ngram import Bigram

DRAWN = ("tokens", "prediction")
"""The lenses that show a peer, too."""


def draw_lacking(reading: Reading, lens: str) -> None:
    """Says what the model does not have that a lens would show, and leads to a lens that shows it."""
    kind = reading.checkpoint.config.architecture
    st.info(content.LACKS[kind].get(lens, content.LACKS[kind]["attention"]))
    st.button(content.TO_PREDICTION, key="peer_to_prediction", icon=":material/bar_chart:", on_click=_to_prediction)


def draw_notes(reading: Reading, position: int) -> None:
    """What a peer's prediction is made from, in a line; and that nothing can be switched off, where the address asks
    for it."""
    model = reading.checkpoint.model
    if isinstance(model, BigramModel):
        st.caption(_counted(reading, model.bigram, position))
    else:
        st.caption(content.LSTM)
    if switching.current():
        st.caption(content.NOT_OFF[reading.checkpoint.config.architecture])


def _counted(reading: Reading, bigram: Bigram, position: int) -> str:
    """How a bigram comes to the likeliest next token, in its own counts."""
    last = reading.ids[position]
    best = int(reading.logits[position].argmax())
    token = escape(plain_token(reading.checkpoint.tokenizer.token_text(best)))
    return content.BIGRAM[bigram.smoothing].format(
        last=escape(reading.plain_names[position]),
        token=token,
        times=int(bigram.context_counts[last]),
        pair=int(bigram.count(np.array(last), np.array(best))),
        types=int(np.diff(bigram.starts)[last]),
        probability=percent(float(bigram.probability(np.array(last), np.array(best)))),
        added=bigram.added,
        share=bigram.added * bigram.vocab_size,
        discount=bigram.discount,
    )


def _to_prediction() -> None:
    state.put(keys.LENS, "prediction")
