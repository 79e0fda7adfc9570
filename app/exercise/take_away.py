"""What can be taken away of the exercise: two files of numpy, Python lines, and the view in words."""

import streamlit as st

from app.exercise import text as content
from app.exercise.controls import in_words
from app.shared.pages import link_to_example
from app.shared.takeaway.menu import draw_take_away
from app.shared.takeaway.view import View
from app.shared.theme import escape
from gptcore.exercise.handout import EXERCISE_FILE, SOLUTION_FILE, exercise, parts, solution
from gptcore.exercise.settings import ExerciseSettings


def draw_files(settings: ExerciseSettings) -> None:
    """Draws what there is to take home."""
    left_out = parts()
    st.markdown(f"#### {content.TAKE_HOME}")
    st.markdown(content.TAKE_HOME_ABOUT.format(n=len(left_out)))
    with st.container(horizontal=True, gap="small"):
        for name, make in ((EXERCISE_FILE, exercise), (SOLUTION_FILE, solution)):
            st.download_button(
                name,
                make(settings),
                name,
                "text/x-python",
                key=f"ex_{name}",
                on_click="ignore",
                icon=":material/download:",
            )
    with st.expander(content.PARTS_LIST.format(n=len(left_out))):
        st.markdown("\n".join(f"{part.number}. **{escape(part.title)}:** {escape(part.hint)}" for part in left_out))
    page, query = link_to_example("bigram")
    st.page_link(page, label=content.BIGRAM, icon=":material/arrow_forward:", query_params=query)


def draw_exercise_away(settings: ExerciseSettings) -> None:
    """Draws the menu of all pages, with this page's Python lines."""
    draw_take_away(lambda: view_of(settings), {content.PYTHON: lambda: _python(settings)})


def view_of(settings: ExerciseSettings) -> View:
    """The view in words."""
    words = in_words(settings)
    return View(
        title=f"GPT Explorer: {content.TITLE}",
        settings=words,
        line=" · ".join(f"{name.lower()} {value}" for name, value in words.items()),
        caption=content.CAPTION,
    )


def python_lines(settings: ExerciseSettings) -> str:
    """Lines over gptcore that train the same model."""
    changed = {name: value for name, value in settings.to_dict().items() if value != getattr(ExerciseSettings(), name)}
    return "\n".join(
        [
            "import torch",
            "from gptcore.exercise.learning import epochs, untrained",
            "from gptcore.exercise.looking import look",
            "from gptcore.exercise.settings import ExerciseSettings",
            "",
            "torch.set_num_threads(1)  # ten tokens: a second thread only burns time",
            f"settings = ExerciseSettings({', '.join(f'{name}={value!r}' for name, value in changed.items())})",
            "model = untrained(settings)",
            "log = list(epochs(model, settings))",
            "seen = look(model)",
            "print(log[-1], seen.next_words, seen.verdicts, sep='\\n')",
            "",
        ]
    )


def _python(settings: ExerciseSettings) -> None:
    st.caption(content.PYTHON_NOTE)
    st.code(python_lines(settings), language="python", height=300)
