"""One token of one text: the distribution that it was chosen from, what was cut away, and the number that decided."""

import streamlit as st

from app.decoding import keys
from app.decoding import strategies_text as content
from app.decoding.start import Start
from app.decoding.writing import Text, Writing
from app.shared import outside
from app.shared.browser.prediction import Bar, prediction_bars
from app.shared.stamp import stamp
from app.shared.theme import count_tokens, percent
from gptcore.decode.repetition import NO_BAN, NO_PENALTY
from gptcore.decode.strategies import Candidate, Choice

BARS = "chosen_from"
_FIRST = "top_k.1"


def picked_in(now: Writing) -> tuple[str, int] | None:
    """(strategy, token from 0) that the address names, as far as it is written; None if there is no such token."""
    name, _, number = st.query_params.get(keys.TOKEN, _FIRST).partition(".")
    if name not in now.texts or not number.isdecimal():
        return None
    at = int(number[:6]) - 1
    return (name, at) if outside.is_index(at, len(now.texts[name].choices)) else None


def draw_choice_of(start: Start, now: Writing, picked: tuple[str, int] | None) -> None:
    """Draws it; without a token it says how to choose one."""
    if picked is None:
        st.info(content.NOT_YET)
        return
    name, at = picked
    text = now.texts[name]
    chosen = text.choices[at]
    before = text.choices[at - 1].id if at else start.ids[-1]
    bars = [_bar(start, name, text, chosen, candidate) for candidate in chosen.candidates]
    prediction_bars(
        bars,
        title=content.CHOSEN_TITLE.format(name=content.NAMES[name], n=at + 1, before=start.plain_name(before)),
        subtitle=_how(name, text, chosen),
        note=_note(start, name, text, chosen),
        clickable=False,
        stamp=stamp("chosen", start.key, text.task.start.text, picked, bars),
        key=BARS,
    )


def _is_plain(name: str, text: Text) -> bool:
    """Whether what it is chosen by is the model's own distribution, of which a beam or greedy takes what it takes."""
    return text.task.strategy.width is not None or name == "greedy"


def _bar(start: Start, name: str, text: Text, chosen: Choice, candidate: Candidate) -> Bar:
    final = candidate.raw if _is_plain(name, text) else candidate.final
    cut, shown = final == 0, start.plain_name(candidate.id)
    detail = f"“{shown}”, id {candidate.id}: {percent(candidate.raw)} from the model"
    detail += ", cut away" if cut else f", {percent(final)} in what was drawn from"
    return Bar(
        id=candidate.id,
        text=shown,
        raw=candidate.raw,
        probability=final,
        label="cut" if cut else percent(final),
        cut=cut,
        actual=candidate.id == chosen.id,
        detail=detail + (", chosen" if candidate.id == chosen.id else ""),
    )


def _how(name: str, text: Text, chosen: Choice) -> str:
    if text.task.strategy.width is not None:
        return content.HOW["beam"]
    if text.task.strategy.temperature == 0:
        return content.HOW["greedy"]
    if chosen.uniform is None:
        return content.HOW["certain"]
    return content.HOW["drawn"].format(uniform=chosen.uniform)


def _note(start: Start, name: str, text: Text, chosen: Choice) -> str:
    strategy, all_of_them = text.task.strategy, start.checkpoint.config.vocab_size
    if _is_plain(name, text):
        return ""
    parts = [content.DASHED]
    if chosen.n_kept == all_of_them:
        parts.append(content.KEPT_ALL.format(all=f"{all_of_them:,}"))
    else:
        parts.append(
            content.KEPT.format(
                kept=count_tokens(chosen.n_kept),
                together="it" if chosen.n_kept == 1 else "them together",
                share=percent(chosen.share_kept),
                cut=f"{all_of_them - chosen.n_kept:,}",
                all=f"{all_of_them:,}",
            )
        )
    if strategy.against != (NO_PENALTY, NO_BAN):
        parts.append(content.BANNED)
    return " ".join(parts)
