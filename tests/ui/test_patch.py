"""The Change lens: patching from a second text, and who pushes what."""

import base64

import numpy as np
import pytest

from app.explore import keys
from app.explore.effects.pairs import PAIRS
from app.explore.effects.patching import parse_cell
from app.explore.lenses import change_patch_text
from app.explore.lenses.change_pushes_board import name_of
from app.explore.lenses.change_text import LOOKS
from app.explore.typed_token import typed_token
from app.shared import loaded
from gptcore.effects.contributions import contributions
from gptcore.effects.patching import head_patch_grid, patch, patch_grid
from gptcore.effects.rivals import two_answers
from gptcore.trace.trace import run_trace
from tests.ui.page import Page
from tests.ui.test_take_away import lines_of

HERE, THERE = "The fox said to the crow", "The crow said to the fox"
PATCH = {"lens": "Change", "change_look": LOOKS["patch"], "prompt": HERE, "patch_text": THERE}
PUSHES = {"lens": "Change", "change_look": LOOKS["pushes"], "prompt": HERE}


def _values(page: Page, key: str) -> np.ndarray:
    data = page.data(key)
    shape = len(data["rows"]), len(data["columns"])
    return np.frombuffer(base64.b64decode(data["values"]), dtype="<f4").reshape(shape)


def _model():
    return loaded.checkpoint(loaded.model_key("books", False))


def _traces():
    read = _model()
    return [run_trace(read.model, read.tokenizer.encode(text).ids) for text in (HERE, THERE)]


def _answers(first, second, position=-1) -> tuple[int, int]:
    return two_answers(first.logits[position], second.logits[position])


def test_without_a_second_text_it_says_what_to_do():
    page = Page(lens="Change", change_look=LOOKS["patch"]).run()
    assert page.drawn == {"strip"}
    assert change_patch_text.EMPTY in page.words


@pytest.mark.parametrize("part", ["hidden", "attn_out", "mlp_out", "head_out"])
def test_the_board_has_the_cores_numbers(part):
    page = Page(**PATCH, patch_part=change_patch_text.PARTS[part]).run()
    first, second = _traces()
    answers = _answers(first, second)
    if part == "head_out":
        grid = head_patch_grid(_model().model, first, second, *answers)
    else:
        grid = patch_grid(_model().model, first, second, *answers, part=part)
    np.testing.assert_allclose(_values(page, "patch_board"), grid.moved, atol=1e-3)
    data = page.data("patch_board")
    assert data["labels"] == [f"{round(100 * share)}".replace("-", "−") for share in grid.moved.flat]
    assert len(data["says"]) == grid.moved.size
    assert all(says.startswith("Taking ") for says in data["says"])
    assert page.payload < 300_000


def test_tokens_that_differ_show_both():
    page = Page(**PATCH).run()
    first, second = _traces()
    differ = (first.ids != second.ids).tolist()
    assert [("below" in column) for column in page.data("patch_board")["columns"]] == differ
    assert any(differ)
    assert not all(differ)


def test_a_cell_shows_the_predictions_after_that_patch_and_a_link_restores_it():
    page = Page(**PATCH).run()
    assert "patch_after_0" not in page.drawn
    page.send("patch_board", "picked", [3, 1])
    assert "hidden.4.2" in str(page.at.query_params["patched"])
    first, second = _traces()
    logits = run_trace(_model().model, first.ids.tolist(), interventions=[patch(second, "hidden", 3, 1)]).logits[-1]
    shares = np.exp(logits - logits.max())
    shares /= shares.sum()
    for row in page.data("patch_after_1")["rows"]:
        assert row["probability"] == pytest.approx(shares[row["id"]], abs=1e-4)
    ids = [[row["id"] for row in page.data(f"patch_after_{index}")["rows"]] for index in range(3)]
    assert ids[0] == ids[1] == ids[2]
    again = Page(**PATCH, patched="hidden.4.2").run()
    assert again.data("patch_after_1") == page.data("patch_after_1")
    assert again.data("patch_board")["chosen"] == [3, 1]


@pytest.mark.parametrize("sent", [[99, 0], [0, 99], [-1, 0], ["a", 0], None, 7, [0], [0, 0, 0], [True, 0]])
def test_a_click_from_another_picture_draws_no_prediction(sent):
    page = Page(**PATCH).run().send("patch_board", "picked", sent)
    assert "patch_after_1" not in page.drawn


@pytest.mark.parametrize(
    "link", ["", "hidden", "hidden.0.1", "hidden.1.0", "mlp_out.1.1", "hidden.x.1", "hidden.1.1.1"]
)
def test_an_address_may_say_anything(link):
    assert parse_cell(link, "hidden") is None
    page = Page(**PATCH, patched=link).run()
    assert page.data("patch_board")["chosen"] is None


