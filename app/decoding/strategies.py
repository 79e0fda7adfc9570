"""Side by side: one beginning written on by every strategy, with what each token was chosen from."""

import math

import streamlit as st

from app.decoding import keys
from app.decoding import strategies_text as content
from app.decoding.start import Start
from app.decoding.strategies_choice import draw_choice_of, picked_in
from app.decoding.strategies_controls import draw_length_and_seed, draw_settings, in_words
from app.decoding.strategies_findings import finding
from app.decoding.strategies_measured import draw_measured
from app.decoding.strategies_table import draw_measures
from app.decoding.writing import Text, Writing, current
from app.shared import outside, state
from app.shared.browser.writing import WrittenText, WrittenToken, writing
from app.shared.notice import cannot
from app.shared.stamp import stamp
from app.shared.takeaway import shelf
from app.shared.text import CANNOT_SHOW
from app.shared.theme import number, percent
from gptcore.decode.text_measures import repeats_at
from gptcore.errors import GPTCoreError

PICTURE = "written"
"""Key of the component that reports clicks."""
_TICK = 0.1
"""Seconds between two looks of the browser while something is written."""
_BEFORE = 60
"""Characters of the beginning that stand before each text."""


def show(start: Start) -> None:
    """Draws the laboratory."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        total, seed = draw_length_and_seed()
        strategies = draw_settings()
        now = current(start, total, seed, strategies)
        if not now.done:
            stopped = now.stopped
            st.button(
                content.GO_ON if stopped else content.STOP,
                key="stop_writing",
                on_click=_stop,
                args=(not stopped,),
                icon=":material/play_arrow:" if stopped else ":material/stop:",
                help=content.GO_ON_HELP if stopped else None,
            )
    runs = not (now.done or now.stopped)
    st.fragment(_written, run_every=_TICK if runs else None)(start, now, runs)
    draw_measured(start)


def _stop(stopped: bool) -> None:
    now: Writing | None = state.get(keys.WRITING)
    if now is not None:
        now.stopped = stopped


def _written(start: Start, now: Writing, runs: bool) -> None:
    """The texts as far as they are, and what one token was chosen from."""
    shelf.begin("written")
    if runs and not now.done:
        try:
            now.go_on()
        except GPTCoreError as error:
            cannot(CANNOT_SHOW, error)
            return
    left, right = st.columns([2.1, 1], gap="medium")
    picked = picked_in(now)
    with left:
        if now.done:
            st.markdown(finding(start, now))
        _picture(start, now, picked)
    with right:
        draw_choice_of(start, now, picked)
    if now.done or now.stopped:  # while texts grow, each look at them should cost little
        draw_measures(now)
    if runs and now.done:
        st.rerun()  # without its clock


def _picture(start: Start, now: Writing, picked: tuple[str, int] | None) -> None:
    names = list(now.texts)
    entropies = [chosen.entropy for text in now.texts.values() for chosen in text.choices]
    most = max(4.0, math.ceil(max(entropies, default=0.0)))
    texts = [_text(start, now, name) for name in names]
    at = None if picked is None else (names.index(picked[0]), picked[1])
    before = start.text[-_BEFORE:]
    writing(
        texts,
        at,
        beginning=("…" if len(start.text) > _BEFORE else "") + before,
        total=max(text.task.total for text in now.texts.values()),
        most_bits=most,
        words={
            "title": content.TITLE,
            "note": content.NOTE,
            "again": content.AGAIN,
            "curve": content.CURVE,
            "detail": content.DETAIL,
        },
        bands=content.BANDS,
        stamp=stamp("written", start.key, start.text, texts, at),
        key=PICTURE,
        on_pick=_pick,
    )
    st.caption(content.CURVE_HELP.format(most=most))


def _text(start: Start, now: Writing, name: str) -> WrittenText:
    text, spell = now.texts[name], start.checkpoint.tokenizer.token_text
    repeats = repeats_at(start.ids, text.ids)
    tokens = [
        WrittenToken(
            t=spell(chosen.id), p=round(math.exp(chosen.log_probability), 5), h=round(chosen.entropy, 3), again=again
        )
        for chosen, again in zip(text.choices, repeats, strict=True)
    ]
    return WrittenText(
        name=content.NAMES[name],
        settings=in_words(text.task.strategy),
        tokens=tokens,
        state=_state(now, text),
        summary=_summary(text) if text.done else "",
    )


def _state(now: Writing, text: Text) -> str:
    if text.done:
        return (content.ENDED if text.has_ended else content.FULL).format(n=len(text.choices))
    if now.stopped:
        return content.STOPPED
    if text.task.strategy.width is not None:
        others = (other for other in now.texts.values() if other is not text)
        return content.SEARCHING if all(other.done for other in others) else content.WAITING
    return content.WRITES


def _summary(text: Text) -> str:
    measures = text.measures
    if measures.per_token is None:
        return ""
    return content.SUMMARY.format(
        per_token=number(measures.per_token, ".2f"),
        distinct="–" if measures.distinct_words is None else percent(measures.distinct_words),
        repeated="–" if measures.repeated is None else percent(measures.repeated),
    )


def _pick() -> None:
    """After a click on a token."""
    now: Writing | None = state.get(keys.WRITING)
    match st.session_state[PICTURE].token:
        case [text, token] if now is not None and outside.is_index(text, len(now.texts)):
            name = list(now.texts)[text]
            if outside.is_index(token, len(now.texts[name].choices)):
                st.query_params[keys.TOKEN] = f"{name}.{token + 1}"


def settings(start: Start) -> dict[str, str]:
    """What is chosen, in words."""
    now: Writing | None = state.get(keys.WRITING)
    if now is None:
        return {}
    first = next(iter(now.texts.values())).task
    chosen = {name: in_words(text.task.strategy) for name, text in now.texts.items()}
    return {
        "Tokens": str(first.total),
        "Seed": str(state.get(keys.SEED, 0)),
        **{content.NAMES[name]: words for name, words in chosen.items() if words},
    }


def python_lines(start: Start) -> list[str]:
    """Lines that write the same texts."""
    now: Writing | None = state.get(keys.WRITING)
    if now is None:
        return []
    total = next(iter(now.texts.values())).task.total
    return [
        "from gptcore.decode.strategies import Strategy, write",
        "from gptcore.decode.text_measures import measure",
        "",
        "strategies = {",
        *(f"    {name!r}: {text.task.strategy!r}," for name, text in now.texts.items()),
        "}",
        "for name, strategy in strategies.items():",
        f"    choices = list(write(model, ids, {total}, strategy, seed={state.get(keys.SEED, 0)}, stop_ids=stop_ids))",
        "    text = tokenizer.decode([choice.id for choice in choices])",
        "    print(name, repr(text), measure(choices, ids, text))",
    ]
