"""The panel: the way to the number that is open, what it is, its formula, and its terms, each of which opens too."""

import math
from contextlib import suppress
from functools import partial

import streamlit as st

from app.shared import models, trail
from app.shared.arithmetic import cache
from app.shared.arithmetic import text as content
from app.shared.arithmetic.clicks import clicked
from app.shared.arithmetic.numbers import readable, shared_decimals
from app.shared.arithmetic.source import Source
from app.shared.browser.terms import Button, Crumb, History, Row, heading, terms
from app.shared.outside import is_index
from app.shared.present import is_presented
from app.shared.stamp import stamp
from gptcore.errors import CheckpointError, InputError
from gptcore.provenance.cells import Cell
from gptcore.provenance.explanation import Explanation, Term

WIDTH, LARGE_WIDTH = 360, 470
"""Pixels; the second in large type."""
HEADING, TERMS = "arithmetic_heading", "arithmetic_terms"
"""Keys of its two components."""


def draw_arithmetic(source: Source) -> None:
    """Draws the panel while something is open; call it beside the pictures, in a horizontal container."""
    way, _ = _opened(source)
    if len(way) < trail.length():
        st.toast(content.SHORTER if way else content.GONE)
        trail.keep(way)
    if way:
        with st.container(width=LARGE_WIDTH if is_presented() else WIDTH, key="arithmetic", gap="small"):
            _panel(source)


def close_arithmetic() -> None:
    """Where a page shows no numbers that could be opened: says so if the address asks for one."""
    if trail.length():
        st.toast(content.GONE)
        trail.keep([])


def _opened(source: Source) -> tuple[list[Cell], Explanation | None]:
    """The cells in the address that exist in this model and text, up to the last whose arithmetic can be told, and
    that arithmetic; None if there is none."""
    way = []
    for cell in trail.cells():
        with suppress(InputError):
            way.append(source.check(cell))
    while way:
        with suppress(InputError):
            return way, source.explain(way[-1])
        way.pop()
    return [], None


@st.fragment
def _panel(source: Source) -> None:
    """A term that is clicked draws this part of the page alone."""
    way, opened = _opened(source)
    if opened is None:  # it was closed: the page has another shape then
        st.rerun()
    link = trail.to_link(way)
    here = stamp(source.key, link, opened.numbers, opened.terms)
    heading(
        [Crumb(text=source.short(cell), detail=source.describe(cell)) for cell in way],
        name=opened.name,
        what=source.describe(way[-1]).removeprefix(opened.name).lstrip(", "),
        shown=readable(opened.value),
        region=content.REGION.format(name=opened.name),
        way=link,
        stamp=here,
        key=HEADING,
        on_back=partial(_back, HEADING, len(way)),
    )
    for formula in (opened.formula, opened.numbers):  # not as st.latex: within a line, KaTeX breaks at = and +
        if formula:
            st.markdown(rf"$\displaystyle {_breakable(formula)}$")
    decimals = shared_decimals([*(term.value for term in opened.terms), opened.rest])
    kinds = [term.cell[0] for term in opened.terms if term.cell]
    alike = len(set(kinds)) < len(kinds)
    rest = content.REST.format(n=opened.n_rest)
    terms(
        [_row(source, term, decimals, alike) for term in opened.terms],
        _plain_row(rest, opened.rest, decimals) if opened.n_rest else None,
        title=_title([abs(term.value) for term in opened.terms]),
        note=opened.note,
        sources=[opened.cell, *opened.sources],
        history=_history(source, opened),
        depth=len(way),
        way=link,
        stamp=here,
        key=TERMS,
        on_deeper=partial(_deeper, source),
        on_back=partial(_back, TERMS, len(way)),
    )


def _title(sizes: list[float]) -> str:
    if len(sizes) < 2:
        return content.ONE_TERM
    return content.LARGEST_FIRST if sizes == sorted(sizes, reverse=True) else content.TERMS


def _breakable(formula: str) -> str:
    """KaTeX keeps in one line what stands between \\left and \\right."""
    return formula.replace(r"\left(", r"\bigl(").replace(r"\right)", r"\bigr)")


def _row(source: Source, term: Term, decimals: int, alike: bool) -> Row:
    """A term; of a product both factors, each with its own number. Among others alike it has its token's text."""
    row = _plain_row(term.label, term.value, decimals)
    if term.cell is None:
        return row
    if term.cell[0] != "product":
        row["cell"], row["detail"] = term.cell, source.describe(term.cell)
        row["word"] = source.word(term.cell) if alike else ""
        return row
    row["factors"] = [
        Button(label=factor.label, detail=source.describe(factor.cell), shown=readable(factor.value), cell=factor.cell)
        for factor in source.explain(term.cell).terms
        if factor.cell is not None
    ]
    return row


def _plain_row(label: str, value: float, decimals: int) -> Row:
    drawn = value if math.isfinite(value) else None
    return Row(label=label, word="", detail="", shown=readable(value, decimals), value=drawn, cell=None, factors=[])


def _history(source: Source, opened: Explanation) -> History | None:
    """Of a weight whose model has checkpoints; nothing where they cannot be read."""
    kind, *at = opened.cell
    key = source.key
    if kind != "weight" or key.untrained:
        return None
    try:
        steps = tuple(models.steps(key.name))
        values = cache.history(key, steps, at[0], tuple(at[1:])) if len(steps) > 1 else {}
    except (CheckpointError, InputError):
        return None
    if len(values) < 2:
        return None
    known = list(values)
    return History(
        title=content.HISTORY,
        steps=known,
        values=list(values.values()),
        shown=[readable(value) for value in values.values()],
        now=known.index(key.step) if key.step in values else len(known) - 1,
    )


def _deeper(source: Source) -> None:
    """A term was clicked, or the factor of one."""
    if cell := clicked(st.session_state[TERMS].deeper, source):
        trail.deeper(cell)


def _back(key: str, depth: int) -> None:
    """A crumb, the button that closes, or a key."""
    index = st.session_state[key].back
    if index == -1 or is_index(index, depth):
        trail.back_to(index)
