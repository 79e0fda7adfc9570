"""How familiar an example is to the model: which tokens are of words that it never saw, and how surprising the text is.

A word that is new to fine-tuning is marked "new", one that pre-training never had either "unknown".
"""

from collections.abc import Sequence

import streamlit as st

from app.shared.theme import escape, percent
from app.tasks import text as content
from app.tasks.example import ReadExample
from app.tasks.provenance import named_sources
from gptcore.familiar import Familiarity, Unseen
from gptcore.tasks.formats import Row

_MOST_WORDS = 6
"""That are named in a line."""
_ALIKE = 0.8, 1.25
"""Times as surprising that count as about the same."""


def draw_warning(current: ReadExample) -> None:
    """Before the verdict: that the example is not like what the model learnt from."""
    found = current.familiarity
    if found is None or not found.is_strange:
        return
    sources = named_sources(current.checkpoint.card)
    reasons = [
        content.REASONS[name].format(times=_times(found.times), share=percent(found.share_unseen))
        for name in content.REASONS
        if name in found.reasons
    ]
    why = content.AND.join(reasons) or content.REASON_OF_BOTH
    st.warning(
        (content.STRANGE_TO.format(source=sources) if sources else content.STRANGE)
        + content.STRANGE_WHY.format(why=why[0].upper() + why[1:]),
        icon=":material/explore:",
    )


def draw_familiarity(current: ReadExample) -> None:
    """One line: how surprising the texts are, and the words that the model never saw."""
    found = current.familiarity
    if found is None:
        return
    sentences = [surprise(found)]
    kinds = _by_kind(current, found)
    for mark, sentence in content.UNSEEN.items():
        if words := kinds.get(mark):
            named = ", ".join(f"“{escape(word)}”" for word in words[:_MOST_WORDS])
            more = content.MORE.format(n=len(words) - _MOST_WORDS) if len(words) > _MOST_WORDS else ""
            sentences.append(sentence.format(words=named + more))
    st.caption(" ".join(sentences))


def surprise(found: Familiarity) -> str:
    """A text's perplexity beside what is usual."""
    low, high = _ALIKE
    times = found.times
    sentence = content.LESS if times < low else content.ALIKE if times <= high else content.TIMES
    return sentence.format(times=_times(times), perplexity=_number(found.perplexity), usual=_number(found.usual))


def marks(current: ReadExample) -> list[list[str]]:
    """Per row and token: "", or how it is marked."""
    found = current.familiarity
    if found is None:
        return [[""] * len(row.ids) for row in current.input.rows]
    of_texts = _of_texts(current, found)
    return [_of_row(row, of_texts) for row in current.input.rows]


def _of_row(row: Row, of_texts: Sequence[Sequence[str]]) -> list[str]:
    left = [iter(of_text) for of_text in of_texts]
    return ["" if text is None else next(left[text]) for text in row.text_index]


def _of_texts(current: ReadExample, found: Familiarity) -> list[list[str]]:
    """Per text, the mark of each of its tokens."""
    return [
        [_mark_at(start, end, unseen, current) for start, end in current.checkpoint.tokenizer.encode(text).offsets]
        for text, unseen in zip(current.texts, found.unseen, strict=True)
    ]


def _mark_at(start: int, end: int, unseen: Sequence[Unseen], current: ReadExample) -> str:
    return next((_mark(word, current) for word in unseen if start < word.end and end > word.start), "")


def _mark(word: Unseen, current: ReadExample) -> str:
    words = current.checkpoint.words
    knows_before = words is not None and words.before is not None
    return "unknown" if knows_before and not word.in_pretraining else "new"


def _by_kind(current: ReadExample, found: Familiarity) -> dict[str, list[str]]:
    """The words themselves by their mark, each once."""
    kinds: dict[str, dict[str, None]] = {}
    for text, unseen in zip(current.texts, found.unseen, strict=True):
        for word in unseen:
            kinds.setdefault(_mark(word, current), {})[text[word.start : word.end]] = None
    return {mark: list(words) for mark, words in kinds.items()}


def _times(times: float) -> str:
    return f"{times:.1f}" if times < 10 else f"{times:,.0f}"


def _number(perplexity: float) -> str:
    return f"{perplexity:.1f}" if perplexity < 10 else f"{perplexity:,.0f}"
