"""The Layers lens: its grid and its rows are the model's, what is typed and clicked is followed, limits are said."""

import base64

import numpy as np
import pytest
import torch

from app.explore import cache as explore_cache
from app.explore import text as content
from app.explore.continuation import RECENT
from app.explore.lenses import layers_guesses_text, layers_saliency_text
from app.explore.lenses.layers_guesses import found_at, row_names
from app.explore.lenses.layers_rivals import chosen, who_leads
from app.explore.lenses.layers_saliency import disagreement, rows_of
from app.explore.lenses.layers_window import MOST, before, window
from app.explore.off import Off
from app.shared.theme import plain_token
from gptcore.effects.saliency import gradient_times_input, leave_one_out
from gptcore.trace.lens import Followed, logit_lens
from gptcore.trace.trace import run_trace
from tests.ui.page import Page

LENS = content.LENSES["layers"]
TEXT = 'The fox said to the crow, "Sing, dear crow." And so'
SALIENCY = layers_saliency_text.OF


def _page(**query: str) -> Page:
    return Page(lens=LENS, **{"prompt": TEXT, **query}).run()


def _saliency(**query: str) -> Page:
    return _page(layers_look="What it hangs on", **query)


def _numbers(text: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), dtype="<f4")


def test_the_grid_has_what_the_lens_says(reading):
    data = _page().data("guesses")
    whole = torch.from_numpy(logit_lens(reading.checkpoint.model, reading.trace))
    n_rows, n_columns = len(data["rows"]), len(data["columns"])
    assert (n_rows, n_columns) == whole.shape[:2]
    tokens = _numbers(data["found"]["tokens"]).reshape(n_rows, n_columns, -1)
    np.testing.assert_array_equal(tokens, whole.topk(5).indices)
    chances = _numbers(data["found"]["chances"]).reshape(tokens.shape)
    np.testing.assert_allclose(chances, whole.softmax(-1).topk(5).values, atol=1e-5)
    assert [column["name"] for column in data["columns"]] == reading.plain_names
    assert [column["next"] for column in data["columns"]] == [*reading.plain_names[1:], None]
    assert set(data["names"]) == {str(int(token)) for token in tokens.ravel()}
    assert data["chosen"] == n_columns - 1


def test_a_column_is_chosen_and_a_number_opens():
    page = _page().send("guesses", "position", 3)
    assert page.at.number_input(key="position").value == 4
    assert page.data("guesses")["chosen"] == 3
    page.send("guesses", "cell", ["probability", 3, 7])
    assert page.at.query_params["open"] == "probability:3:7"
    for nonsense in (-1, 10_000, None, "3", 1.5):
        page.send("guesses", "position", nonsense)
        assert page.data("guesses")["chosen"] == 3


@pytest.mark.parametrize("colour", layers_guesses_text.COLOURS)
def test_each_way_of_colouring_is_in_the_address(colour):
    data = _page(guess_colour=layers_guesses_text.COLOURS[colour]).data("guesses")
    assert data["colour"] == colour
    assert data["texts"]["colours"] == layers_guesses_text.LEGENDS[colour]


def test_a_long_text_has_a_window_of_columns_and_says_so():
    page = _page(prompt="the fox said to the crow and " * 60, position="200")
    data = page.data("guesses")
    assert len(data["columns"]) == MOST
    assert data["columns"][data["chosen"]]["position"] == 199
    assert "Columns 171 to 210" in data["texts"]["subtitle"]
    assert page.payload < 300_000
    page.choose("segmented_control", "layers_look", "saliency")
    rows = page.data("saliency")
    assert rows["first"] == 160 and len(rows["names"]) == MOST
    assert "lies before them" in rows["texts"]["subtitle"]
    assert page.payload < 300_000


