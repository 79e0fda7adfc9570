"""The Tokens lens: how the chosen word became tokens, what words cost, and how another tokenizer would cut the text."""

import re
from collections.abc import Sequence

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.explore import cache, keys
from app.explore.beside import beside
from app.explore.lenses import compare_tokens
from app.explore.lenses import tokens_text as content
from app.explore.reading import Reading
from app.shared import state
from app.shared.browser.token_strip import Chip, token_strip
from app.shared.glossary import GLOSSARY
from app.shared.table import draw_numbers, show_table
from app.shared.theme import display_token, escape
from gptcore.errors import InputError
from gptcore.text.merges import MergeStep
from gptcore.text.tokenizer import Tokenizer

_MOST_MATCHES = 200


def show(reading: Reading, position: int, controls: DeltaGenerator) -> None:
    """Draws the lens; it has no controls of its own in the row above."""
    if (other := beside(reading)) is not None:
        compare_tokens.show(reading, position, other)
    left, right = st.columns(2, gap="large")
    with left:
        _merges(reading, position)
    with right:
        _other_tokenizer(reading)
        _vocabulary(reading.checkpoint.tokenizer)
    draw_numbers("What each word costs", lambda: _costs(reading), file_name="tokens-per-word.csv", key="tokens_table")


def _merges(reading: Reading, position: int) -> None:
    tokenizer = reading.checkpoint.tokenizer
    encoding = reading.encoding
    st.markdown(content.MERGES_TITLE, help=GLOSSARY["merge"])
    if reading.ids[position] == tokenizer.end_of_text_id:
        st.info(content.NO_TEXT)
        return
    start, end = word_span(reading.text, encoding.offsets[reading.first + position])
    word = reading.text[start:end]
    try:
        steps = tokenizer.merges(word)
    except InputError as error:
        st.info(escape(str(error)))
        return
    if not steps:
        st.caption(content.NO_MERGES)
        pieces = tokenizer.encode(word).tokens
    else:
        known = state.get(keys.MERGED_WORD) == (word, len(steps))
        if not known or not 0 <= state.get(keys.MERGE_STEP, -1) <= len(steps):
            state.put(keys.MERGE_STEP, len(steps))
        state.put(keys.MERGED_WORD, (word, len(steps)))
        done = st.slider("Merges done", 0, len(steps), key=keys.MERGE_STEP, help=GLOSSARY["merge"])
        pieces = steps[0].before if done == 0 else steps[done - 1].after
        st.caption(_what_happened(tokenizer, steps, done))
    whole = steps[-1].after if steps else pieces
    here = [token for token, (a, b) in zip(encoding.tokens, encoding.offsets, strict=True) if start < b and a < end]
    if list(whole) != here:
        st.caption(content.WRITTEN_OTHERWISE.format(pieces=_code(" | ".join(readable(tokenizer, t) for t in here))))
    joined = None if not steps or not state.get(keys.MERGE_STEP) else steps[state.get(keys.MERGE_STEP) - 1].position
    token_strip(
        [_piece(tokenizer, piece) for piece in pieces],
        -1 if joined is None else joined,
        question=content.PIECES.format(n=len(pieces), word=display_token(word)),
        legend=(),
        summary="",
        stamp=reading.stamp("merges", word, pieces),
        key="merge_strip",
        on_pick=lambda: None,
    )
    if steps:
        draw_numbers(
            "Every merge, in order", lambda: _merge_table(tokenizer, steps), file_name="merges.csv", key="merge_table"
        )


def _what_happened(tokenizer: Tokenizer, steps: Sequence[MergeStep], done: int) -> str:
    if done == 0:
        return content.BEFORE_MERGES
    step = steps[done - 1]
    left, right = (readable(tokenizer, piece) for piece in (step.left, step.right))
    return content.MERGED.format(done=done, total=len(steps), left=_code(left), right=_code(right), rank=step.rank + 1)


def _code(text: str) -> str:
    """Inline code in Markdown, whatever the text holds."""
    fence = "`" * (max((len(run) for run in re.findall(r"`+", text)), default=0) + 1)
    return f"{fence} {text} {fence}" if "`" in text else f"`{text}`"


def _piece(tokenizer: Tokenizer, piece: str) -> Chip:
    token_id = tokenizer.id_of(piece)
    return Chip(text=readable(tokenizer, piece), id=token_id, band=None, detail=f"{piece}\nid {token_id}")


