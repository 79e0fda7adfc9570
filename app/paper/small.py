"""A claim's small version: queued in the Lab by a button, watched here, and drawn beside ours as its runs end."""

from collections.abc import Sequence

import streamlit as st

from app.paper import cache, keys
from app.paper import text as content
from app.paper.drawing import draw_charts, draw_numbers
from app.shared import learner, running, state
from app.shared.browser.used import used
from app.shared.notice import cannot, toast
from app.shared.pages import link_to_lab
from app.shared.takeaway import shelf
from app.shared.theme import duration, escape
from gptcore.errors import GPTCoreError
from gptcore.lab.store import Run, State
from gptcore.paper.claim import Claim
from gptcore.paper.found import found
from gptcore.paper.lab_runs import LabRun, lab_runs
from gptcore.paper.lab_series import latest, placed, series_name
from gptcore.paper.record import Record
from gptcore.train.run_folder import RunFolder

_SLOW = ("zero-shot",)
"""Claims whose runs take long to measure: that waits for a press of a button."""


def show(claim: Claim, ours: Record | None) -> None:
    """Draws the button, and the series that was started last, again and again while it goes on.

    Args:
        ours: to stand beside it, if the claim is measured.
    """
    st.markdown(f"#### {content.SMALL_TITLE}")
    try:
        running.settle()
        rows = _own(claim)
        active = any(row.state in running.ACTIVE for row in rows)
        st.caption(content.SMALL_ABOUT.format(n=len(lab_runs(claim, learner.STORE.home))))
        if not active:
            st.button(
                content.AGAIN if rows else content.SMALL_TITLE,
                key="paper_small",
                type="secondary" if rows else "primary",
                icon=":material/play_arrow:",
                on_click=start,
                args=(claim,),
            )
        if rows:
            st.fragment(_look, run_every=running.LOOK_EVERY if active else None)(claim, ours, active)
    except GPTCoreError as error:
        cannot(content.CANNOT_SHOW, error)


def start(claim: Claim) -> None:
    """Queues all runs of a claim's small version, or none; for callbacks."""
    series, started = series_name(claim), list[Run]()
    try:
        for planned in lab_runs(claim, learner.STORE.home):
            base = None if planned.starts_from is None else started[planned.starts_from]
            model = None if base is None else str(learner.STORE.folder(base.id))
            parent = None if base is None else base.id
            about = {**planned.about, "series": series, "parent": parent}
            started.append(running.start(planned.kind, planned.title, planned.plan(model), "auto", **about))
    except GPTCoreError as error:
        for run in started:
            running.act("delete", run.id)
        toast(content.CANNOT_START.format(reason=error))


def _own(claim: Claim) -> list[Run]:
    return latest(claim, [run for run in learner.own_runs() if learner.mine(run)])


def _look(claim: Claim, ours: Record | None, was_active: bool) -> None:
    shelf.begin("small")
    try:
        _draw(claim, ours, was_active)
    except GPTCoreError as error:
        cannot(content.CANNOT_SHOW, error)
    used("used_live")


def _draw(claim: Claim, ours: Record | None, was_active: bool) -> None:
    running.settle()
    rows, planned = _own(claim), lab_runs(claim, learner.STORE.home)
    if was_active != any(row.state in running.ACTIVE for row in rows):
        st.rerun()  # once: the whole page learns of it, and this stops looking, or begins to
    done = [row for row in rows if row.state == State.FINISHED]
    st.progress(len(done) / len(planned), content.QUEUED.format(done=len(done), total=len(planned)))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        page, query = link_to_lab()
        st.page_link(page, label=content.IN_LAB, icon=":material/monitoring:", query_params=query)
        if was_active:
            st.button(content.STOP, key="paper_stop", icon=":material/stop:", on_click=_stop, args=(rows,))
    _trouble(planned, rows)
    if now := next((row for row in rows if row.state in running.ACTIVE), None):
        st.caption(escape(f"{now.name}. {_how_far(now)}"))
    record = _record(claim, done, is_complete=len(done) == len(planned))
    if record is not None:
        _results(claim, ours, record, is_complete=len(done) == len(planned))
    elif was_active:
        st.caption(content.LATER)


def _how_far(run: Run) -> str:
    """What a run does now, in words."""
    folder = RunFolder(learner.STORE.folder(run.id))
    done = cache.progress(str(folder.path), folder.metrics.stamp())
    return content.UPDATES.format(done=done[0], steps=done[1]) if done else running.waiting(run)


def _record(claim: Claim, done: Sequence[Run], is_complete: bool) -> Record | None:
    """What they gave so far; of a claim that takes long to measure, once all have finished and somebody asked."""
    finished = tuple(sorted(row.id for row in done))
    if claim.name not in _SLOW:
        return cache.small_record(claim.name, str(learner.STORE.home), finished)
    if not is_complete:
        return None
    if state.get(keys.ASKED) != finished:
        st.caption(content.SLOW)
        st.button(content.ASK, key="paper_ask", on_click=state.put, args=(keys.ASKED, finished))
        return None
    with st.spinner(content.ASKING):
        return cache.small_record(claim.name, str(learner.STORE.home), finished)


def _results(claim: Claim, ours: Record | None, record: Record, is_complete: bool) -> None:
    records = {content.OURS: ours, content.SMALL: record} if ours else {content.SMALL: record}
    if is_complete:
        st.markdown(f"**{content.SMALL_FOUND}** ({duration(record.seconds)})")
        st.markdown("\n".join(f"- {escape(sentence)}" for sentence in found(record)))
    draw_charts(claim, records, "small")
    if ours:
        st.caption(content.SCALE)
    draw_numbers(claim, record, content.SMALL_NUMBERS, "small")


def _trouble(planned: Sequence[LabRun], rows: Sequence[Run]) -> None:
    """Says what is missing, and why."""
    if gone := placed(planned, rows).count(None):
        st.warning(content.GONE.format(n=gone))
    failed = [row for row in rows if row.state in content.ENDED_BADLY]
    if failed:
        why = next((row.message for row in failed if row.message), failed[0].state)
        st.warning(content.TROUBLED.format(n=len(failed), why=escape(why)))


def _stop(rows: Sequence[Run]) -> None:
    for row in rows:
        if learner.STORE.get(row.id).state in running.ACTIVE:
            running.act("stop", row.id)
