"""Runs that were started together, to be compared: a fair pair with its seeds, and the spread of what they reach."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from statistics import mean

import streamlit as st

from app.lab import keys
from app.lab import text as content
from app.lab.charts import chart
from app.lab.figures import spread
from app.shared import learner, running
from app.shared.theme import escape
from gptcore.errors import CheckpointError
from gptcore.lab.store import Run, State
from gptcore.train.run_folder import RunFolder


def mates(run: Run, runs: Sequence[Run]) -> list[Run]:
    """The runs of the same series, in the order they were started; of a run by itself only this one."""
    if run.series is None:
        return [run]
    return sorted((other for other in runs if other.series == run.series), key=lambda other: other.created)


def results(runs: Sequence[Run]) -> dict[str, list[float]]:
    """What the finished runs reached, a value for each seed, by what sets them apart."""
    reached: dict[tuple[str, str | None], list[float]] = {}
    for run in runs:
        result = None
        if run.state == State.FINISHED:
            with suppress(CheckpointError):  # a damaged one has no result to show
                result = RunFolder(learner.STORE.folder(run.id)).result()
        if result:
            reached.setdefault((run.title, run.variant), []).append(result[result.get("measure", "valid_loss")])
    alike = len({title for title, _ in reached}) == 1 < len(reached)
    return {
        (variant or title) if alike else " · ".join([title, *([variant] if variant else [])]): values
        for (title, variant), values in reached.items()
    }


def draw_spread(groups: Mapping[str, Sequence[float]], key: str, is_loss: bool = False) -> None:
    """Every seed's result as a dot and the means as strokes, with the difference in words; of pre-trainings, losses."""
    axis, title = (content.LOSS_AXIS, content.LOSS_SPREAD) if is_loss else (content.SPREAD_AXIS, content.SPREAD)
    chart(spread(groups, axis), key, title)
    (one, ones), (other, others) = list(groups.items())[:2]
    if min(len(ones), len(others)) == 1:
        verdict = content.ONE_SEED
    else:
        apart = max(min(ones), min(others)) > min(max(ones), max(others))
        verdict = content.APART if apart else content.OVERLAP
    st.caption(
        content.DIFFERENCE.format(
            one=escape(one),
            mean=mean(ones),
            other=escape(other),
            other_mean=mean(others),
            verdict=verdict,
        )
    )


def draw_series(runs: Sequence[Run]) -> Run:
    """Draws how far they are and what they reached.

    Returns:
        the run to show below: the one the learner chose, or the one that runs, or the last that has finished.
    """
    ended = [run for run in runs if run.state not in running.ACTIVE]
    left, right = st.columns([2, 1], vertical_alignment="center")
    left.progress(len(ended) / len(runs), content.SERIES.format(n=len(ended), total=len(runs)))
    with right:
        if len(ended) < len(runs) and learner.mine(runs[0]):
            st.button(
                content.STOP_ALL,
                key=keys.FINETUNE.format("stop_all"),
                icon=":material/stop:",
                on_click=_stop_all,
                args=(runs,),
            )
    reached = results(runs)
    if len(reached) > 1:
        draw_spread(reached, f"spread_{runs[0].series}", is_loss=runs[0].kind == "pretrain")
    elif reached:
        st.caption(content.SPREAD_LATER)
    by_id = {run.id: run for run in runs}
    chosen = st.selectbox(
        "Look at",
        ["", *by_id],
        key=f"look_{runs[0].series}",
        format_func=lambda run_id: by_id[run_id].name if run_id else content.FOLLOW,
    )
    telling = [run for wanted in (State.RUNNING, State.FINISHED) for run in reversed(runs) if run.state == wanted]
    return by_id.get(chosen) or [*telling, runs[0]][0]


def _stop_all(runs: Sequence[Run]) -> None:
    for run in runs:
        if learner.STORE.get(run.id).state in running.ACTIVE:
            running.act("stop", run.id)
