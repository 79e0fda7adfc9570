"""The Explore page's controls: clicks, sliders, links, drawing, writing on, and the steps for newcomers."""

from unittest.mock import patch

import numpy as np
import pytest

from app.explore import cache as explore_cache
from app.explore import text as content
from app.explore.lenses.attention import VIEWS
from app.explore.samples import DEFAULT_PROMPT
from app.shared.theme import display_token, plain_token
from tests.ui.page import Page

TOO_LONG = "not part of the page's address"


@pytest.fixture
def page() -> Page:
    """The Attention lens, which has most of what is clicked here."""
    return Page(lens=content.LENSES["attention"]).run()


@pytest.fixture
def runs_of_the_model():
    """Counts how often a trace is computed; .call_count tells."""
    with patch.object(explore_cache, "run_trace", wraps=explore_cache.run_trace) as counted:
        yield counted


def test_sliders_never_run_the_model(page, runs_of_the_model):
    for kind, key, value in (
        ("slider", "temperature", 0.4),
        ("slider", "top_k", 5),
        ("slider", "top_p", 0.5),
        ("number_input", "position", 3),
        ("selectbox", "layer", 5),
        ("selectbox", "head", 2),
        ("segmented_control", "view", "arcs"),
        ("segmented_control", "lens", "prediction"),
        ("number_input", "seed", 9),
    ):
        page.choose(kind, key, value)
    assert runs_of_the_model.call_count == 0


def test_an_edit_runs_each_model_once(page, runs_of_the_model):
    page.type("another text")
    assert runs_of_the_model.call_count == 2  # the model, and the untrained one that heads are compared with


def test_sliders_never_run_the_model_while_others_read(page, runs_of_the_model):
    other = Page().run()
    for number in range(30):
        other.type(f"text number {number}")
    runs_of_the_model.reset_mock()
    page.choose("slider", "temperature", 0.4)
    assert runs_of_the_model.call_count == 0


def test_temperature_and_cuts_reach_the_bars(page):
    model = [row["raw"] for row in page.data("bars")["rows"]]
    page.choose("slider", "temperature", 0.2)
    sharp = page.data("bars")["rows"]
    assert [row["raw"] for row in sharp] == model
    assert sharp[0]["probability"] > sharp[0]["raw"]
    page.choose("slider", "temperature", 1.0).choose("slider", "top_k", 2)
    rows = page.data("bars")["rows"]
    assert [row["cut"] for row in rows] == [False, False] + [True] * (len(rows) - 2)
    assert sum(row["probability"] for row in rows) == pytest.approx(1)
    page.choose("slider", "top_k", 0).choose("slider", "top_p", 0.05)
    assert not page.data("bars")["rows"][0]["cut"]
    assert "are cut" in page.data("bars")["note"]
    page.choose("slider", "top_p", 1.0).choose("slider", "temperature", 0.0)
    assert page.data("bars")["rows"][0]["probability"] == 1


def test_the_untrained_switch_shows_other_numbers_and_back(page):
    trained = page.data("bars")
    page.choose("toggle", "untrained", True)
    untrained = page.data("bars")
    assert untrained["stamp"] != trained["stamp"]
    # Initial weights are tiny: nothing is preferred, so all tokens are about equally likely.
    probabilities = np.array([row["raw"] for row in untrained["rows"]])
    assert probabilities.max() < 3 * probabilities.min() < max(row["raw"] for row in trained["rows"])
    assert page.choose("toggle", "untrained", False).data("bars") == trained


def test_a_click_on_a_chip_selects_it_for_every_lens(page):
    page.send("strip", "position", 2)
    assert page.at.number_input(key="position").value == 3
    assert page.data("strip")["selected"] == page.data("heads")["position"] == 2
    assert page.at.query_params["position"] == "3"


def test_the_last_token_stays_selected_while_the_text_grows(page):
    last = len(page.chips) - 1
    page.send("strip", "position", 1).send("strip", "position", last)
    page.type(DEFAULT_PROMPT + " fox")
    assert page.data("strip")["selected"] == len(page.chips) - 1 > last


