"""One gap, three readers: a GPT that stands before it, the same GPT trying whole sentences, and a masked model."""

import numpy as np
import pandas as pd
import streamlit as st

from app.bert import cache
from app.bert import text as content
from app.bert.sentence import MaskedSentence, Sentence
from app.shared import models
from app.shared.browser.prediction import Bar, prediction_bars
from app.shared.stamp import stamp
from app.shared.table import draw_numbers
from app.shared.theme import display_token, escape, percent, plain_token
from gptcore.decode.fill_in import FilledIn, likeliest, rank_of
from gptcore.decode.sampling import distribution

_SHOWN, _LISTED = 8, 20
"""Guesses in a picture, and in the table."""
GAP = "▢"


def draw_filling(sentence: Sentence, masked: MaskedSentence | None) -> None:
    """Draws the guesses side by side."""
    st.markdown(f"#### {content.FILL_TITLE}")
    st.markdown(content.FILL_NOTE.format(word=escape(display_token(sentence.hidden))))
    if not sentence.left:
        st.info(content.NOTHING_LEFT)
        return
    found = cache.filled(sentence.key, sentence.left, sentence.right)
    start, end = sentence.span
    before, after = sentence.text[:start], sentence.read_text[end:]
    model = models.title(sentence.key.name)
    columns = st.columns(3, gap="medium")
    with columns[0]:
        _draw_left(sentence, found, f"{before}{GAP}", model)
    with columns[1]:
        _draw_both(sentence, found, f"{before}{GAP}{after}", model)
    with columns[2]:
        theirs = _draw_masked(masked)
    draw_numbers(
        content.FILL_TABLE,
        lambda: _table(sentence, found, masked, theirs),
        file_name="gap.csv",
        key="bert_fill_table",
    )


def _draw_left(sentence: Sentence, found: FilledIn, read: str, model: str) -> None:
    best = likeliest(found.from_left, _SHOWN)
    true = sentence.ids[sentence.gap]
    rank = rank_of(found.from_left, true)
    _bars(
        [(token, float(found.from_left[token]), sentence.name(token)) for token in best],
        true,
        title=content.FROM_LEFT,
        subtitle=f"{model}: {read}",
        note=content.OVER_ALL.format(n=len(found.from_left))
        + " "
        + _rank(sentence, rank, float(found.from_left[true])),
        stamp=stamp("left", sentence),
        key="bert_left",
    )


def _draw_both(sentence: Sentence, found: FilledIn, read: str, model: str) -> None:
    true = sentence.ids[sentence.gap]
    at = np.flatnonzero(found.ids == true)
    note = content.FROM_BOTH_NOTE.format(n=len(found.ids), tried=percent(found.tried))
    said = (
        _rank(sentence, int(at[0]) + 1, float(found.from_both[at[0]]))
        if len(at)
        else content.NOT_TRIED.format(word=sentence.hidden)
    )
    shown = zip(found.ids[:_SHOWN].tolist(), found.from_both[:_SHOWN].tolist(), strict=True)
    _bars(
        [(token, share, sentence.name(token)) for token, share in shown],
        true,
        title=content.FROM_BOTH,
        subtitle=f"{model}: {read}",
        note=f"{note} {said}",
        stamp=stamp("both", sentence),
        key="bert_both",
    )


def _draw_masked(masked: MaskedSentence | None) -> np.ndarray | None:
    """Draws a masked model's guesses with the right side and without it; returns the first, (V,)."""
    if masked is None:
        st.markdown(f"##### {content.BY_MASK}")
        draw_no_masked()
        return None
    if masked.gap is None:
        st.info(content.NO_GAP)
        return None
    found = guesses(masked)
    true = masked.true
    rank = rank_of(found, true)
    said = content.RANK.format(
        word=plain_token(masked.text_of(true)), rank=rank, probability=percent(float(found[true]))
    )
    read = " ".join(masked.plain_names)
    _bars(
        [(token, float(found[token]), masked.name(token)) for token in likeliest(found, _SHOWN)],
        true,
        title=content.BY_MASK,
        subtitle=f"{models.title(masked.key.name)}: {read}",
        note=content.OVER_ALL.format(n=len(found)) + f" {said} " + _without_right(masked),
        stamp=stamp("mask", masked),
        key="bert_mask",
    )
    if len(masked.hidden) > 1:
        st.caption(content.SEVERAL_MASKS.format(word=escape(masked.hidden_text), n=len(masked.hidden)))
    return found


def draw_no_masked() -> None:
    """Says how to make a masked model."""
    st.info(content.NO_MASKED)
    st.code(content.NO_MASKED_COMMAND, language="bash", wrap_lines=True)


def guesses(masked: MaskedSentence) -> np.ndarray:
    """(V,) probabilities at the first [MASK] of a row that has one."""
    assert masked.gap is not None
    return distribution(cache.read(masked.key, masked.ids, False).part("logits")[masked.gap]).raw


def _without_right(masked: MaskedSentence) -> str:
    """What the same model says where the text ends at the gap."""
    alone = masked.without_right()
    if alone.ids == masked.ids or alone.gap is None:
        return ""
    found = guesses(alone)
    rank = rank_of(found, masked.true)
    return content.WITHOUT_RIGHT.format(rank=rank, probability=percent(float(found[masked.true])))


def _rank(sentence: Sentence, rank: int, probability: float) -> str:
    return content.RANK.format(word=sentence.hidden, rank=rank, probability=percent(probability))


def _bars(guessed: list[tuple[int, float, str]], true: int, **texts: str) -> None:
    bars = [
        Bar(
            id=token,
            text=name,
            raw=share,
            probability=share,
            label=percent(share),
            cut=False,
            actual=token == true,
            detail=f"{name}: {percent(share)}" + (content.IS_TRUE if token == true else ""),
        )
        for token, share, name in guessed
    ]
    prediction_bars(bars, clickable=False, **texts)  # type: ignore[arg-type]


def _table(
    sentence: Sentence, found: FilledIn, masked: MaskedSentence | None, theirs: np.ndarray | None
) -> pd.DataFrame:
    """The likeliest of each reader, a row each."""
    rows = [
        (content.FROM_LEFT, sentence.name(i), float(found.from_left[i])) for i in likeliest(found.from_left, _LISTED)
    ]
    tried = zip(found.ids[:_LISTED].tolist(), found.from_both[:_LISTED].tolist(), strict=True)
    rows += [(content.FROM_BOTH, sentence.name(token), share) for token, share in tried]
    if masked is not None and theirs is not None:
        rows += [(content.BY_MASK, masked.name(i), float(theirs[i])) for i in likeliest(theirs, _LISTED)]
    return pd.DataFrame(rows, columns=["Reader", "Token", "Probability"]).set_index("Reader")
