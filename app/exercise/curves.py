"""The two learning curves: this training, the one before it, what the text prints, and the floor."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from app.exercise import text as content
from app.exercise.training import Training
from app.shared.figures import Curve, curves
from app.shared.theme import ACCENT, BANDS, MUTED, WARM
from gptcore.exercise.learning import Epoch, Phase
from gptcore.exercise.world import LABELLED, SENTENCES, floor, ids_of, row_of
from gptcore.worked import given


def pretraining_floor() -> float:
    """Of the five sentences, in nats."""
    return floor([ids_of(sentence) for sentence in SENTENCES])


def draw_curves(now: Training, before: Training | None) -> None:
    """Draws both."""
    with st.container(horizontal=True, gap="medium"):
        _metrics(now)
    left, right = st.columns(2, gap="medium")
    printed = [-float(cell) for cell in given.TRAINING_LOG["mean log P"]]
    lines = [
        Curve(content.PRINTED, list(map(int, given.TRAINING_LOG["epoch"])), printed, WARM),
        *_faint(before, "pretrain", content.BEFORE, _lm),
        _line(content.OURS, now.of("pretrain"), _lm),
    ]
    with left:
        _chart(lines, {content.FLOOR: pretraining_floor()}, content.PRETRAINING, "ex_pretraining")
    printed = [-float(cell) for cell in given.FINETUNING_LOG["classification"]]
    lines = [
        Curve(content.L2_PRINTED, list(map(int, given.FINETUNING_LOG["epoch"])), printed, WARM),
        *_faint(before, "finetune", content.L2_BEFORE, _task),
        _line(content.L1, now.of("finetune"), _lm, BANDS[0]),
        _line(content.L2, now.of("finetune"), _task),
    ]
    labelled = floor([row_of(sentence) for sentence, _ in LABELLED])
    with right:
        _chart(lines, {content.L1_FLOOR: labelled}, content.FINETUNING, "ex_finetuning")
    st.markdown(content.WHY_FLOOR.format(nats=pretraining_floor(), perplexity=math.exp(pretraining_floor())))


def _metrics(now: Training) -> None:
    read, taught = now.of("pretrain"), now.of("finetune")
    if read:
        loss, least = read[-1].lm_loss, pretraining_floor()
        st.metric(content.LOSS, f"{loss:.3f}", content.FLOOR_OF.format(floor=f"{least:.3f}"), **_QUIET)
        perplexity = content.FLOOR_OF.format(floor=f"{math.exp(least):.2f}")
        st.metric(content.PERPLEXITY, f"{math.exp(loss):.2f}", perplexity, **_QUIET)
    if taught:
        st.metric(content.RIGHT, f"{now.looks['finetuned'].is_right.sum()}", content.RIGHT_OF, **_QUIET)


_QUIET: dict[str, Any] = dict(delta_color="off", delta_arrow="off", width="content")


def _line(
    name: str, epochs: Sequence[Epoch], value: Callable[[Epoch], float], colour: str = ACCENT, faint: bool = False
) -> Curve:
    return Curve(name, [epoch.number for epoch in epochs], [value(epoch) for epoch in epochs], colour, faint)


def _faint(before: Training | None, phase: Phase, name: str, value: Callable[[Epoch], float]) -> list[Curve]:
    return [] if before is None else [_line(name, before.of(phase), value, MUTED, faint=True)]


def _lm(epoch: Epoch) -> float:
    return epoch.lm_loss


def _task(epoch: Epoch) -> float:
    return float("nan") if epoch.task_loss is None else epoch.task_loss


def _chart(lines: Sequence[Curve], floors: dict[str, float], title: str, key: str) -> None:
    st.caption(title)
    figure = curves(lines, "nats", floors, 260, over="epoch")
    st.plotly_chart(figure, key=key, config={"displayModeBar": False}, alt=title)
