"""The app's pages, and links from one to what another shows: no page imports another."""

from app.shared import state
from app.shared.text import KINDS
from gptcore.tasks.examples import Kind

EXPLORE, TASKS, DECODING = "explore/page.py", "tasks/page.py", "decoding/page.py"
WORKED = "worked/page.py"
LAB = "lab/page.py"
PAGES = {
    EXPLORE: "Explore",
    DECODING: "Decoding",
    TASKS: "Tasks",
    LAB: "Lab",
    "bert/page.py": "GPT beside BERT",
    "paper/page.py": "The paper",
    WORKED: "Worked examples",
    "exercise/page.py": "Exercise",
}
"""Titles by the file of each page, in app/."""

_MOST_OF_TEXT = 1_500
"""Characters in a link: more than that, some browsers and servers do not take."""

Link = tuple[str, dict[str, str]]
"""A page and its query parameters, as st.page_link takes them."""


def link_to_reader(title: str) -> Link:
    """Explore with a model, by the title that its list shows."""
    return EXPLORE, {state.MODEL: title}


def link_to_task(kind: Kind, title: str) -> Link:
    """Tasks with a fine-tuned model."""
    return TASKS, {state.TASK: KINDS[kind], state.TASK_MODEL: title}


def link_to_decoding(title: str, text: str) -> Link:
    """Decoding with a model and the beginning of a text, of which the end is enough."""
    return DECODING, {state.MODEL: title, state.BEGINNING: text[-_MOST_OF_TEXT:]}


def link_to_example(name: str) -> Link:
    """Worked examples with one of them open."""
    return WORKED, {state.EXAMPLE: name}


def link_to_lab() -> Link:
    """The Lab with a learner's fine-tunings: the newest, or the one that runs."""
    return LAB, {state.LAB: "finetune"}


def url_path(page: str) -> str:
    """The last part of a page's address: the name of its folder."""
    return page.split("/")[0]
