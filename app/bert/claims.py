"""Common sentences about GPT and BERT, each held against what was measured on our models."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from app.bert import claims_text as words
from app.bert import text as content
from app.bert.measured import Ahead, Gaps, Passes, Timed
from app.shared.takeaway import shelf
from app.shared.theme import percent


@dataclass(frozen=True)
class Known:
    """All that is measured; None, or nothing, where it is not."""

    ahead: Ahead | None
    passes: Passes | None
    gaps: Sequence[Gaps]
    """First guesses at hidden words, of both kinds of model."""
    itself: float
    """How much of their attention this GPT's tokens give to themselves on the sentence that is typed."""
    reader: tuple[str, float] | None
    """Name and accuracy of the GPT here that classifies texts."""
    pairs: Sequence[str]
    """Tasks on which both kinds of model were fine-tuned and measured."""
    added: int | None
    """Parameters that the chosen masked model has beside those of a GPT of its shape."""


Answer = tuple[str, str]
"""A verdict, or content.UNMEASURED, and what our models show."""


def draw_claims(known: Known) -> None:
    """Draws a claim a row, with its verdict."""
    st.markdown(f"#### {content.CLAIMS_TITLE}")
    st.caption(content.CLAIMS_NOTE)
    found = answers(known)
    for claim, (verdict, shown) in found.items():
        with st.container(border=True):
            left, right = st.columns([1, 2], gap="medium")
            with left:
                st.markdown(f"**{claim}**")
                st.badge(verdict, color=content.BADGES.get(verdict, "gray"))  # type: ignore[arg-type]
            right.markdown(shown)
    shelf.put_table(content.CLAIMS_TABLE, lambda: claims_table(found), "bert_claims")


def answers(known: Known) -> dict[str, Answer]:
    """What is to be said of each claim."""
    return {claim: answer(known) for claim, answer in _CLAIMS.items()}


def claims_table(found: dict[str, Answer]) -> pd.DataFrame:
    """The same as a table, without marks of emphasis."""
    rows = [(claim, verdict, shown.replace("**", "").replace("`", "")) for claim, (verdict, shown) in found.items()]
    return pd.DataFrame(rows, columns=["Claim", "Verdict", "What our models show"]).set_index("Claim")


def _two_kinds(known: Known) -> Answer:
    if known.added is None:
        return content.LOOSE, words.SAME_BLOCKS
    return content.LOOSE, f"{words.SAME_BLOCKS} {words.ADDED.format(n=known.added)}"


def _before_only(known: Known) -> Answer:
    return content.LOOSE, words.ITSELF.format(share=percent(known.itself))


def _both_sides(known: Known) -> Answer:
    if known.ahead is None:
        return content.UNMEASURED, words.BOTH_SIDES_UNMEASURED
    is_worse = known.ahead.square > known.ahead.triangle
    numbers = dict(triangle=f"{known.ahead.triangle:.1f}", square=f"{known.ahead.square:.1f}")
    shown = words.BOTH_SIDES.format(model=known.ahead.model, **numbers)
    return (content.LOOSE, shown) if is_worse else (content.HOLDS, shown)


def _no_right_side(known: Known) -> Answer:
    shown = words.NO_RIGHT_SIDE
    for one in known.gaps:
        kind = words.GAPS_GPT if one.is_causal else words.GAPS_MASKED
        numbers = dict(left=f"{100 * one.left:.0f}", both=f"{100 * one.both:.0f}")
        shown += " " + kind.format(model=one.model, n=one.gaps, **numbers)
    return content.LOOSE, shown


def _understands(known: Known) -> Answer:
    if known.pairs:
        return content.LOOSE, words.UNDERSTANDS_BOTH.format(n=len(known.pairs))
    if known.reader is None:
        return content.UNMEASURED, words.UNDERSTANDS_UNMEASURED
    return content.LOOSE, words.UNDERSTANDS.format(task=known.reader[0], accuracy=f"{100 * known.reader[1]:.1f}")


def _faster(known: Known) -> Answer:
    gpt = _timed(known.passes, is_causal=True, works={"read", "read_square"})
    if gpt is None:
        return content.UNMEASURED, words.FASTER_UNMEASURED
    read, square = gpt.times["read"].ms, gpt.times["read_square"].ms
    ratio = square / read
    shown = words.FASTER.format(model=gpt.model, read=f"{read:.1f}", square=f"{square:.1f}")
    return (content.WRONG if ratio > 0.9 else content.HOLDS), shown


def _cannot_write(known: Known) -> Answer:
    masked = _timed(known.passes, is_causal=False, works={"write_anew"})
    gpt = _timed(known.passes, is_causal=True, works={"write", "write_anew"}, like=masked)
    if gpt is None or known.passes is None:
        return content.UNMEASURED, words.WRITES_UNMEASURED
    kept, anew = gpt.times["write"].ms, gpt.times["write_anew"].ms
    if masked is None:
        return content.LOOSE, words.WRITES.format(
            n=known.passes.write, model=gpt.model, kept=f"{kept:.0f}", anew=f"{anew:.0f}"
        )
    numbers = dict(kept=f"{kept:.0f}", anew=f"{masked.times['write_anew'].ms:.0f}")
    return content.LOOSE, words.WRITES_MASKED.format(
        n=known.passes.write, gpt=gpt.model, masked=masked.model, **numbers
    )


def _index(_: Known) -> Answer:
    return content.WRONG, words.INDEX


_CLAIMS: dict[str, Callable[[Known], Answer]] = {
    words.TWO_KINDS: _two_kinds,
    words.BEFORE_ONLY: _before_only,
    words.BETTER_BOTH: _both_sides,
    words.LEFT_ONLY: _no_right_side,
    words.GENERATES: _understands,
    words.PARALLEL: _faster,
    words.NOT_FOR_WRITING: _cannot_write,
    words.AT_INDEX: _index,
}


def _timed(found: Passes | None, is_causal: bool, works: set[str], like: Timed | None = None) -> Timed | None:
    """The first model of a kind that has these works; if one is given, the nearest to it in size."""
    fitting = [
        one for one in (found.models if found else []) if one.is_causal == is_causal and works <= one.times.keys()
    ]
    if like is not None:
        fitting.sort(key=lambda one: abs(one.parameters - like.parameters))
    return next(iter(fitting), None)
