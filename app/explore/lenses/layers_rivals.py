"""Of the Layers lens: two next tokens followed through the layers at the chosen token, the final two at first."""

import numpy as np
import streamlit as st

from app.explore import keys
from app.explore.beside import Beside
from app.explore.lenses import cache
from app.explore.lenses import layers_guesses_text as content
from app.explore.reading import Reading
from app.explore.typed_token import typed_token
from app.shared.browser.rivals import Line, rivals
from app.shared.theme import escape, plain_token
from gptcore.largest import largest_first
from gptcore.provenance.symbols import low
from gptcore.trace.lens import Followed

_LONGEST = 60
"""Characters of a typed word."""


def show(reading: Reading, position: int, other: Beside | None) -> None:
    """Draws the two boxes, the lines, and who is in front from where on."""
    logits = reading.logits[position]
    title = st.container()
    with st.container(horizontal=True, gap="small"):
        typed = [_box(content.RIVAL, keys.RIVAL), _box(content.OTHER_RIVAL, keys.OTHER_RIVAL)]
    tokens, notes = chosen(reading, logits, typed)
    names = [_name(reading, token) for token in tokens]
    found = _followed(reading, position, tokens)
    lines = [Line(f"“{name}”", found.rank[:, i], found.probability[:, i]) for i, name in enumerate(names)]
    if other is not None and reading.ids == other.reading.ids and _alike(reading, other.reading):
        there = _followed(other.reading, position, tokens)
        lines += [
            Line(f"“{name}”, {other.name}", there.rank[:, i], there.probability[:, i], is_beside=True)
            for i, name in enumerate(names)
        ]
    with title:
        rivals(
            [f"h{low(n)}" for n in range(len(found.rank))],
            lines,
            vocabulary=len(logits),
            title=content.RIVALS_TITLE.format(name=reading.plain_names[position]),
            axis=content.RIVALS_AXIS,
            alt=content.RIVALS_ALT,
            stamp=reading.stamp("rivals", position, tokens, other and other.reading.stamp()),
            key="rivals",
        )
    st.markdown(escape(" ".join([*notes, *who_leads(names, found)])))


def _box(label: str, key: str) -> str:
    return st.text_input(
        label, "", key=key, live="50ms", max_chars=_LONGEST, bind="query-params", help=content.RIVAL_HELP, width=180
    )


def chosen(reading: Reading, logits: np.ndarray, typed: list[str]) -> tuple[tuple[int, ...], list[str]]:
    """The two tokens, and what is to be said of typed words. An empty box gets the likeliest that is not taken."""
    found = [typed_token(reading.checkpoint.tokenizer, word, logits) for word in typed]
    notes = [
        content.PART.format(typed=word.strip(), n=one.n_tokens, name=_name(reading, one.id))
        for word, one in zip(typed, found, strict=True)
        if one is not None and one.n_tokens > 1
    ]
    taken = [one.id for one in found if one is not None]
    free = [token for token in largest_first(logits, len(taken) + 2).tolist() if token not in taken]
    tokens = tuple(one.id if one is not None else free.pop(0) for one in found if one is not None or free)
    return tokens, notes


def _followed(reading: Reading, position: int, tokens: tuple[int, ...]) -> Followed:
    trace = reading.traced(("hidden", "logits"))
    return cache.followed(reading.key, reading.source, reading.off, trace, position, tokens)


def _alike(reading: Reading, other: Reading) -> bool:
    one, two = reading.checkpoint.config, other.checkpoint.config
    return (one.n_layer, one.vocab_size) == (two.n_layer, two.vocab_size)


def _name(reading: Reading, token: int) -> str:
    return plain_token(reading.checkpoint.tokenizer.token_text(token))


def who_leads(names: list[str], found: Followed) -> list[str]:
    """Which of the two ends in front, and since when."""
    if len(names) < 2 or (found.logit[:, 0] == found.logit[:, 1]).all():
        return [content.SAME]
    ahead = found.logit[:, 0] > found.logit[:, 1]
    winner, loser = names if ahead[-1] else reversed(names)
    changes = np.flatnonzero(ahead != ahead[-1])
    if not len(changes):
        return [content.ALWAYS.format(winner=winner, loser=loser)]
    row = int(changes[-1]) + 1
    return [content.SINCE.format(winner=winner, loser=loser, row=content.BLOCK.format(n=row))]
