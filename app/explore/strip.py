"""The token strip with what it says: surprise bands, perplexity, and what of a long text was left out."""

import math

import streamlit as st

from app.explore import actions, keys, switching
from app.explore import text as content
from app.explore.prompt import MAX_PROMPT
from app.explore.prompt_link import fits
from app.explore.reading import Reading
from app.shared.browser.token_strip import Chip, token_strip
from app.shared.theme import count_tokens, escape, percent
from gptcore.text.styles import END_OF_TEXT


def draw_strip(reading: Reading, position: int) -> None:
    """Draws the strip and any note on the text's length."""
    token_strip(
        _chips(reading),
        position,
        question=content.BAND_QUESTION,
        legend=content.BANDS,
        summary=_summary(reading),
        stamp=reading.stamp("strip", position, switching.is_asked()),
        key=actions.STRIP,
        on_pick=actions.pick_from(actions.STRIP),
        summary_cell=("perplexity",) if reading.perplexity.count and reading.is_gpt else None,
        on_cell=actions.open_from(actions.STRIP),
        is_text=True,
        off=reading.off.switches,
        switching=switching.is_asked(),
        on_switch=actions.switch_from(actions.STRIP),
    )
    if notes := [*_strange_notes(reading), *_length_notes(reading), *_mark_notes(reading)]:
        st.caption(" ".join(notes))


def _chips(reading: Reading) -> list[Chip]:
    first = Chip(text=reading.names[0], id=reading.ids[0], band=None, detail=_first_detail(reading))
    scores = reading.scores
    rest = zip(
        reading.names[1:],
        reading.ids[1:],
        scores.band.tolist(),
        scores.surprisal.tolist(),
        scores.rank.tolist(),
        strict=True,
    )
    return [first] + [
        Chip(
            text=name,
            id=token,
            band=band,
            detail=f"{name}\nid {token}\nsurprisal {nats / math.log(2):.1f} bits\n"
            f"probability {percent(math.exp(-nats))}, rank {rank:,}",
            cell=("surprisal_bits", position) if reading.is_gpt else None,
        )
        for position, (name, token, band, nats, rank) in enumerate(rest, start=1)
    ]


def _first_detail(reading: Reading) -> str:
    return f"{reading.names[0]}\nid {reading.ids[0]}\nNothing stands before it, so nothing predicted it."


def _summary(reading: Reading) -> str:
    n_tokens, measure = len(reading.ids), reading.perplexity
    tokens = count_tokens(n_tokens)
    if not measure.count:
        return f"{tokens} · one more is needed for a perplexity"
    return f"{tokens} · perplexity {measure.value:,.1f} over {measure.count} prediction{'s' * (measure.count > 1)}"


def _strange_notes(reading: Reading) -> list[str]:
    """That the text is not like what the model learnt from, where it is not."""
    found = reading.familiarity
    if found is None or not found.is_strange:
        return []
    times = f"{found.times:.{found.times < 10:d}f}" if found.times < content.MOST_TIMES else content.MANY
    n_unseen = sum(map(len, found.unseen))
    why = {
        "perplexity": content.SURPRISING.format(times=times, usual=found.usual),
        "words": content.NEVER_READ.format(n=n_unseen, share=percent(found.share_unseen)),
    }
    return [
        content.STRANGE.format(
            text=escape(_learnt_from(reading)), why=content.AND.join(why[reason] for reason in found.reasons)
        )
    ]


def _learnt_from(reading: Reading) -> str:
    """What the model's card, which anybody may write, says of its data."""
    match reading.checkpoint.card:
        case {"about": str(about)} if about.strip():
            return about.strip().rstrip(".")
        case {"data": {"corpus": str(corpus)}}:
            return corpus
    return content.ITS_TEXT


def _length_notes(reading: Reading) -> list[str]:
    notes = []
    if reading.skipped_characters:
        notes.append(
            f"Only the last {MAX_PROMPT:,} characters are read; {reading.skipped_characters:,} before them are not."
        )
    if reading.first:
        at_once = content.SEES if reading.is_gpt else content.READ_HERE
        notes.append(at_once.format(n=reading.checkpoint.config.n_positions, before=reading.first))
    if len(reading.prompt.shown) > keys.URL_PROMPT_LIMIT:
        notes.append(f"Over {keys.URL_PROMPT_LIMIT:,} characters, so the text is not part of the page's address.")
    elif not fits(reading.prompt):
        notes.append(content.IDS_NOT_IN_LINK)
    return notes


def _mark_notes(reading: Reading) -> list[str]:
    """What stands in the box for something else, and what looks like it."""
    prompt, tokenizer = reading.prompt, reading.checkpoint.tokenizer
    notes = []
    if "\n" in reading.text:
        notes.append(content.HAS_LINES)
    if prompt.is_ended:
        notes.append(content.ENDS_HERE)
    elif prompt.has_end:
        notes.append(content.ENDED_BEFORE)
    if END_OF_TEXT in reading.text:
        notes.append(content.TYPED_END.format(n=len(tokenizer.encode(END_OF_TEXT).ids)))
    return notes