def test_a_window_holds_its_position_and_stands_still_for_a_while():
    for n_tokens in (1, MOST, MOST + 1, 100, 512):
        for position in range(n_tokens):
            first, stop = window(n_tokens, position)
            assert 0 <= first <= position < stop <= n_tokens and stop - first == min(n_tokens, MOST)
            assert 0 <= before(position) <= position < before(position) + MOST
    assert len({window(512, position) for position in range(100, 120)}) == 1


def test_the_rivals_are_the_final_two_unless_others_are_typed(reading):
    logits = reading.logits[-1]
    best = (-logits).argsort(kind="stable")[:3].tolist()
    assert chosen(reading, logits, ["", ""]) == ((best[0], best[1]), [])
    second = reading.checkpoint.tokenizer.token_text(best[1])
    if (found := chosen(reading, logits, ["", second])[0])[1] == best[1]:
        assert found[0] == best[0]
    tokens, notes = chosen(reading, logits, ["hippopotamusses", " fox"])
    assert len(notes) == 1 and "the first of them" in notes[0]
    assert tokens[1] in {reading.checkpoint.tokenizer.encode(text).ids[0] for text in ("fox", " fox")}
    page = _page(rival="fox", other_rival="crow")
    names = [line["name"] for line in page.data("rivals")["lines"]]
    assert names == ["“fox”", "“crow”"]
    assert "“fox”" in page.words.replace("\\", "")


def test_who_leads_is_said_from_the_row_on_that_it_stays_so():
    def followed(*rows: tuple[float, float]) -> Followed:
        return Followed(np.array(rows), np.zeros((len(rows), 2)), np.ones((len(rows), 2)))

    says = who_leads(["a", "b"], followed((1, 0), (0, 1), (2, 1), (3, 1)))
    assert says == ["“a” is in front of “b” for good from block 2 on."]
    assert who_leads(["a", "b"], followed((1, 2), (0, 1))) == ["“b” is in front of “a” in every row."]
    assert who_leads(["a", "a"], followed((1, 1), (2, 2))) == [layers_guesses_text.SAME]
    assert who_leads(["a"], followed((1, 1))) == [layers_guesses_text.SAME]


def test_what_the_rows_can_tell_is_this_models_case(reading):
    words = _page().words
    assert layers_guesses_text.POST_NORM in words and layers_guesses_text.TIED in words
    assert "In these" in words and layers_guesses_text.PRE_NORM not in words
    assert row_names(reading.checkpoint.config)[0] == "h₀"
    assert _page(prompt="a").words.count(layers_guesses_text.ONE_COLUMN) == 1


def test_what_is_off_is_compared_cell_by_cell(reading):
    page = _page(off="a1~m1")
    data = page.data("guesses")
    whole = found_at(reading, 0).tokens[..., 0]
    np.testing.assert_array_equal(_numbers(data["found"]["other"]["tokens"]).reshape(whole.shape), whole)
    assert "≠" in data["texts"]["subtitle"]
    lines = page.data("rivals")["lines"]
    assert [line["beside"] for line in lines] == [False, False, True, True]
    assert "other" not in _page().data("guesses")["found"]


def test_the_text_is_written_on_in_this_lens_and_each_step_gets_a_column(reading):
    page = _page()
    page.choose("number_input", "n_new", 200).press("Continue")
    running = page.at.session_state["_continuation"]
    assert "guesses_live" in page.drawn and "guesses" not in page.drawn  # the grid of the text before waits
    data, columns = page.data("guesses_live"), running.guessed.tokens.shape[1]
    assert data["chosen"] is None and len(data["columns"]) == columns == min(RECENT, len(running.ids))
    whole = [*reading.ids, *running.ids]
    assert len(whole) == len(reading.ids) + running.n_guessed
    model = reading.checkpoint.model
    expected = logit_lens(model, run_trace(model, np.array(whole[:-1])))[:, -columns:].argmax(-1)
    assert (running.guessed.tokens[..., 0] == expected).mean() > 0.99  # with a cache, equals may change places
    assert data["columns"][-1]["next"] == plain_token(reading.checkpoint.tokenizer.token_text(running.ids[-1]))
    page.press("Stop")
    assert "guesses_live" not in page.drawn
    assert len(page.data("guesses")["columns"]) == min(MOST, len(whole))