def readable(tokenizer: Tokenizer, piece: str) -> str:
    """A vocabulary entry as text; half a character as its bytes."""
    token_id = tokenizer.id_of(piece)
    return piece if token_id is None else display_token(tokenizer.token_text(token_id))


def _merge_table(tokenizer: Tokenizer, steps: Sequence[MergeStep]) -> pd.DataFrame:
    rows = [
        {
            "step": number,
            "learnt as merge no.": step.rank + 1,
            "left": readable(tokenizer, step.left),
            "right": readable(tokenizer, step.right),
            "pieces after it": " | ".join(readable(tokenizer, piece) for piece in step.after),
        }
        for number, step in enumerate(steps, start=1)
    ]
    return pd.DataFrame(rows).set_index("step")


def word_around(text: str, offsets: tuple[int, int]) -> str:
    """The word that holds a token, with the one space before it: what a merge never crosses."""
    start, end = word_span(text, offsets)
    return text[start:end]


def word_span(text: str, offsets: tuple[int, int]) -> tuple[int, int]:
    """Where that word stands."""
    start, end = offsets
    while start > 0 and not text[start].isspace() and not text[start - 1].isspace():
        start -= 1
    if start > 0 and text[start - 1] == " " and not text[start].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace() and not text[start:end].isspace():
        end += 1
    return start, end


def _other_tokenizer(reading: Reading) -> None:
    st.markdown(content.OTHER_TITLE)
    name = st.selectbox(
        "Another tokenizer",
        list(content.TOKENIZERS),
        format_func=state.labelled(content.TOKENIZERS),
        key=keys.OTHER_TOKENIZER,
        label_visibility="collapsed",
        persist_state="session",
    )
    other = cache.tokenizer(name)
    encoding = other.encode(reading.text)
    shown = min(len(encoding.ids), 256)
    token_strip(
        [
            Chip(text=readable(other, token), id=token_id, band=None, detail=f"{token}\nid {token_id}")
            for token, token_id in zip(encoding.tokens[:shown], encoding.ids[:shown], strict=True)
        ],
        -1,
        question=content.OTHER_COUNT.format(other=len(encoding.ids), ours=len(reading.encoding.ids)),
        legend=(),
        summary="" if shown == len(encoding.ids) else f"the first {shown} are shown",
        stamp=reading.stamp("other", name),
        key="other_strip",
        on_pick=lambda: None,
    )
    if other.style == "gpt1":
        st.caption(content.GPT1_LOSES)


def _vocabulary(tokenizer: Tokenizer) -> None:
    st.markdown(content.VOCABULARY_TITLE.format(size=tokenizer.vocab_size))
    wanted = st.text_input(
        "Search the vocabulary",
        key=keys.VOCABULARY_SEARCH,
        live=True,
        type="search",
        persist_state="session",
        placeholder=content.VOCABULARY_PLACEHOLDER,
        label_visibility="collapsed",
        max_chars=60,
    )
    if not wanted:
        return
    texts = ((token_id, tokenizer.token_text(token_id)) for token_id in range(tokenizer.vocab_size))
    matches = [(token_id, text) for token_id, text in texts if wanted in text]
    if not matches:
        st.caption(content.NO_MATCH)
        return
    matches.sort(key=lambda match: (len(match[1]), match[0]))
    st.caption(content.MATCHES.format(n=len(matches), shown=min(len(matches), _MOST_MATCHES)))
    show_table(
        content.MATCHES_TITLE,
        pd.DataFrame([(i, display_token(text)) for i, text in matches[:_MOST_MATCHES]], columns=["id", "token"]),
        name="vocabulary_matches",
        hide_index=True,
        height=210,
    )


def _costs(reading: Reading) -> pd.DataFrame:
    tokenizer = reading.checkpoint.tokenizer
    rows = []
    for match in re.finditer(r" ?\S+", reading.text):
        word = match.group()
        rows.append((display_token(word), len(tokenizer.encode(word).ids), len(word.encode("utf-8", "replace"))))
    table = pd.DataFrame(rows, columns=["word", "tokens", "bytes"]).drop_duplicates()
    return table.sort_values("tokens", ascending=False, kind="stable").set_index("word")