def test_cells_in_the_address_count_from_one():
    assert parse_cell("hidden.1.1", "hidden") == (0, 0)
    assert parse_cell("head_out.12.8", "head_out") == (11, 7)


def test_texts_of_different_lengths_are_explained():
    page = Page(**PATCH | {"patch_text": THERE + " and so"}).run()
    assert "patch_board" not in page.drawn
    first, _ = _traces()
    assert f"Your text has **{len(first.ids)} tokens**" in page.words


def test_equal_texts_are_explained():
    page = Page(**PATCH | {"patch_text": HERE}).run()
    assert "patch_board" not in page.drawn
    assert change_patch_text.SAME_TEXT in page.words


def test_an_earlier_token_ends_the_board_there():
    page = Page(**PATCH, position="3").run()
    first, second = _traces()
    assert len(page.data("patch_board")["columns"]) == 3
    grid = patch_grid(_model().model, first, second, *_answers(first, second, 2), 2)
    np.testing.assert_allclose(_values(page, "patch_board"), grid.moved, atol=1e-3)


def test_answers_can_be_typed():
    tokenizer = _model().tokenizer
    page = Page(**PATCH, patch_answer="fox", patch_other_answer="crow").run()
    fox, crow = (tokenizer.encode(" " + word).ids[0] for word in ("fox", "crow"))
    first, second = _traces()
    grid = patch_grid(_model().model, first, second, fox, crow)
    np.testing.assert_allclose(_values(page, "patch_board"), grid.moved, atol=1e-3)
    page = Page(**PATCH, patch_answer="crow", patch_other_answer="crow").run()
    assert "Both answers are the same token" in page.words


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.label)
def test_a_pair_fills_both_texts(pair):
    page = Page(**PATCH, patch_answer="fox").run()
    page.choose("pills", keys.PATCH_PAIR, pair.label)
    assert page.prompt == pair.here
    assert page.at.text_input(key=keys.PATCH_TEXT).value == pair.there
    assert page.at.text_input(key=keys.PATCH_ANSWER).value == ""


def test_a_second_text_of_markup_arrives_as_text():
    page = Page(**PATCH | {"prompt": "<b>x</b>", "patch_text": "**y** <i>z</i> [a](b)"}).run()
    assert "<i>z</i>" not in page.words


def test_the_table_has_a_row_for_every_patch():
    page = Page(**PATCH).run().unfold("patch_table")
    assert len(page.at.dataframe) == 1
    assert len(page.at.dataframe[0].value) == _values(page, "patch_board").size


def test_pushes_add_up_to_the_logits_that_open():
    page = Page(**PUSHES).run()
    data = page.data("push_bars")
    first, _ = _traces()
    token, other = np.argsort(-first.logits[-1])[:2].tolist()
    assert [number.get("cell") for number in data["equation"]] == [
        ["logit", len(first.ids) - 1, token],
        ["logit", len(first.ids) - 1, other],
        None,
    ]
    apart = float(first.logits[-1, token] - first.logits[-1, other])
    sums, strongest = (section["bars"] for section in data["sections"])
    assert sum(bar["value"] for bar in sums) == pytest.approx(apart, rel=1e-4, abs=1e-4)
    assert float(data["equation"][2]["label"].replace("−", "-")) == pytest.approx(apart, abs=0.006)
    found = contributions(_model().model, first, -1, token, other)
    assert [bar["value"] for bar in strongest] == [pytest.approx(value) for _, value in found.strongest(10)]
    board = _values(page, "push_board")
    np.testing.assert_allclose(board[:, : found.heads.shape[1]], found.heads, atol=1e-5)
    np.testing.assert_allclose(board[:, found.heads.shape[1]], found.mlp, atol=1e-5)


def test_the_texts_own_next_token_is_set_against_the_likeliest():
    page = Page(**PUSHES, position="2").run()
    first, _ = _traces()
    cells = [number.get("cell") for number in page.data("push_bars")["equation"]]
    assert cells[0] == ["logit", 1, int(first.ids[2])]
    assert cells[1][2] == int(first.logits[1].argmax()) != cells[0][2]
    assert "What keeps" in page.words


def test_a_number_opens_its_arithmetic():
    page = Page(**PUSHES).run()
    cell = page.data("push_bars")["equation"][0]["cell"]
    page.send("push_bars", "cell", cell)
    assert {"arithmetic_heading", "arithmetic_terms"} <= page.drawn


