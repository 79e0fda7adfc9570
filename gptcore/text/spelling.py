"""Ids to text, and where in that text each of them stands: what `Tokenizer.encode` says of a text, the other way round.

Needed wherever ids come first, as those that a model wrote: cut anew, their text may give other ids.
"""

import codecs
from collections.abc import Sequence

from gptcore.text.styles import BYTE_OF, END_OF_WORD
from gptcore.text.tokenizer import Tokenizer

Spans = tuple[tuple[int, int], ...]


def spell(tokenizer: Tokenizer, ids: Sequence[int]) -> tuple[str, Spans]:
    """The text that `tokenizer.decode` gives, and per token the (start, end) of every character it has a part of.

    Tokens that share a character all cover it; bytes that never become a whole one are shown as "\\ufffd".

    Raises:
        InputError: an id is not in the vocabulary.
    """
    tokens = [tokenizer.token(i) for i in ids]
    return _spelt_bytes(tokens) if tokenizer.style == "bytes" else _spelt_words(tokens, tokenizer.style == "gpt1")


def _spelt_bytes(tokens: list[str]) -> tuple[str, Spans]:
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    text, spans, waits = "", [], False
    for token in tokens:
        raw = bytes(BYTE_OF[c] for c in token) if BYTE_OF.keys() >= set(token) else token.encode()
        # A character that was begun before is not in the text yet: this token goes on with it, or leaves it broken.
        start = len(text) + (waits and not _continues(raw))
        text += decoder.decode(raw)
        waits = bool(decoder.getstate()[0])
        spans.append((start, len(text) + waits))
    return text + decoder.decode(b"", final=True), tuple(spans)


def _continues(raw: bytes) -> bool:
    """Whether these bytes begin inside a character of UTF-8."""
    return raw[:1] != b"" and raw[0] & 0xC0 == 0x80


def _spelt_words(tokens: list[str], has_parts: bool) -> tuple[str, Spans]:
    """A space stands between words; in gpt1 style a word may have several tokens, of which the last ends it."""
    text, spans, word_is_over = "", [], False
    for token in tokens:
        start = len(text)
        text += " " * word_is_over + (token.removesuffix(END_OF_WORD) if has_parts else token)
        spans.append((start, len(text)))
        word_is_over = not has_parts or token.endswith(END_OF_WORD)
    return text, tuple(spans)
