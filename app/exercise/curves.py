"""The learning curves: this training, the one before it, what the text prints, and the floor."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from app.exercise import text as content
from app.exercise.training import Training
from app.shared.figures import Curve, curves
from app.shared.theme import ACCENT, MUTED, WARM
from gptcore.exercise.learning import Epoch, Phase
from gptcore.exercise.world import COIN, FLOOR, LABELLED_FLOOR
from gptcore.worked import given

_HEIGHT = 250
_LARGE = 10_000
_QUIET: dict[str, Any] = dict(delta_color="off", delta_arrow="off", width="content")


@dataclass(frozen=True)
class _Panel:
    """One quantity over the epochs of a phase."""

    key: str
    title: str
    phase: Phase
    value: Callable[[Epoch], float]
    printed: Sequence[str]
    """The text's log-probabilities, at the epochs of its log."""
    line: tuple[str, float]
    """What is drawn across, and where."""

    def draw(self, now: Training, before: Training | None) -> None:
        """The text's, the one before, this one."""
        log = given.TRAINING_LOG if self.phase == "pretrain" else given.FINETUNING_LOG
        printed = [-float(cell) for cell in self.printed]
        lines = [Curve(content.PRINTED, [int(epoch) for epoch in log["epoch"]], printed, WARM)]
        if before is not None:
            lines.append(self._curve(content.BEFORE, before, MUTED, faint=True))
        lines.append(self._curve(content.OURS, now, ACCENT))
        figure = curves(lines, "nats", dict([self.line]), _HEIGHT, over="epoch", label_at="bottom right")
        figure.update_yaxes(rangemode="tozero")
        st.markdown(f"##### {self.title}")  # a heading, by which it is taken away
        st.plotly_chart(figure, key=self.key, config={"displayModeBar": False}, alt=self.title)

    def _curve(self, name: str, training: Training, colour: str, faint: bool = False) -> Curve:
        epochs = training.of(self.phase)
        return Curve(name, [epoch.number for epoch in epochs], list(map(self.value, epochs)), colour, faint)


def draw_curves(now: Training, before: Training | None) -> None:
    """Draws all three."""
    with st.container(horizontal=True, gap="medium"):
        _metrics(now)
    for column, panel in zip(st.columns(len(_PANELS), gap="small"), _PANELS, strict=True):
        with column:
            panel.draw(now, before)
    st.markdown(content.WHY_FLOOR.format(nats=FLOOR, perplexity=math.exp(FLOOR)))


def _metrics(now: Training) -> None:
    read, taught = now.of("pretrain"), now.of("finetune")
    if read:
        loss = read[-1].lm_loss
        st.metric(content.LOSS, f"{loss:.3f}", content.FLOOR_OF.format(floor=f"{FLOOR:.3f}"), **_QUIET)
        least = content.FLOOR_OF.format(floor=f"{math.exp(FLOOR):.2f}")
        perplexity = math.exp(loss)
        st.metric(content.PERPLEXITY, f"{perplexity:{'.2f' if perplexity < _LARGE else '.0e'}}", least, **_QUIET)
    if taught and "finetuned" in now.looks:
        st.metric(content.RIGHT, f"{now.looks['finetuned'].is_right.sum()}", content.RIGHT_OF, **_QUIET)


def _words(epoch: Epoch) -> float:
    return epoch.lm_loss


def _verdicts(epoch: Epoch) -> float:
    return math.nan if epoch.task_loss is None else epoch.task_loss


_PANELS = (
    _Panel(
        "ex_pretraining",
        content.PRETRAINING,
        "pretrain",
        _words,
        given.TRAINING_LOG["mean log P"],
        (content.FLOOR, FLOOR),
    ),
    _Panel(
        "ex_verdict_loss",
        content.VERDICTS,
        "finetune",
        _verdicts,
        given.FINETUNING_LOG["classification"],
        (content.COIN, COIN),
    ),
    _Panel(
        "ex_word_loss",
        content.WORDS,
        "finetune",
        _words,
        given.FINETUNING_LOG["language model"],
        (content.FLOOR, LABELLED_FLOOR),
    ),
)
