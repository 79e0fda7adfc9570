"""Right and wrong: what a learner says of a verdict, and the small set of their own that comes of it."""

from collections.abc import Sequence
from contextlib import suppress
from functools import partial

import streamlit as st

from app.shared import models, state
from app.shared.learner import remember_learner
from app.shared.notice import toast
from app.shared.stamp import stamp
from app.shared.theme import EXACT, escape, one_line
from app.tasks import corrections_text as content
from app.tasks import keys
from app.tasks.example import ReadExample
from app.tasks.lessons import corrections_of, newest_lesson, root_of
from app.tasks.output import target_name
from gptcore.checkpoints.card import Card
from gptcore.errors import GPTCoreError, InputError, StorageError
from gptcore.lab.corrections import MOST, require_example
from gptcore.tasks.examples import Example, Target
from gptcore.tasks.predict import Prediction
from gptcore.tasks.task import Task


def draw_marks(current: ReadExample) -> None:
    """Draws, under a verdict, what a learner can say of it; nothing where their set cannot be read, which the Lab
    explains."""
    if current.prediction is not None:
        with suppress(StorageError):
            _marks(current, current.prediction)


def _marks(current: ReadExample, now: Prediction) -> None:
    root, task, texts = root_of(current.key.name), now.task, current.texts
    known = next((example for example in corrections_of(root).examples() if example.texts == texts), None)
    mark = partial(_mark, root, task, texts)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="marks"):
        if known is not None:
            st.caption(content.KNOWN.format(answer=escape(target_name(task, known.target))), width="content")
            st.button(
                content.TAKE_BACK,
                key="take_back",
                icon=":material/undo:",
                type="tertiary",
                on_click=_remove,
                args=(root, known),
            )
            return
        st.button(
            content.RIGHT,
            key="right",
            icon=":material/check:",
            type="tertiary",
            help=content.RIGHT_HELP,
            on_click=mark,
            args=(now.answer,),
        )
        _wrong(current, task, now.answer, mark)


def draw_lesson_of(card: Card) -> bool:
    """Draws what a taught model was taught, in place of what it learnt from; False for any other."""
    match card:
        case {"data": {"train": {"examples": int(n)}, "rehearsed": {"examples": int(rehearsed)}}}:
            st.caption(content.TAUGHT.format(n=n, rehearsed=rehearsed))
            return True
    return False


def draw_corrections(current: ReadExample, tests: Sequence[Example]) -> None:
    """Draws the learner's set for a model with what can be done with it; nothing as long as there is none.

    Args:
        tests: examples of ours with their answers, to tell what a lesson costs.
    """
    if current.prediction is not None:
        with suppress(StorageError):
            _section(current, current.prediction.task, tests)


def _section(current: ReadExample, task: Task, tests: Sequence[Example]) -> None:
    root = root_of(current.key.name)
    examples, run = corrections_of(root).examples(), newest_lesson(root)
    removed: tuple[str, Example] | None = state.get(keys.REMOVED)
    is_removed = removed is not None and removed[0] == root
    is_thrown = any(place == root for place, _ in state.get(keys.THROWN, ()))
    if not (examples or run or is_removed or is_thrown):
        return
    remember_learner()
    st.markdown(f"**{content.HEADING.format(model=escape(models.title(root)))}**")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(content.COUNT.format(n=len(examples), most=MOST), width="content")
        if removed is not None and is_removed:
            st.button(content.UNDO, key="undo_remove", icon=":material/undo:", type="tertiary", on_click=_undo)
    if examples:
        fold = st.expander(content.LIST.format(n=len(examples)), key="corrections", on_change="rerun")
        if fold.open:
            with fold:
                for example in examples:
                    _row(root, task, example)
    from app.tasks.lesson_panel import draw_lesson  # with all that executes runs, which the page itself does without

    draw_lesson(current, root, examples, tests, run)


def _wrong(current: ReadExample, task: Task, answer: Target, mark: partial[None]) -> None:
    """One press where only one other answer is left; otherwise a choice of the right one."""
    if task.is_regression:
        with st.popover(content.WRONG, icon=":material/close:", type="tertiary", help=content.WRONG_HELP):
            key = f"right_score_{stamp(current.texts)}"
            score = st.number_input(content.SCORE, value=round(float(answer), 2), step=0.1, format=EXACT, key=key)
            st.button(content.ADD, key="add_score", on_click=mark, args=(float(score),))
        return
    answers: Sequence[Target] = range(len(current.texts) - 1) if task.labels is None else task.labels
    others = [other for other in answers if other != answer]
    if len(others) == 1:
        st.button(
            content.WRONG,
            key="wrong",
            icon=":material/close:",
            type="tertiary",
            help=content.WRONG_HELP,
            on_click=mark,
            args=(others[0],),
        )
        return
    with st.popover(content.WRONG, icon=":material/close:", type="tertiary", help=content.WRONG_HELP):
        st.caption(content.WHICH)
        for index, other in enumerate(others):
            name = escape(target_name(task, other))
            st.button(name, key=f"wrong_{index}", on_click=mark, args=(other,), width="stretch")


def _row(root: str, task: Task, example: Example) -> None:
    """One correction: its texts, its answer to change, and a way out."""
    name = stamp(example.texts)
    key = f"correction_{name}"
    text, answer, out = st.columns([5, 2, 1], vertical_alignment="center")
    text.text(one_line(example.texts))
    try:
        require_example(task, example)
    except InputError as error:
        text.caption(content.DOES_NOT_FIT.format(reason=escape(str(error))))
    else:
        change = partial(_change, root, task, example, key)
        state.put(key, example.target)  # another tab, or the buttons under the verdict, may have changed it
        if task.is_regression:
            answer.number_input(
                content.SCORE, step=0.1, format=EXACT, key=key, on_change=change, label_visibility="collapsed"
            )
        else:
            answer.selectbox(
                content.WHICH,
                range(len(example.texts) - 1) if task.labels is None else task.labels,
                format_func=partial(target_name, task),
                key=key,
                on_change=change,
                label_visibility="collapsed",
            )
    out.button(
        content.REMOVE,
        key=f"remove_{name}",
        icon=":material/delete:",
        type="tertiary",
        on_click=_remove,
        args=(root, example),
    )


def _mark(root: str, task: Task, texts: tuple[str, ...], target: Target) -> None:
    try:
        corrections_of(root).put(task, Example(texts, target))
    except GPTCoreError as error:
        toast(error)


def _change(root: str, task: Task, example: Example, key: str) -> None:
    _mark(root, task, example.texts, state.get(key))


def _remove(root: str, example: Example) -> None:
    try:
        corrections_of(root).remove(example.texts)
        state.put(keys.REMOVED, (root, example))
    except GPTCoreError as error:
        toast(error)


def _undo() -> None:
    root, example = state.get(keys.REMOVED)
    state.put(keys.REMOVED, None)
    try:
        corrections_of(root).restore(example)
    except GPTCoreError as error:
        toast(error)