def test_saliency_is_the_cores(reading):
    data = _saliency(position="9").data("saliency")
    token = int(reading.logits[8].argmax())
    model = reading.checkpoint.model
    gradient, left_out, rollout = (_numbers(row["values"]) for row in data["rows"])
    np.testing.assert_allclose(gradient, gradient_times_input(model, reading.ids, 8, token), atol=1e-5)
    np.testing.assert_allclose(left_out, leave_one_out(model, reading.ids, 8, token), atol=1e-4)
    np.testing.assert_allclose(rollout, reading.rollout[8, :9], atol=1e-6)
    for row in data["rows"]:
        assert row["scale"] == pytest.approx(np.nanmax(np.abs(_numbers(row["values"]))))
        assert f"{row['scale']:.2f}" in row["legend"]


def test_which_prediction_is_chosen(reading):
    own = _saliency(position="3", hangs_on=SALIENCY["next"]).data("saliency")["texts"]["title"]
    assert own == layers_saliency_text.TITLE.format(token=reading.plain_names[3], name=reading.plain_names[2])
    assert "Nothing follows" in _saliency(hangs_on=SALIENCY["next"]).words.replace("\\", "")
    typed = _saliency(hangs_on=SALIENCY["chosen"], hangs_on_token="fox").data("saliency")["texts"]["title"]
    assert typed.startswith("What does “fox” after")
    assert "until then" in _saliency(hangs_on=SALIENCY["chosen"]).words.replace("\\", "")


def test_a_token_is_hidden_and_shown_again_by_its_button():
    page = _saliency().send("saliency", "hide", 2)
    assert page.at.query_params["off"] == "t3"
    data = page.data("saliency")
    assert data["hidden"] == [2]
    assert np.isnan(_numbers(data["rows"][1]["values"])[2])
    page.send("saliency", "hide", 2)
    assert "off" not in page.at.query_params
    for nonsense in (-1, 10_000, None, "2"):
        page.send("saliency", "hide", nonsense)
        assert "off" not in page.at.query_params


def test_saliency_of_a_changed_model_is_that_models(reading):
    changed = reading.without(Off((("head", 0, 1), ("token", 4))))
    rows = rows_of(changed, 8, 5)
    base = explore_cache.interventions(changed.key, changed.off)
    model = reading.checkpoint.model
    np.testing.assert_allclose(rows["gradient"], gradient_times_input(model, reading.ids, 8, 5, base), atol=1e-5)
    np.testing.assert_allclose(rows["left_out"], leave_one_out(model, reading.ids, 8, 5, base), atol=1e-5)


def test_disagreement_names_the_token_and_the_sign(reading):
    n = len(reading.ids)
    one = np.linspace(0.1, 1, n).astype(np.float32)
    other = one.copy()
    other[0] = -5
    first, *rest = disagreement(reading, 0, {"gradient": one, "left_out": other, "rollout": one})
    assert "agree" in first and reading.plain_names[0] in first and f"no. {n} by the first, no. 1" in first
    assert "On 1 of" in first and not any("sign" in sentence for sentence in rest)
    reverse = disagreement(reading, 0, {"gradient": one, "left_out": one[::-1], "rollout": np.ones(n)})
    assert "reverse" in reverse[0] and "−1.00" in reverse[0] and "cannot be compared" in reverse[1]


def test_a_single_token_hangs_on_nothing():
    page = _saliency(prompt="a")
    assert layers_saliency_text.ONE_TOKEN in page.words and "saliency" not in page.drawn
    assert _page(prompt="a").drawn == {"strip", "guesses", "rivals"}
