"""The Tasks page: an example becomes rows of tokens, and a fine-tuned model answers."""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.shared import loaded, state
from app.shared.arithmetic.panel import close_arithmetic, draw_arithmetic
from app.shared.browser.formula import formula
from app.shared.browser.task_rows import RowChip, RowPicture, task_rows
from app.shared.header import title_row
from app.shared.loaded import ModelKey
from app.shared.models import ModelRef
from app.shared.notice import cannot
from app.shared.text import CANNOT_SHOW
from app.shared.theme import percent
from app.tasks import cache, keys
from app.tasks import text as content
from app.tasks.arithmetic import AnswerNumbers, draw_losses, open_from
from app.tasks.card_panel import draw_card
from app.tasks.corrections import draw_corrections, draw_lesson_of, draw_marks
from app.tasks.course import doubt
from app.tasks.example import ReadExample, read_example
from app.tasks.examples import Offer, offers
from app.tasks.familiar import draw_familiarity, draw_warning, marks
from app.tasks.formulas import formula_of
from app.tasks.input import Draft, choose_task, edit_texts, of_example
from app.tasks.output import VERDICT, draw_output, draw_steps
from app.tasks.provenance import draw_provenance
from app.tasks.take_away import draw_task_away
from gptcore.errors import GPTCoreError
from gptcore.tasks.examples import Kind
from gptcore.tasks.formats import Row
from gptcore.tasks.task import Task

ROWS = "rows"
"""Key of the component that reports clicks on heads."""
FORMULA = "task_formula"
"""Key of equations 3 to 5."""


def show() -> None:
    """Draws the page."""
    with title_row():
        end = st.container(width="content")
    st.markdown(content.INTRO)
    try:
        kind, key = choose_task()
        checkpoint = loaded.checkpoint(key)
        task = checkpoint.head.task if checkpoint.head is not None and checkpoint.head.task.kind == kind else None
        offered = offers(kind, task, checkpoint.card, ModelRef.parse(key.name).is_run)
        with st.container(horizontal=True, gap="medium"):
            with st.container():  # in which all keeps its place when the arithmetic beside it comes and goes
                numbers = _example(kind, key, offered, end)
            if numbers is None:
                close_arithmetic()
            else:
                draw_arithmetic(numbers)
    except GPTCoreError as error:
        cannot(CANNOT_SHOW, error)


def _example(kind: Kind, key: ModelKey, offered: Sequence[Offer], end: DeltaGenerator) -> AnswerNumbers | None:
    """Draws the example, what the model makes of it, and in `end` what can be taken away.

    Returns its numbers, None where nothing answers.
    """
    left, right = st.columns([1.35, 1], gap="medium")
    with left:
        draft = edit_texts(kind, key.name, offered)
    texts = draft.texts
    needed = {"classification": 1, "multiple_choice": 3}.get(kind, 2)
    if len(texts) < needed or not all(texts):
        st.info(content.EMPTY)
        return None
    current = read_example(key, kind, texts)
    numbers = _numbers(current, draft)
    with left:
        draw_familiarity(current)
    with right:
        _output(current, draft, numbers)
    if numbers is not None:
        draw_card(current.checkpoint.card)
        _formula(current, numbers.head.task)
    _rows(current, numbers)
    if current.prediction is not None:
        draw_steps(current, current.prediction)
    draw_corrections(current, [offer.example for offer in offered if offer.example.target != ""])
    with end:
        draw_task_away(current)
    return numbers


def _formula(current: ReadExample, task: Task) -> None:
    checkpoint, rows = current.checkpoint, current.input.rows
    if checkpoint.config.architecture != "transformer":
        return
    shown = formula_of(task, checkpoint.config, checkpoint.card, rows[0].extract + 1, len(rows))
    formula(shown, stamp=current.stamp("formula"), key=FORMULA)


def _numbers(current: ReadExample, draft: Draft) -> AnswerNumbers | None:
    """What opens; the right answer is known of an example that has one and was not edited."""
    if current.prediction is None or current.checkpoint.head is None:
        return None
    shown = None if draft.edited else draft.start
    target = None if shown is None or shown.target == "" else shown.target
    return AnswerNumbers(current, current.checkpoint.head, target)


