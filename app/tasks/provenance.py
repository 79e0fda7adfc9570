"""What a model knows, beside its verdict: what it learnt from, and how often it is right there, by its card."""

from collections.abc import Sequence

import streamlit as st

from app.shared import models
from app.shared.theme import escape, percent
from app.tasks import text as content
from gptcore.checkpoints.card import Card
from gptcore.checkpoints.checkpoint import DEFAULT_MODEL
from gptcore.checkpoints.standing import Standing, standing

_LONGEST = 120
"""Characters of a card's text in a line."""


def draw_provenance(card: Card) -> None:
    """One line, and a sentence where reading does not clearly help."""
    found = standing(card)
    if found is None:
        st.caption(content.NO_STANDING)
        return
    lines = [provenance(found)]
    if found.beats_bag_of_words is False and found.bag_of_words is not None:
        lines.append(content.NO_BETTER.format(bag=amount(found, found.bag_of_words), own=amount(found, found.value)))
    elif found.shared_words is not None and found.shared_words > found.value - found.margin:
        lines.append(content.SHARED_WORDS.format(shared=amount(found, found.shared_words)))
    st.caption(" ".join(lines))


def draw_world(name: str, names: Sequence[str]) -> None:
    """That a model knows the story world alone, and why that comes first, where it does.

    Args:
        name: of the chosen model.
        names: of all models for its kind of task, the first choice first.
    """
    if models.parent(name) != models.STORIES:
        return
    sentences = [content.SMALL_WORLD]
    if name == names[0]:
        known = [other for other in names if not models.ModelRef.parse(other).is_run]
        has_plain = any(models.parent(other) == DEFAULT_MODEL for other in known)
        sentences.append(content.STORY_FIRST_NO_BETTER if has_plain else content.STORY_FIRST)
    st.caption(" ".join(sentences))


def provenance(found: Standing) -> str:
    """What a model learnt from and what it comes to, in Markdown."""
    of = content.OF_SOURCE.format(source=_named(found.sources)) if found.sources else ""
    learnt = "" if found.learnt_from is None else content.LEARNT.format(n=f"{found.learnt_from:,}", of=of)
    if found.measure == "pearson":
        return learnt + content.CORRELATES.format(value=f"{found.value:.2f}", n=f"{found.tested_on:,}")
    line = learnt + content.RIGHT.format(value=_unbroken(found.value), n=f"{found.tested_on:,}")
    if found.majority is not None:
        always = content.ANY if found.commonest is None else content.ALWAYS
        line += always.format(name=escape(plain_line(found.commonest or "")), share=_unbroken(found.majority))
    return line + "."


def named_sources(card: Card) -> str:
    """What a model's data is called, in Markdown; empty where its card does not say."""
    found = standing(card)
    return _named(found.sources) if found else ""


def _named(sources: tuple[str, ...]) -> str:
    return escape(plain_line(" and ".join(sources)))


def amount(found: Standing, value: float) -> str:
    """A measure's value for reading."""
    return f"{value:.2f}" if found.measure == "pearson" else _unbroken(value)


def _unbroken(share: float) -> str:
    """A share that no line ends in."""
    return percent(share).replace(" ", "\N{NO-BREAK SPACE}")


def plain_line(text: str, longest: int = _LONGEST) -> str:
    """A card's text in a sentence: one line of bounded length."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1] + "…"
