"""The head of every page, and Explore's own: which model reads, a way in for newcomers, the sample prompts."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app import actions, library, resources, session_prompt, state
from app.content import explore as content
from app.content.glossary import GLOSSARY
from app.content.samples import SAMPLES
from app.prompt import Prompt
from app.resources import ModelKey

PAGES = {
    "views/explore.py": "Explore",
    "views/tasks.py": "Tasks",
    "views/lab.py": "Lab",
    "views/worked.py": "Worked examples",
}


def title_row() -> DeltaGenerator:
    """Draws the title and the way to the other pages; returns the row, for what else belongs there."""
    row = st.container(horizontal=True, vertical_alignment="center", gap="small")
    with row:
        st.markdown(f"### {content.TITLE}", width="content")
        for path, name in PAGES.items():
            st.page_link(path, label=name, width="content")
        st.space("stretch")
    return row


def header() -> ModelKey:
    """Draws Explore's title row; returns the model that was chosen."""
    with title_row():
        _start_here()
        untrained = st.toggle(
            "Untrained", key=state.UNTRAINED, help=GLOSSARY["untrained"], bind="query-params", width="content",
            on_change=state.mark_done, args=("untrained",),
        )  # fmt: skip
        titles = library.readers()
        state.take_from_link(state.MODEL, titles)
        name = st.selectbox(
            "Model", list(titles), format_func=titles.get, key=state.MODEL, bind="query-params",
            help=GLOSSARY["model"], label_visibility="collapsed", width=150,
        )  # fmt: skip
    # A place of its own: Streamlit draws anew what moves down the page, and may then drop it from the address.
    with st.container():
        step = _checkpoint(name)
    return resources.model_key(name, untrained, step)


def _checkpoint(name: str) -> int | None:
    """The time slider: which of a run's checkpoints is shown; None for models that have none."""
    steps = sorted(library.steps(name))
    if len(steps) < 2:
        return None
    if state.get(state.CHECKPOINT, steps[-1]) not in steps:
        state.put(state.CHECKPOINT, steps[-1])
    return st.select_slider(
        content.TIME, steps, steps[-1], key=state.CHECKPOINT, help=GLOSSARY["checkpoint"], bind="query-params"
    )


def samples(prompt: Prompt) -> None:
    """Sample prompts, what to look for in the chosen one, a box for long texts, and undo."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        chosen = st.pills(
            "Samples", [sample.label for sample in SAMPLES], key=state.SAMPLE, on_change=actions.use_sample,
            label_visibility="collapsed", width="content",
        )  # fmt: skip
        st.space("stretch")
        if state.get(state.UNDO):
            st.button("Undo", icon=":material/undo:", on_click=actions.undo, type="tertiary")
        session_prompt.fill_large_box(prompt)
        with st.popover("Longer text", type="tertiary"):
            st.text_area("A text with lines", key=state.LONG_TEXT, height=220, placeholder="Paste a text here")
            st.button("Read this text", on_click=actions.use_long_text, type="primary")
    with st.container():  # a place of its own, like the time slider's
        for sample in SAMPLES:
            if sample.label == chosen:
                st.caption(sample.look_for)


def _start_here() -> None:
    done = state.get(state.STEPS_DONE, frozenset())
    left = len(content.START_HERE) - len(done & content.START_HERE.keys())
    label = "Start here" if left else "Start here ✓"
    with st.popover(label, type="tertiary", icon=":material/explore:"):
        for number, (step, (name, text)) in enumerate(content.START_HERE.items(), start=1):
            mark = ":material/check_circle:" if step in done else f"**{number}**"
            st.markdown(f"{mark} &nbsp; **{name}.** {text}")
        st.caption(content.SHARE)