def _output(current: ReadExample, draft: Draft, numbers: AnswerNumbers | None) -> None:
    now = current.prediction
    if now is None or numbers is None:
        st.info(content.NO_MODEL)
        st.code(content.NO_MODEL_COMMAND.format(kind=draft.kind), language="bash")
        return
    before = now
    if draft.edited and draft.start is not None:
        before = cache.answer(current.key, of_example(draft.kind, draft.start).texts).prediction
    shown = None if draft.edited else draft.start
    draw_warning(current)
    draw_output(current, now, before, numbers.target, open_from(VERDICT, numbers))
    draw_losses(numbers)
    if shown is not None and (remark := doubt(draft.kind, shown)):
        st.caption(remark)
    draw_marks(current)
    if not draw_lesson_of(current.checkpoint.card):
        draw_provenance(current.checkpoint.card)


def _rows(current: ReadExample, numbers: AnswerNumbers | None) -> None:
    for cut in current.input.cuts:
        st.warning(
            content.CUT.format(
                number=cut.text_index + 1, of=cut.of, kept=cut.kept, n_positions=current.checkpoint.config.n_positions
            )
        )
    layer, head = _chosen_head(current)
    roles = {role for row in current.input.rows for role in map(_role, row.roles, row.text_index)}
    note = content.LAYOUTS[current.input.kind]
    if current.prediction is not None and not current.looks:
        note += " " + content.LACKS_ATTENTION
    if current.looks:
        note += " " + _strongest(current, layer, head)
    pictures = [_picture(current, index, of_row) for index, of_row in enumerate(marks(current))]
    roles |= {chip.get("mark", "") for picture in pictures for chip in picture["chips"]}
    task_rows(
        pictures,
        current.looks,
        legend=[(role, *content.LEGEND[role]) for role in content.LEGEND if role in roles],
        layer=layer,
        head=head,
        texts={
            "title": content.ROWS_TITLE,
            "note": note,
            "board_title": content.BOARD_TITLE,
            "board_note": content.BOARD_NOTE,
            "board_alt": content.BOARD_ALT,
        },
        stamp=current.stamp("rows", layer, head),
        key=ROWS,
        on_head=_pick_head,
        on_cell=None if numbers is None else open_from(ROWS, numbers),
    )


def _picture(current: ReadExample, index: int, of_row: Sequence[str]) -> RowPicture:
    """A row; `of_row` marks its tokens."""
    row: Row = current.input.rows[index]
    title = f"Answer {index + 1}" if len(current.input.rows) > 1 else ""
    if current.input.kind == "similarity":
        title = ("First text first", "Second text first")[index]
    chips = [
        RowChip(
            text=name,
            role=_role(role, source),
            mark=mark,
            detail=f"{name}\nposition {i + 1}, id {token}" + content.MARKED.get(mark, ""),
        )
        for i, (token, role, source, mark) in enumerate(zip(row.ids, row.roles, row.text_index, of_row, strict=True))
        for name in [current.token_name(token) if role != "padding" else "pad"]
    ]
    return RowPicture(title=title, chips=chips)


def _role(role: str, text_index: int | None) -> str:
    """The colour of a token: all answers of a choice share one."""
    return f"text-{min(text_index, 1)}" if text_index is not None else role


def _strongest(current: ReadExample, layer: int, head: int) -> str:
    weights = current.looks[0][layer, head]
    best = int(weights.argmax())
    token = current.token_name(current.input.rows[0].ids[best]).strip("·") or "·"
    return content.LOOKS_NOTE.format(
        layer=layer + 1, head=head + 1, share=percent(float(weights[best])), token=f"“{token}”"
    )


def _chosen_head(current: ReadExample) -> tuple[int, int]:
    config = current.checkpoint.config
    layer, head = state.get(keys.EXTRACT_LAYER, config.n_layer), state.get(keys.EXTRACT_HEAD, 1)
    return min(layer, config.n_layer) - 1, min(head, config.n_head) - 1


def _pick_head() -> None:
    match st.session_state[ROWS].head:
        case [int(layer), int(head)]:
            state.put(keys.EXTRACT_LAYER, max(0, layer) + 1)
            state.put(keys.EXTRACT_HEAD, max(0, head) + 1)


show()
