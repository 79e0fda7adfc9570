"""GPT beside BERT: one sentence, two masks, and what follows from that, measured on our models."""

from contextlib import suppress

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.bert import accuracy, cache, choosing, keys, measured
from app.bert import text as content
from app.bert.claims import Known, draw_claims
from app.bert.filling import draw_filling
from app.bert.formats import draw_formats, draw_tokens
from app.bert.patterns import draw_breaks, draw_pattern
from app.bert.samples import DEFAULT, SAMPLES, Sample
from app.bert.sentence import MOST_CHARACTERS, MaskedSentence, Sentence
from app.bert.take_away import draw_bert_away
from app.shared import models, state
from app.shared.header import title_row
from app.shared.loaded import ModelKey
from app.shared.notice import cannot
from app.shared.present import is_presented
from app.shared.text import CANNOT_SHOW
from app.shared.theme import escape
from gptcore.errors import GPTCoreError
from gptcore.evaluate.look_ahead import share_itself


def show() -> None:
    """Draws the page."""
    with st.container(gap="small"):
        try:
            _page()
        except GPTCoreError as error:
            cannot(CANNOT_SHOW, error)


def _page() -> None:
    title_row()
    st.markdown(content.INTRO)
    with st.container(horizontal=True, gap="small"):
        gpt, masked_key = choosing.choose_gpt(), choosing.choose_masked()
    text = st.text_input(
        content.SENTENCE_LABEL,
        DEFAULT.text,
        key=keys.SENTENCE,
        live="50ms",
        placeholder=content.SENTENCE_PLACEHOLDER,
        label_visibility="collapsed",
        bind="query-params",
        max_chars=MOST_CHARACTERS,
    )
    end = _samples(text or "")
    whole = Sentence(gpt, text or "", 0)
    if not whole.ids:
        st.info(content.EMPTY)
        return
    sentence = Sentence(gpt, whole.text, _gap(whole))
    masked = None if masked_key is None else MaskedSentence(masked_key, sentence.read_text, sentence.span)
    if masked is not None and not choosing.are_alike(gpt, masked.key):
        names = (escape(models.title(key.name)) for key in (gpt, masked.key))
        st.caption(content.OTHER_TEXTS.format(**dict(zip(("gpt", "masked"), names, strict=True))))
    if masked is not None and (said := choosing.unequal(gpt, masked.key)):
        st.caption(said)
    if whole.is_cut:
        st.caption(content.CUT.format(n=len(whole.ids)))
    draw_tokens(sentence, masked)
    if len(sentence.ids) < 2:
        st.info(content.SHORT)
        return
    mask = draw_pattern(sentence, masked)
    draw_breaks(sentence)
    draw_filling(sentence, masked)
    draw_formats(sentence, masked)
    measured.draw_passes()
    results = accuracy.results()
    accuracy.draw_accuracy(results)
    draw_claims(_known(sentence, masked_key, accuracy.pairs(results)))
    with end:
        draw_bert_away(sentence, masked, mask)


def _known(sentence: Sentence, masked: ModelKey | None, pairs: list[str]) -> Known:
    attention = cache.read(sentence.key, sentence.ids, False).part("attention")
    return Known(
        ahead=measured.look_ahead(sentence.key.name),
        passes=measured.passes(),
        gaps=measured.gaps(),
        itself=share_itself(attention),
        reader=accuracy.reader(),
        pairs=pairs,
        added=None if masked is None else choosing.added_parameters(masked),
    )


def _gap(whole: Sentence) -> int:
    """Which token is hidden: the address's, the sample's, or the second."""
    last = len(whole.ids) - 1
    with suppress(ValueError):
        return min(max(int(st.query_params.get(keys.GAP, "")) - 1, 0), last)
    sample = _sample_of(whole.text)
    return min(1, last) if sample is None else whole.index_of(sample.hidden)


def _samples(text: str) -> DeltaGenerator:
    """Draws the samples; returns room at the end of their row."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if not is_presented():
            labels = [sample.label for sample in SAMPLES]
            st.pills(
                "Samples", labels, key=keys.SAMPLE, on_change=_use_sample, label_visibility="collapsed", width="content"
            )
        st.space("stretch")
        end = st.container(width="content")
    if (sample := _sample_of(text)) is not None and not is_presented():
        st.caption(sample.look_for)
    return end


def _sample_of(text: str) -> Sample | None:
    return next((sample for sample in SAMPLES if sample.text == text), None)


def _use_sample() -> None:
    for sample in SAMPLES:
        if sample.label == state.get(keys.SAMPLE):
            state.put(keys.SENTENCE, sample.text)
            st.query_params.pop(keys.GAP, None)


show()
