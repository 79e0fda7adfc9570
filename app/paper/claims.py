"""The view of claims: a list with a verdict each, and the chosen one in full."""

import streamlit as st

from app.paper import keys, small
from app.paper import text as content
from app.paper.drawing import draw_charts, draw_numbers
from app.shared import state
from app.shared.notice import cannot
from app.shared.present import SHORT_LIST
from app.shared.theme import duration, escape
from gptcore.errors import CheckpointError
from gptcore.paper.claim import Claim
from gptcore.paper.claims import CLAIMS
from gptcore.paper.experiment import FULL
from gptcore.paper.found import found
from gptcore.paper.record import Record, shipped
from gptcore.paper.running import command
from gptcore.paper.verdict import Verdict, verdict


def show() -> str:
    """Draws it; returns the name of the chosen claim."""
    left, right = st.columns([1, 2.6], gap="large")
    with left.container(key=SHORT_LIST):
        name = _choose()
    with right:
        _claim(CLAIMS[name])
    return name


def _choose() -> str:
    titles = {name: claim.title for name, claim in CLAIMS.items()}
    state.take_from_link(keys.CLAIM, titles)
    return st.radio(
        content.CLAIMS,
        list(titles),
        format_func=state.labelled(titles),
        captions=[in_a_line(claim) for claim in CLAIMS.values()],
        key=keys.CLAIM,
        bind="query-params",
        label_visibility="collapsed",
        persist_state="session",
        width="stretch",
    )


def in_a_line(claim: Claim) -> str:
    """A claim's verdict with its reason, in Markdown."""
    try:
        made = verdict(shipped(claim.name))
    except CheckpointError:  # the chosen claim says why
        return content.CANNOT_READ
    return f"{_word(claim, made)}: {escape(made.line)}" if made.line else _word(claim, made)


def _word(claim: Claim, made: Verdict) -> str:
    return content.CHOSEN_HOLDS if made.kind == "holds" and not claim.said.is_tested else content.VERDICTS[made.kind]


def _claim(claim: Claim) -> None:
    record, problem = None, None
    try:
        record = shipped(claim.name)
    except CheckpointError as error:
        problem = error
    made = verdict(record)
    word = content.CANNOT_READ if problem else _word(claim, made)
    st.markdown(f"### {claim.title} :{content.COLOURS[made.kind]}-badge[{word}]")
    st.markdown(f"> {escape(claim.words)}")
    said = content.PAPER_SAYS if claim.said.is_tested else content.PAPER_CHOSE
    st.markdown(said.format(where=claim.said.where, number=escape(claim.said.number)))
    st.markdown(content.WE_DO.format(done=escape(claim.done)))
    if problem:
        cannot(content.CANNOT_SHOW, problem)
    elif record is None:
        st.info(content.NOT_MEASURED)
        st.caption(content.COMMAND_OF_NONE)
        st.code(command(claim, FULL, FULL.seeds), language="bash", wrap_lines=True)
    else:
        _measured(claim, record)
    st.divider()
    small.show(claim, record)


def _measured(claim: Claim, record: Record) -> None:
    is_short = len(record.seeds) < len(FULL.seeds)
    if is_short:
        st.info(content.FEWER_SEEDS.format(n=len(record.seeds), total=len(FULL.seeds)))
    st.markdown("\n".join(f"- {escape(sentence)}" for sentence in found(record)))
    draw_charts(claim, {content.OURS: record}, "ours")
    draw_numbers(claim, record, content.NUMBERS, "numbers")
    st.markdown(f"**{content.COMMAND}**")
    st.code(command(claim, FULL, FULL.seeds) if is_short else record.command, language="bash", wrap_lines=True)
    versions = ", ".join(f"{name} {version}" for name, version in record.versions.items())
    seeds, time = ", ".join(map(str, record.seeds)), duration(record.seconds)
    st.caption(
        escape(content.MEASURED_ON.format(machine=record.machine, versions=versions, time=time, seeds=seeds)),
    )