def test_a_selected_token_stays_while_the_text_grows_and_fits_when_it_shrinks(page):
    page.send("strip", "position", 4).type(DEFAULT_PROMPT + " fox")
    assert page.data("strip")["selected"] == 4
    page.type("a")
    assert page.data("strip")["selected"] == 0


def test_a_click_on_the_board_selects_layer_and_head(page):
    page.send("heads", "head", [4, 1])
    assert (page.at.selectbox(key="layer").value, page.at.selectbox(key="head").value) == (5, 2)
    assert (page.data("heads")["layer"], page.data("heads")["head"]) == (4, 1)
    assert (page.at.query_params["layer"], page.at.query_params["head"]) == ("5", "2")


@pytest.mark.parametrize(
    ("key", "event", "value"),
    [
        ("strip", "position", 10_000),
        ("strip", "position", -1),
        ("heads", "head", [99, 0]),
        ("heads", "head", [-1, -1]),
        ("heads", "position", None),
        ("bars", "append", 10**9),
        ("bars", "append", -1),
        ("bars", "append", "<b>"),
    ],
)
def test_a_click_that_fits_no_more_changes_nothing(page, key, event, value):
    before = page.data("heads")
    assert page.send(key, event, value).data("heads") == before
    assert page.prompt == DEFAULT_PROMPT


def test_a_click_on_a_bar_appends_its_token(page):
    row = page.data("bars")["rows"][1]
    page.send("bars", "append", row["id"])
    assert plain_token(page.prompt.removeprefix(DEFAULT_PROMPT)) == row["text"]
    assert page.data("strip")["selected"] == len(page.chips) - 1
    assert page.press("Undo").prompt == DEFAULT_PROMPT


def test_a_link_restores_the_view():  # at once, not only at the second run
    link = {
        "lens": content.LENSES["attention"],
        "prompt": "the crow sings to the fox",
        "view": VIEWS["arcs"],
        "layer": "5",
        "head": "4",
        "position": "3",
        "temperature": "0.5",
        "top_k": "7",
        "top_p": "0.8",
        "untrained": "true",
    }
    page = Page(**link).run()
    heads = page.data("heads")
    assert page.prompt == link["prompt"]
    assert (heads["layer"], heads["head"], heads["position"], heads["view"]) == (4, 3, 2, "arcs")
    sliders = [page.at.slider(key=key).value for key in ("temperature", "top_k", "top_p")]
    assert sliders == [0.5, 7, 0.8]
    assert page.at.toggle(key="untrained").value is True
    assert page.at.query_params == link
    first = page.data("bars")
    assert first["rows"][-1]["probability"] != first["rows"][-1]["raw"]
    assert page.run().data("bars") == first


@pytest.mark.parametrize(
    "link",
    [
        {"layer": "99"},
        {"layer": "0"},
        {"head": "-1"},
        {"position": "0"},
        {"position": "100000"},
        {"lens": "x"},
        {"view": "x"},
        {"temperature": "hot"},
        {"temperature": "99"},
        {"top_p": "0"},
        {"top_k": "-3"},
        {"seed": "-1", "lens": "Prediction"},
        {"model": "../../etc"},
        {"untrained": "maybe"},
        {"prompt": ""},
        {"layer": "99", "lens": "Anatomy"},
        {"position": "3.5"},
        {"stranger": "1"},
        {"lens": ""},
        {"view": ""},
        {"seed": "inf", "lens": "Prediction"},
        {"position": "inf"},
        {"temperature": "nan"},
    ],
    ids=str,
)
def test_a_damaged_link_opens_the_page(link):
    page = Page(**link).run()
    assert not page.at.error and not page.at.exception
    assert ("strip" in page.drawn) == (link != {"prompt": ""})


