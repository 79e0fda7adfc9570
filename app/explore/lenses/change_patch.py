"""Of the Change lens: what a second text's states, put into the page's own, make of its answer."""

import streamlit as st

from app.explore import actions, keys
from app.explore.effects import cache
from app.explore.effects.pairs import PAIRS, Pair
from app.explore.effects.patching import Patching, parse_cell
from app.explore.lenses import change_patch_text as content
from app.explore.lenses.change_patch_board import draw_after, draw_board, draw_lesson, patch_table
from app.explore.prompt import Prompt
from app.explore.reading import Reading, read
from app.explore.typed_token import compared_tokens
from app.shared import outside, state
from app.shared.choice import draw_choice
from app.shared.samples import sample_pills
from app.shared.table import draw_numbers
from app.shared.theme import escape, number, plain_token
from gptcore.effects.patching import MOST_TOKENS
from gptcore.effects.rivals import two_answers
from gptcore.model.capture import Part

BOARD = "patch_board"


def show(reading: Reading, position: int) -> None:
    """Draws it."""
    st.markdown(content.TITLE, help=content.INTRO)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.text_input(
            content.OTHER_LABEL,
            "",
            key=keys.PATCH_TEXT,
            live="50ms",
            max_chars=keys.URL_PROMPT_LIMIT,
            placeholder=content.OTHER_PLACEHOLDER,
            bind="query-params",
        )
        answers = st.container(horizontal=True, gap="small", width="content")
    sample_pills(content.PAIRS_LABEL, PAIRS, keys.PATCH_PAIR, _use_pair)
    part = draw_choice(content.PART_LABEL, content.PARTS, keys.PATCH_PART, "hidden")
    other = second_text(reading)
    with answers:
        _answer_boxes(reading, other, position)
    if problem := cannot_patch(reading, other, position):
        st.info(problem)
        return
    assert other is not None  # or it could not
    patching = chosen_patching(reading, other, position)
    for note in patching.notes:
        st.caption(note)
    name, rival = patching.names
    if patching.answers[0] == patching.answers[1]:
        st.info(content.SAME_ANSWER.format(answer=escape(name)))
    elif not patching.grid.is_comparable:
        value = number(patching.grid.first, "+.2f")
        st.info(content.NOT_APART.format(answer=escape(name), other=escape(rival), value=value))
    else:
        draw_board(patching, BOARD, _pick)
        draw_lesson(patching)
        draw_after(patching)
        draw_numbers(content.TABLE, lambda: patch_table(patching), file_name=f"patches-{part}.csv", key="patch_table")


def second_text(reading: Reading) -> Reading | None:
    """The second text as the same model reads it; None if there is none."""
    text = state.get(keys.PATCH_TEXT) or ""
    return read(reading.key, Prompt.typed(text)).without(reading.off) if text else None


def chosen_patching(reading: Reading, other: Reading, position: int) -> Patching:
    """What the boxes ask for, of two texts of equally many tokens."""
    tokenizer = reading.checkpoint.tokenizer
    here, there = reading.logits[position], cache.second(other).part("logits")[position]
    boxes = ((keys.PATCH_ANSWER, here), (keys.PATCH_OTHER_ANSWER, there))
    typed, notes = compared_tokens(tokenizer, [(state.get(key) or "", logits) for key, logits in boxes])
    guesses = two_answers(here, there)
    answer, rival = (guess if token is None else token for token, guess in zip(typed, guesses, strict=True))
    part: Part = state.get(keys.PATCH_PART) or "hidden"
    return Patching(reading, other, position, part, (answer, rival), chosen_cell(part), notes)


def chosen_cell(part: str) -> tuple[int, int] | None:
    """The patch that the address names, if it is of this part; it may lie outside of the grid."""
    return parse_cell(st.query_params.get(keys.PATCHED, ""), part)


def _answer_boxes(reading: Reading, other: Reading | None, position: int) -> None:
    """Two boxes; empty ones say what is taken instead."""
    guesses = ("", "")
    if other is not None and cannot_patch(reading, other, position) is None:
        both = two_answers(reading.logits[position], cache.second(other).part("logits")[position])
        one, two = (plain_token(reading.checkpoint.tokenizer.token_text(token)) for token in both)
        guesses = (one, two)
    boxes = ((keys.PATCH_ANSWER, content.ANSWER_LABEL), (keys.PATCH_OTHER_ANSWER, content.OTHER_ANSWER_LABEL))
    for (key, label), guess in zip(boxes, guesses, strict=True):
        st.text_input(
            label,
            "",
            key=key,
            max_chars=60,
            placeholder=guess,
            help=content.ANSWER_HELP,
            bind="query-params",
            width=170,
        )


def cannot_patch(reading: Reading, other: Reading | None, position: int) -> str | None:
    """Why there is nothing to draw, for Markdown; None if there is."""
    if other is None or not other.ids:
        return content.EMPTY
    if len(reading.ids) != len(other.ids):
        here, there = (content.TOKENS.format(n=len(one.ids)) for one in (reading, other))
        lists = (f"{name}: {_listed(one)}" for name, one in ((content.YOURS, reading), (content.SECOND, other)))
        return "\n\n".join((content.UNEQUAL.format(here=here, there=there), *lists))
    if position >= MOST_TOKENS:
        return content.TOO_LONG.format(most=MOST_TOKENS, n=position + 1)
    if reading.ids[: position + 1] == other.ids[: position + 1]:
        return content.SAME_TEXT
    return None


def _listed(reading: Reading) -> str:
    """A text's tokens, parted."""
    names = [escape(name) for name in reading.names[:_LISTED]]
    return " **|** ".join([*names, *(["…"] if len(reading.names) > _LISTED else [])])


_LISTED = 40


def _pick() -> None:
    """A cell was clicked. For a callback."""
    match st.session_state[BOARD].picked:
        case [row, column] if outside.is_index(row, 1_000) and outside.is_index(column, 1_000):
            part = state.get(keys.PATCH_PART) or "hidden"
            st.query_params[keys.PATCHED] = f"{part}.{row + 1}.{column + 1}"


def _use_pair(pair: Pair) -> None:
    """A pair was picked: both texts are filled in. For a callback."""
    state.put(keys.PATCH_TEXT, pair.there)
    state.put(keys.PATCH_ANSWER, "")
    state.put(keys.PATCH_OTHER_ANSWER, "")
    st.query_params.pop(keys.PATCHED, None)
    actions.replace_prompt(Prompt.typed(pair.here))
    state.put(keys.PATCH_PAIR, None)
