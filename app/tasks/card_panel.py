"""A model's card behind a fold: its data, simpler methods beside it, how sure it may be, what its mistakes share."""

import pandas as pd
import streamlit as st

from app.shared.theme import escape
from app.tasks import text as content
from app.tasks.card_figure import calibration_curve
from app.tasks.provenance import amount, plain_line
from gptcore.checkpoints.accounts import Runs, calibration_of, runs_of, sentences_on_mistakes
from gptcore.checkpoints.card import Card
from gptcore.checkpoints.standing import Standing, peer, standing

CARD = "task_card"
"""Key of the fold."""


def draw_card(card: Card) -> None:
    """Draws the fold; what is in it, once it is open."""
    fold = st.expander(content.CARD, key=CARD, on_change="rerun")
    if not fold.open:
        return
    with fold:
        left, right = st.columns(2, gap="medium")
        with left:
            _data(card)
            _results(card)
        with right:
            _calibration(card)
        _mistakes(card)
        _command(card)


def _results(card: Card) -> None:
    if found := standing(card):
        st.table(_beside(card, found), border="horizontal")
        st.caption(content.BESIDE.format(n=f"{found.tested_on:,}"))


def _mistakes(card: Card) -> None:
    if told := sentences_on_mistakes(card):
        st.markdown(content.MISTAKES)
        st.markdown("\n".join(f"- {escape(plain_line(sentence, 300))}" for sentence in told))


def _command(card: Card) -> None:
    command = card.get("command")
    if isinstance(command, str) and command.strip():
        st.caption(content.COMMAND)
        st.code(plain_line(command, 2_000), language="bash", wrap_lines=True)


def _data(card: Card) -> None:
    about = card.get("about")
    if isinstance(about, str) and about.strip():
        st.markdown(escape(plain_line(about, 600)))
    sources = card.get("sources")
    lines = [
        content.SOURCE.format(name=escape(plain_line(name)), licence=escape(plain_line(licence)))
        for entry in (sources if isinstance(sources, list) else [])
        if isinstance(entry, dict)
        for name, licence in [(entry.get("name"), entry.get("licence"))]
        if isinstance(name, str) and isinstance(licence, str)
    ]
    if lines:
        st.caption(content.DATA + "; ".join(lines) + ".")


def _beside(card: Card, found: Standing) -> pd.DataFrame:
    """This model and others on the same test examples, the best of their kind of figure in words."""
    rows = [(content.THIS, amount(found, found.value))]
    for name, label in content.RUNS.items():
        if runs := runs_of(card, name):
            rows.append((label.format(runs=runs.runs), _spread(found, runs)))
    for name, label in content.PEERS.items():
        if (value := peer(card, name, found.measure)) is not None:
            rows.append((label, amount(found, value)))
    if not any(name == content.PEERS["majority"] for name, _ in rows) and found.majority is not None:
        rows.append((content.PEERS["majority"], amount(found, found.majority)))
    return pd.DataFrame(rows, columns=["", content.MEASURES[found.measure]]).set_index("")


def _spread(found: Standing, runs: Runs) -> str:
    mean = amount(found, runs.mean)
    return (
        mean
        if runs.runs == 1
        else content.SPREAD.format(mean=mean, least=amount(found, runs.least), most=amount(found, runs.most))
    )


def _calibration(card: Card) -> None:
    after, before = calibration_of(card, "after"), calibration_of(card, "before")
    if not after:
        return
    st.markdown(content.CALIBRATION)
    points = ", ".join(content.POINT.format(sure=f"{b.confidence:.0%}", right=f"{b.accuracy:.0%}") for b in after)
    st.plotly_chart(
        calibration_curve(after, () if before == after else before),
        key="calibration",
        config={"displayModeBar": False},
        alt=content.CALIBRATION_ALT.format(n=f"{sum(b.count for b in after):,}", points=points),
    )
    st.caption(content.CALIBRATION_NOTE + ("" if before == after else content.CALIBRATION_BEFORE))
