"""The line that says what stands beside this view and how the two compare in sum, whatever the lens."""

import streamlit as st

from app.explore import beside_text as content
from app.explore.beside import Beside, standing
from app.explore.peer import DRAWN
from app.explore.reading import Reading
from app.shared.theme import escape
from gptcore.measures import bits_per_byte


def draw_beside_line(reading: Reading, lens: str) -> None:
    """Draws it; nothing where no pin was chosen."""
    if (stands := standing(reading)) is None:
        return
    name = escape(stands.pin.name)
    if stands.problem:
        st.caption(f"{content.CANNOT.format(name=name)} {escape(stands.problem)}")
    elif stands.beside is None:
        st.caption(content.SAME.format(name=name))
    else:
        st.caption(in_sum(reading, stands.beside) + _drawn(stands.beside.reading, lens))


def _drawn(other: Reading, lens: str) -> str:
    """Which lenses draw both, where this one does not."""
    if lens not in content.DRAW_BOTH:
        return content.ALONE
    if other.is_gpt or lens in DRAWN:
        return ""
    return content.NOT_OF_A_PEER.format(kind=other.checkpoint.config.named)


def in_sum(reading: Reading, other: Beside) -> str:
    """Both texts' perplexities or, of two vocabularies, what compares between them."""
    name, beside = f"*{escape(other.name)}*", other.reading
    if not (reading.perplexity.count and beside.perplexity.count):
        return content.TOO_SHORT.format(name=name)
    more = "" if beside.text == reading.text else content.OTHER_TEXT
    if other.shares_vocabulary(reading):
        now, then = f"{reading.perplexity.value:,.1f}", f"{beside.perplexity.value:,.1f}"
        return content.PERPLEXITY.format(name=name, now=now, beside=then) + more
    return content.IN_BYTES.format(name=name, now=_per_byte(reading), beside=_per_byte(beside)) + more


def _per_byte(reading: Reading) -> float:
    """Over what was predicted: all but the first token's characters."""
    first, (_, start) = reading.first, reading.encoding.offsets[reading.first]
    end = reading.encoding.offsets[first + len(reading.ids) - 1][1]
    n_bytes = len(reading.text[start:end].encode("utf-8", "replace"))
    return bits_per_byte(-reading.perplexity.log_probability_sum, n_bytes)