def test_a_text_too_long_for_a_link_says_so(page):
    assert TOO_LONG not in page.type("a" * 2_000).words
    assert TOO_LONG in page.type("a" * 2_001).words
    page.choose("text_area", "long_text", "fox " * 501).press("Read this text")
    assert TOO_LONG in page.words
    assert "prompt" not in page.at.query_params
    assert TOO_LONG not in page.type("a fox").words


def test_settings_survive_a_visit_to_another_lens(page):
    page.choose("slider", "temperature", 0.5).choose("slider", "top_k", 3).choose("slider", "top_p", 0.9)
    page.send("heads", "head", [4, 1]).send("strip", "position", 2)
    before = page.data("heads"), page.data("bars")
    for lens in ("tokens", "prediction", "anatomy"):
        page.lens(lens)
        assert (page.lens("attention").data("heads"), page.data("bars")) == before, lens
    page.choose("segmented_control", "view", "stages").choose("segmented_control", "view", "map")
    assert (page.data("heads"), page.data("bars")) == before


def test_a_draw_is_repeatable_and_can_be_appended():
    drawn = []
    for _ in range(2):
        page = Page(lens=content.LENSES["prediction"], temperature="0.3").run().choose("number_input", "seed", 5)
        drawn.append(page.at.text[0].value)
    assert drawn[0] == drawn[1]
    page.press("Append what is drawn")
    appended = page.prompt.removeprefix(DEFAULT_PROMPT)
    assert appended and f"“{display_token(appended)}”" in drawn[0]
    assert page.press("Undo").prompt == DEFAULT_PROMPT


def test_another_seed_draws_another_token():
    page = Page(lens=content.LENSES["prediction"], temperature="3.0").run()
    texts = {page.choose("number_input", "seed", seed).at.text[0].value for seed in range(5)}
    assert len(texts) == 5


def test_at_temperature_0_the_likeliest_token_is_drawn():
    page = Page(lens=content.LENSES["prediction"], temperature="0").run()
    best = page.data("bars")["rows"][0]
    assert best["probability"] == 1
    assert "which has 100 %" in page.at.text[0].value


def _continue(page: Page, n_tokens: int) -> Page:
    page.choose("number_input", "n_new", n_tokens).press("Continue")
    for _ in range(100):
        if any(button.label == "Continue" for button in page.at.button):
            return page
        page.run()
    raise AssertionError("it never ends")


def test_continue_writes_n_tokens_and_can_be_undone():
    texts = []
    for _ in range(2):
        page = Page(lens=content.LENSES["prediction"], temperature="0", prompt="the fox").run()
        n_tokens = len(page.chips)
        texts.append(_continue(page, 12).prompt)
        assert texts[-1].startswith("the fox")
        assert [prompt.text for prompt in page.at.session_state["_undo"]] == ["the fox"]
        assert len(page.chips) == n_tokens + 12
    assert texts[0] == texts[1]
    assert page.press("Undo").prompt == "the fox"


def test_continue_can_be_stopped():
    page = Page(lens=content.LENSES["prediction"]).run().choose("number_input", "n_new", 200).press("Continue")
    page.press("Stop")
    assert page.prompt.startswith(DEFAULT_PROMPT)
    assert any(button.label == "Continue" for button in page.at.button)


def test_the_steps_for_newcomers_tick(page):
    assert ":material/check_circle:" not in page.words
    page.type("a fox and a crow")
    page.send("strip", "position", 1)
    page.send("heads", "head", [1, 1])
    page.choose("slider", "temperature", 0.5)
    assert page.words.count(":material/check_circle:") == 4
    page.choose("toggle", "untrained", True)
    assert page.words.count(":material/check_circle:") == 5
    page.lens("flow").send("flow", "stage", "softmax")
    assert page.words.count(":material/check_circle:") == 6
    page.send("flow", "cell", ["attention", 0, 0, 1, 0])
    assert page.words.count(":material/check_circle:") == 7
    page.send("strip", "switch", ["token", 0])
    assert page.words.count(":material/check_circle:") == 8
    assert page.at.session_state["_steps_done"] == set(content.START_HERE)
