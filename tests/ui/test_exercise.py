"""The Exercise page: a model that knows nothing learns while one looks, and a link restores what was seen."""

import numpy as np
import pytest

from app.exercise import cache, text
from app.exercise.expected import findings
from app.exercise.take_away import python_lines
from gptcore.exercise.handout import solution
from gptcore.exercise.learning import epochs, untrained
from gptcore.exercise.looking import look
from gptcore.exercise.settings import ExerciseSettings
from tests.ui.page import Page

SETTINGS = ExerciseSettings(d_model=8, pretrain_epochs=4, finetune_epochs=2, optimizer="adam", pretrain_rate=0.1)
LINK = {
    "ex_d_model": "8",
    "ex_pretrain_epochs": "4",
    "ex_finetune_epochs": "2",
    "ex_optimizer": "adam",
    "ex_pretrain_rate": "0.1",
}


@pytest.fixture(scope="module")
def expected():
    """What a training with SETTINGS gives: before, and after."""
    model = untrained(SETTINGS)
    before = look(model)
    list(epochs(model, SETTINGS))
    return before, look(model)


def _opened(**query: str) -> Page:
    page = Page(**query).run()
    page.at.switch_page("exercise/page.py")
    page.at.query_params.update(query)
    return page.run()


def _until_done(page: Page) -> Page:
    for _ in range(20):
        if page.at.session_state["_exercise"].done:
            return page.run()
        page.run()
    raise AssertionError("it never ends")


def _bars(page: Page, key: str = "ex_next") -> list[float]:
    return [row["probability"] for row in page.data(key)["rows"]]


def test_it_learns_while_one_looks_and_what_changes_is_compared(expected):
    before, after = expected
    page = _opened(**LINK)
    np.testing.assert_allclose(_bars(page), before.next_words, atol=1e-6)
    assert text.NOT_YET in page.words
    page.press(text.TRAIN)
    assert 0 < len(page.at.session_state["_exercise"].epochs) < 6  # the rest comes with the next looks
    _until_done(page)
    np.testing.assert_allclose(_bars(page), after.next_words, atol=1e-6)
    np.testing.assert_allclose(_bars(page, "ex_verdicts"), after.of_right_label, atol=1e-6)
    assert [metric.value for metric in page.at.metric][-1] == str(after.is_right.sum())
    page.choose("segmented_control", "moment", "untrained")
    np.testing.assert_allclose(_bars(page), before.next_words, atol=1e-6)
    page.choose("segmented_control", "ex_over", "mean")  # asks for nothing yet
    assert text.OTHER_SETTINGS in page.words and page.at.session_state["_exercise"].settings == SETTINGS
    _until_done(page.press(text.WITH_THESE))
    assert page.at.session_state["_exercise"].settings == SETTINGS.with_changes(over="mean")
    assert page.at.session_state["_exercise_before"].settings == SETTINGS
    page.press(text.RESET)
    assert page.at.slider(key="ex_pretrain_epochs").value == ExerciseSettings().pretrain_epochs


def test_a_link_trains_at_once_and_shows_the_same(expected):
    page = _until_done(_opened(trained="1", **LINK))
    np.testing.assert_allclose(_bars(page), expected[1].next_words, atol=1e-6)
    page.choose("slider", "ex_pretrain_epochs", 0).choose("slider", "ex_finetune_epochs", 0).press(text.WITH_THESE)
    assert text.NO_EPOCHS in page.words


def test_a_rate_that_is_too_large_ends_in_words():
    page = _until_done(_opened(trained="1", ex_pretrain_rate="0.5", ex_over="sum", ex_pretrain_epochs="60"))
    assert "The loss exploded" in page.at.warning[0].value
    assert np.isfinite(_bars(page)).all() and np.isfinite(_bars(page, "ex_verdicts")).all()


def test_what_is_promised_stands_beside_what_was_measured():
    said = "\n".join(findings(cache.measured()))
    sgd = cache.measured()["variants"]["sgd"]["pretrain"]["10"]
    assert f"−2.102; SGD reaches −{-min(sgd):.3f} to −{-max(sgd):.3f}" in said and "{" not in said
    cache.measured.clear()


def test_the_lines_and_the_file_train_the_same_model(expected):
    names: dict = {}
    exec(compile(python_lines(SETTINGS), "lines", "exec"), names)
    np.testing.assert_array_equal(names["seen"].next_words, expected[1].next_words)
    assert "WIDTH = 8 " in solution(SETTINGS) and 'OPTIMIZER = "adam"' in solution(SETTINGS)
