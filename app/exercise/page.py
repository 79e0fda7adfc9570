"""The Exercise page: the course text's world of ten tokens, trained while one watches."""

from typing import Literal

import streamlit as st

from app.exercise import controls, keys, training
from app.exercise import text as content
from app.exercise.curves import draw_curves
from app.exercise.expected import draw_expected
from app.exercise.pictures import choose_moment, choose_sentence, draw_answers, draw_attention
from app.exercise.take_away import draw_exercise_away, draw_files
from app.exercise.training import Training
from app.shared.header import title_row
from app.shared.takeaway import shelf
from app.shared.theme import escape
from gptcore.exercise.settings import ExerciseSettings
from gptcore.exercise.world import LABELLED, LABELS, SENTENCES, VOCABULARY

_TICK = 0.1
"""Seconds between two looks of the browser while the model learns."""


def show() -> None:
    """Draws the page."""
    with title_row():
        end = st.container(width="content")
    st.markdown(f"### {content.TITLE}")
    st.markdown(content.INTRO)
    _world()
    left, right = st.columns([2.9, 1], gap="large")
    with left:
        button = st.container()
        pictures = st.container()
    with right:
        settings = controls.draw_settings()
        shown = training.current()
        pressed = shown is not None and shown.settings != settings and _button(content.WITH_THESE, "ex_train_these")
    with button:
        pressed = _button(content.AGAIN if shown else content.TRAIN, "ex_train", type="primary") or pressed
        now = _current(settings, pressed)
        if training.current() and now.settings != settings:
            st.info(content.OTHER_SETTINGS)
    with pictures:
        runs = bool(training.current()) and not now.done
        st.fragment(_learning, run_every=_TICK if runs else None)(now, runs)
    draw_expected()
    draw_files(settings)
    with end:
        draw_exercise_away(now.settings)


def _button(label: str, key: str, type: Literal["primary", "secondary"] = "secondary") -> bool:
    return st.button(label, key=key, type=type, icon=":material/play_arrow:", width=220)


def _current(settings: ExerciseSettings, pressed: bool) -> Training:
    """The training to show: a new one after the button or on a link's arrival, else the last, or one not begun."""
    shown = training.current()
    if pressed or (shown is None and st.query_params.get(keys.TRAINED) == "1"):
        st.query_params[keys.TRAINED] = "1"
        return training.begin(settings)
    return shown or Training(settings)


def _learning(now: Training, runs: bool) -> None:
    """All that moves while it learns."""
    shelf.begin("exercise")
    if runs and not now.done:
        now.go_on()
    now.look_once()
    _progress(now, runs)
    draw_curves(now, training.before())
    moment = choose_moment(now)
    draw_answers(now, moment)
    draw_attention(now, choose_sentence())
    if runs and now.done:
        st.rerun()  # without its clock


def _progress(now: Training, runs: bool) -> None:
    if now.exploded is not None:
        words = content.EXPLODED.format(epoch=now.exploded.number, phase=content.PHASES[now.exploded.phase])
        st.warning(words, icon=":material/warning:")
    elif not now.epochs:
        st.caption(content.NO_EPOCHS if now.done else content.NOT_YET)
    elif runs:
        last = now.epochs[-1]
        of_all = now.settings.pretrain_epochs if last.phase == "pretrain" else now.settings.finetune_epochs
        words = content.PROGRESS[last.phase].format(now=last.number + 1, all=of_all)
        st.progress(len(now.epochs) / now.total, words)


def _world() -> None:
    of_label = {label: [sentence for sentence, its in LABELLED if its == label] for label in LABELS}
    labelled = " · ".join(f"*{label}* {', '.join(sentences)}" for label, sentences in of_label.items())
    lines = (
        content.WORLD_SENTENCES.format(sentences=" · ".join(SENTENCES)),
        content.WORLD_LABELLED.format(labelled=labelled),
        content.WORLD_TOKENS.format(tokens=", ".join(map(escape, VOCABULARY))),
    )
    st.caption("  \n".join(lines))


show()