def test_words_can_be_typed_and_long_ones_stand_for_their_first_token():
    page = Page(**PUSHES, push="fox", push_against="unquestionably strange").run()
    tokenizer = _model().tokenizer
    cells = [number.get("cell") for number in page.data("push_bars")["equation"]]
    assert cells[0][2] == tokenizer.encode(" fox").ids[0]
    assert cells[1][2] == tokenizer.encode(" unquestionably strange").ids[0]
    assert "its first" in page.words
    assert "Both are the same token" in Page(**PUSHES, push="fox", push_against="fox").run().words
    only = Page(**PUSHES, push_against="fox").run().data("push_bars")["equation"]
    assert only[1]["cell"][2] == cells[0][2]
    assert only[0]["cell"][2] != cells[0][2]


@pytest.mark.parametrize("key", ["push_board", "push_bars"])
def test_a_head_opens_in_its_lens_or_is_switched_off(key):
    page = Page(**PUSHES).run().send(key, "picked", [2, 3])
    assert page.at.session_state["lens"] == "attention"
    assert (page.at.session_state["layer"], page.at.session_state["head"]) == (3, 4)
    assert "heads" in page.drawn
    page = Page(**PUSHES).run().send(key, "picked", [1, 6])
    assert page.at.session_state["lens"] == "flow"
    page = Page(**PUSHES)
    page.at.session_state[keys.SWITCHING] = True
    page.run().send(key, "picked", [2, 3])
    assert "h3.4" in str(page.at.query_params["off"])
    assert _values(page, "push_board")[2, 3] == 0
    page.send(key, "picked", [1, 6])
    assert _values(page, "push_board")[1, 6] == 0


@pytest.mark.parametrize("sent", [[9, 0], [0, 7], None, [0], "x", [0.5, 1]])
def test_a_click_that_means_nothing_does_nothing(sent):
    page = Page(**PUSHES).run().send("push_board", "picked", sent)
    assert page.at.session_state["lens"] == "change"


def test_what_is_off_holds_for_both_texts_and_for_pushes():
    page = Page(**PATCH, off="h2.3~m1").run()
    assert _values(page, "patch_board")[-1, -1] == pytest.approx(1, abs=1e-3)
    board = _values(Page(**PUSHES, off="h2.3~m1").run(), "push_board")
    assert board[1, 2] == board[0, 6] == 0


@pytest.mark.parametrize("query", [PATCH, PUSHES], ids=["patch", "pushes"])
@pytest.mark.parametrize("text", ["a", "❤️", "the fox " * 300])
def test_any_text(query, text):
    page = Page(**query | {"prompt": text, "patch_text": text.replace("fox", "cat")}).run()
    assert "strip" in page.drawn


def test_a_long_text_says_how_many_tokens_it_takes():
    page = Page(**PATCH | {"prompt": "the fox " * 200, "patch_text": "the the " * 200}).run()
    if "equally many" not in page.words:
        assert "so it takes up to 64 tokens" in page.words


def test_names_of_parts_are_different():
    first, _ = _traces()
    found = contributions(_model().model, first, -1, 1, 2)
    names = [name_of(part) for part in found.by_name]
    assert len(set(names)) == len(names)


def test_a_typed_word_is_the_likelier_of_its_spellings():
    tokenizer = _model().tokenizer
    logits = np.zeros(tokenizer.vocab_size, dtype=np.float32)
    spaced, bare = tokenizer.encode(" the").ids, tokenizer.encode("the").ids
    assert typed_token(tokenizer, "  ", logits) is None
    if len(spaced) == len(bare) == 1:
        logits[bare[0]] = 1
        assert typed_token(tokenizer, "the", logits) == (bare[0], 1)
        logits[spaced[0]] = 2
        assert typed_token(tokenizer, "the", logits) == (spaced[0], 1)
    long = typed_token(tokenizer, "extraordinarily", logits)
    assert long.n_tokens > 1


@pytest.mark.parametrize("part", ["hidden", "head_out"])
def test_the_python_lines_give_the_board(part):
    page = Page(**PATCH, patch_part=change_patch_text.PARTS[part], patched=f"{part}.3.2").run()
    made = lines_of(page)
    np.testing.assert_allclose(made["grid"].moved, _values(page, "patch_board"), atol=1e-3)
    moved = made["patched"].logits[-1, made["answer"]] - made["patched"].logits[-1, made["other_answer"]]
    assert made["grid"].raw[2, 1] == pytest.approx(moved, abs=1e-3)


def test_the_python_lines_give_the_pushes():
    page = Page(**PUSHES).run()
    made = lines_of(page)
    np.testing.assert_allclose(made["pushed"].heads, _values(page, "push_board")[:, :6], atol=1e-5)


def test_without_a_second_text_the_python_lines_say_so():
    assert "grid" not in lines_of(Page(**PATCH | {"patch_text": ""}).run())
