"""Any value for any widget and in any address: no exception in the log, no red box, and the page goes on.

The widgets are those that the server itself sent, so a new one is tried as soon as a page has it.
"""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import streamlit as st
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.app_session import AppSession

from app.lab import text as lab
from app.shared import outside
from tests.learner import Learner
from tests.serving import Server, running_app
from tests.ui.outside import IN_ADDRESS, STATES

PAGES = [
    ("", "lens=Flow&stage=softmax"),
    ("", "lens=Tokens"),
    ("", "lens=Attention"),
    ("", "lens=Prediction"),
    ("", "lens=Anatomy&open=probability:2:5"),
    ("tasks", "task=Similarity"),
    ("tasks", "task=Multiple+choice&open=task_probability:0"),
    ("lab", ""),
    ("lab", "lab=Fine-tune"),
    ("worked", "example=cat"),
    ("worked", "example=loss"),
]
CHOOSERS = {"lens", "task", "lab", "worked_example", "pretrain_corpus", "finetune_task"}
"""Decide which other widgets there are; they are tried by themselves."""
OWN = {"pretrain_corpus": lab.TEXTS["own"], "finetune_task": "Your own examples"}
"""With these the forms show their boxes for files."""
SAMPLING, VIEW = ("temperature", "top_k", "top_p", "seed"), ("layer", "head", "view", "stage")
ANYWHERE = ("model", "untrained", "checkpoint", "position", "sample", "present", "open")
PARAMETERS = {
    "": [
        (("prompt",), ""),
        (("lens",), ""),
        ((*SAMPLING, *ANYWHERE), "&lens=Prediction"),
        ((*VIEW, *ANYWHERE), "&lens=Attention"),
    ],
    "tasks": [(("task",), ""), (("task_model", "text_a", "text_b", "answers", "example", "open"), "&task=Similarity")],
    "lab": [(("lab", "run"), "")],
    "worked": [(("example",), "")],
}
"""Of each page, those that can be tried together, and what stands beside them."""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The app's own server with the model that ships; in the end its log is clean."""
    with running_app(tmp_path_factory.mktemp("outside") / "log.txt") as running:
        yield running


def _run(server: Server, visit: Coroutine[Any, Any, None]) -> None:
    with ThreadPoolExecutor(1) as thread:  # playwright, if it ran before, keeps an event loop in this one
        thread.submit(lambda: asyncio.run(visit)).result()
    assert "Traceback" not in server.log.read_text(), server.log.read_text()[-3000:]


def _key(widget_id: str) -> str:
    return widget_id.rsplit("-", 1)[-1]


def _state(widget_id: str, number: int) -> WidgetState:
    state = WidgetState()
    state.CopyFrom(STATES[number % len(STATES)])
    state.id = widget_id
    return state


async def _open(learner: Learner) -> list[str]:
    """Opens a page with all the boxes that it can have; returns its widgets but for buttons that start runs."""
    assert (await learner.open()).succeeded
    chosen = [WidgetState(id=i, string_value=OWN[_key(i)]) for i in learner.controls if _key(i) in OWN]
    assert (await learner.send(WidgetStates(widgets=chosen))).succeeded
    return sorted(widget for widget in learner.controls if not widget.endswith("_start"))


async def _try_all(url: str, page: str, query: str, choosers: bool) -> None:
    async with Learner.at(url, page, query) as learner:
        widgets = [widget for widget in await _open(learner) if (_key(widget) in CHOOSERS) == choosers]
        for first in range(
            0, len(STATES), 1 if choosers else 3
        ):  # a third of all values for each widget, many at a time
            states = [_state(widget, first + i) for i, widget in enumerate(widgets)]
            answer = await learner.send(WidgetStates(widgets=states))
            assert answer.succeeded and not answer.complaints, (answer.complaints, states)


@pytest.mark.parametrize(("page", "query"), PAGES, ids=lambda part: part or "-")
def test_any_value_for_any_widget(server, page, query):
    _run(server, _try_all(server.url, page, query, choosers=False))


@pytest.mark.parametrize("page", PARAMETERS, ids=lambda page: page or "explore")
def test_any_value_for_what_chooses_the_others(server, page):
    _run(server, _try_all(server.url, page, "", choosers=True))


async def _open_all(url: str, page: str, queries: list[str]) -> None:
    for query in queries:
        async with Learner.at(url, page, query) as learner:
            answer = await learner.open()
            assert answer.succeeded and not answer.complaints, (answer.complaints, query[:200])


@pytest.mark.parametrize("page", PARAMETERS, ids=lambda page: page or "explore")
def test_any_value_in_an_address(server, page):
    strangers = tuple(key for groups in PARAMETERS.values() for keys, _ in groups for key in keys)
    queries = [
        "&".join(f"{key}={value.format(key=key)}" for key in keys) + beside
        for number, value in enumerate(IN_ADDRESS)
        for keys, beside in (*PARAMETERS[page], *([] if number % 4 else [(strangers, "")]))
    ]
    _run(server, _open_all(server.url, page, queries))


def test_no_browser_empties_the_caches_of_all():
    outside.guard()
    calls = []
    remembered = st.cache_data(lambda: calls.append(1))
    remembered()
    AppSession._handle_clear_cache_request(None)
    remembered()
    assert calls == [1]
