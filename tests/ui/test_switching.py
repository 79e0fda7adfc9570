"""Switching parts of the model off in Explore: by clicks, beside the whole model, in the address; all parts ranked."""

import base64

import numpy as np
import pytest

from app.explore import cache, off_text, ranked
from app.explore.chosen import Chosen
from app.explore.lenses import change_ranking_text
from app.explore.off import Off
from app.explore.python_lines import python_lines
from app.explore.reading import read
from app.explore.take_away import view_of
from app.shared import loaded
from app.shared.takeaway import model_lines
from gptcore.checkpoints.checkpoint import load
from gptcore.decode.generate import generate
from gptcore.effects.ranking import rank_parts
from gptcore.measures import perplexity, token_scores
from gptcore.model.intervention import hide_token, zero_head, zero_mlp
from gptcore.trace.means import Means
from gptcore.trace.trace import run_trace
from tests.ui.page import LENSES, Page

TEXT = "The fox said to the crow"
CLICKS = [
    ("attention", "heads", ["head", 2, 1], "h3.2"),
    ("attention", "heads", ["attention", 0], "a1"),
    ("attention", "heads", ["token", 1], "t2"),
    ("flow", "flow", ["mlp", 5], "m6"),
    ("flow", "flow", ["positions"], "p"),
    ("flow", "strip", ["token", 0], "t1"),
    ("prediction", "strip", ["token", 2], "t3"),
    ("change", "ranking", ["head", 0, 0], "h1.1"),
]


def floats(packed: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(packed), dtype="<f4")


def logits(ids: list[int], *off) -> np.ndarray:
    """What the stand-in makes of the ids with this off, by the library alone."""
    return run_trace(load("books").model, np.array(ids), ("logits",), interventions=off).part("logits")


def ids_of(page: Page) -> list[int]:
    return [chip["id"] for chip in page.data("strip")["tokens"]]


def means_of(value: float) -> Means:
    """Averages for the stand-in: the same number everywhere."""
    config = load("books").config
    L, H, D = config.n_layer, config.n_head, config.d_model
    return Means(*(np.full(s, value, np.float32) for s in ((L, H, D // H), (L, D), (L, D), (D,))), "a test")


# ---- by a click ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lens", "piece", "switch", "link"), CLICKS)
def test_a_click_switches_off_and_another_one_on_again(lens, piece, switch, link):
    page = Page(prompt=TEXT, lens=lens).run()
    before = page.data("strip")["summary"]
    page.send(piece, "switch", switch)
    assert page.at.query_params["off"] == link or page.at.query_params["off"] == [link]
    assert page.data(piece)["off"] == [switch] and page.data("strip")["off"] == [switch]
    assert [one["switch"] for one in page.data("switched")["off"]] == [switch]
    page.send(piece, "switch", switch)
    assert "off" not in page.at.query_params and "switched" not in page.drawn
    assert page.data(piece)["off"] == [] and page.data("strip")["summary"] == before


@pytest.mark.parametrize(
    "sent",
    [
        *(None, "head", 7, [], ["head"], ["head", 99, 0], ["head", True, 0], ["head", 0.0, 0], ["token", 10**9]),
        *({"a": 1}, ["nothing", 1], [["head"], 0], ["token", -1], ["positions", 0]),
    ],
)
def test_what_this_model_and_text_do_not_have_switches_nothing(sent):
    page = Page(prompt=TEXT).run().send("flow", "switch", sent)
    assert "off" not in page.at.query_params and page.data("flow")["off"] == []


def test_pictures_are_told_whether_clicks_switch_off():
    page = Page(prompt=TEXT, lens="attention").run()
    assert not page.data("heads")["switching"] and not page.data("strip")["switching"]
    page.choose("toggle", "switching", True)
    assert page.data("heads")["switching"] and page.data("strip")["switching"]
    assert page.lens("flow").data("flow")["switching"]


def test_a_chip_of_the_panel_switches_on_again():
    page = Page(prompt=TEXT, off="h3.2~t2").run().send("switched", "switch", ["head", 2, 1])
    assert page.data("strip")["off"] == [["token", 1]]


# ---- what the panel says -------------------------------------------------------------------------------------------


def test_the_panel_has_both_models_numbers():
    page = Page(prompt=TEXT, off="h3.2~m2~t2", position="4").run()
    ids, data = ids_of(page), page.data("switched")
    whole, now = logits(ids), logits(ids, zero_head(2, 1), zero_mlp(1), hide_token(1))
    odds = [np.exp(made[3] - made[3].max()) / np.exp(made[3] - made[3].max()).sum() for made in (whole, now)]
    largest = np.argsort(-np.maximum(*odds))[:4]  # the fifth may have made room for the text's own next token
    shown = {(round(row["before"], 5), round(row["after"], 5)) for row in data["candidates"]}
    assert {(round(float(odds[0][token]), 5), round(float(odds[1][token]), 5)) for token in largest} <= shown
    (own,) = (row for row in data["candidates"] if row["actual"])
    assert (own["before"], own["after"]) == pytest.approx((odds[0][ids[4]], odds[1][ids[4]]), abs=1e-5)
    scores = [token_scores(made, np.array(ids)) for made in (whole, now)]
    bits = (scores[0].log_probability - scores[1].log_probability) / np.log(2)
    np.testing.assert_allclose(floats(data["changes"]), bits, atol=1e-4)
    rows = {row["name"]: row for row in data["measures"]}
    assert rows[off_text.PERPLEXITY]["before"] == f"{perplexity(scores[0]).value:,.1f}"
    assert rows[off_text.PERPLEXITY]["after"] == f"{perplexity(scores[1]).value:,.1f}"
    sums = [one.log_probability.sum() for one in scores]
    assert rows[off_text.ALL_OF_IT]["after"] == f"{sums[1]:.2f}".replace("-", "−")
    own = next(row for name, row in rows.items() if "next" in name)
    assert own["before"] == f"{scores[0].log_probability[3]:.2f}".replace("-", "−")
    assert own["worse"] == bool(scores[1].log_probability[3] < scores[0].log_probability[3])


def test_both_models_write_on_always_the_likeliest():
    page = Page(prompt=TEXT, off="m2~t2").run()
    ids, read_by = ids_of(page), load("books")
    stop = [read_by.tokenizer.end_of_text_id] if read_by.tokenizer.end_of_text_id is not None else []
    for line, off in zip(page.data("written")["lines"], ((), (zero_mlp(1), hide_token(1))), strict=True):
        steps = generate(read_by.model, ids, 12, 0, stop_ids=stop, interventions=off)
        assert line["text"] == read_by.tokenizer.decode([step.id for step in steps])


@pytest.mark.parametrize("lens", LENSES)
@pytest.mark.parametrize("text", ["a", "fox " * 600], ids=["one token", "longer than the context"])
def test_every_lens_bears_it(lens, text):
    page = Page(lens=lens)
    page.at.session_state["prompt"] = text
    page.at.query_params["off"] = "h1.1~t1~p~a2~m3"
    data = page.run().data("switched")
    assert len(data["off"]) == 5 and data["candidates"]
    assert len(data["measures"]) == (1 if text == "a" else 3)
    assert (data["texts"]["surprise_hint"] == off_text.NO_PREDICTION) == (text == "a")


def test_nothing_off_means_no_panel_and_one_pass():
    page = Page(prompt=TEXT).run()
    assert not {"switched", "written"} & page.drawn
    assert "off_by" not in {widget.key for widget in page.at.get("button_group")}


# ---- everything back -----------------------------------------------------------------------------------------------


def test_one_press_brings_everything_back_and_another_undoes_that():
    page = Page(prompt=TEXT, off="h3.2~t2").run().send("switched", "back", "now")
    assert "off" not in page.at.query_params and page.data("strip")["off"] == []
    assert off_text.IS_BACK in page.words
    page.press(off_text.UNDO)
    assert page.data("strip")["off"] == [["head", 2, 1], ["token", 1]]
    page.send("switched", "back", "now").type(TEXT + " and")
    assert off_text.IS_BACK not in page.words  # of another text there is nothing to undo


# ---- by its average ------------------------------------------------------------------------------------------------


def test_without_averages_off_is_zero_and_the_choice_says_why():
    page = Page(prompt=TEXT, off="h3.2", off_by="mean").run()
    (choice,) = (widget for widget in page.at.get("button_group") if widget.key == "off_by")
    assert choice.proto.disabled and off_text.BY_NO_MEANS.strip() in choice.proto.help
    rows = {row["name"]: row for row in page.data("switched")["measures"]}
    zero = perplexity(token_scores(logits(ids_of(page), zero_head(2, 1)), np.array(ids_of(page)))).value
    assert rows[off_text.PERPLEXITY]["after"] == f"{zero:,.1f}"


def test_nothing_off_is_one_and_the_same_however_it_would_have_been():
    reading = read(loaded.model_key("books"), TEXT)
    assert reading.without(Off((), by_mean=True)) is reading
    assert reading.without(Off((("head", 99, 0),), by_mean=True)) is reading  # what this model does not have
    head = Off((("head", 2, 1),), by_mean=True)
    assert reading.without(head).off == Off(head.switches), "by zero, for no averages are known"


def test_a_part_can_say_its_average_instead(monkeypatch):
    means = means_of(0.5)
    monkeypatch.setattr(cache, "means", lambda key: means)
    page = Page(prompt=TEXT, off="h3.2~m2", off_by="mean").run()
    off = (zero_head(2, 1, means.head_out[2, 1]), zero_mlp(1, means.mlp_out[1]))
    by_mean = perplexity(token_scores(logits(ids_of(page), *off), np.array(ids_of(page)))).value
    rows = {row["name"]: row for row in page.data("switched")["measures"]}
    assert rows[off_text.PERPLEXITY]["after"] == f"{by_mean:,.1f}"


# ---- taken away ----------------------------------------------------------------------------------------------------


def chosen() -> Chosen:
    return Chosen("prediction", 1, 0, 0, (1.0, None, None), 0)


def test_the_lines_switch_off_the_same():
    reading = read(loaded.model_key("books"), 'The "fox"\nsaid').without(
        Off((("head", 2, 1), ("attention", 0), ("mlp", 5), ("positions",), ("token", 2)))
    )
    names: dict = {}
    exec(compile(python_lines(reading, chosen()), "lines", "exec"), names)
    np.testing.assert_allclose(names["trace"].logits, reading.logits, atol=1e-5)
    assert not np.allclose(names["trace"].logits, reading.original.logits, atol=1e-2)


def test_the_lines_of_averages_read_them_where_they_lie(monkeypatch, stand_in):
    means = means_of(0.25)
    monkeypatch.setattr(cache, "means", lambda key: means)
    monkeypatch.setattr(cache, "means_path", lambda key: stand_in / "models" / "books" / "means.safetensors")
    monkeypatch.setattr(model_lines, "ASSETS", stand_in)
    monkeypatch.setattr("gptcore.places.ASSETS", stand_in)
    monkeypatch.setattr(
        "gptcore.checkpoints.means.read_means", lambda folder, model: means if folder.is_dir() else None
    )
    off = Off((("head", 2, 1), ("attention", 0), ("mlp", 5), ("positions",), ("token", 1)), by_mean=True)
    reading = read(loaded.model_key("books"), TEXT).without(off)
    names: dict = {}
    exec(compile(python_lines(reading, chosen()), "lines", "exec"), names)
    np.testing.assert_allclose(names["trace"].logits, reading.logits, atol=1e-5)


def test_the_words_of_a_view_name_what_is_off():
    reading = read(loaded.model_key("books"), TEXT).without(Off((("head", 2, 1), ("token", 1))))
    view = view_of(reading, chosen())
    said = view.settings[off_text.OFF_LABEL]
    assert said.startswith("layer 3, head 2, token 2 “") and f"switched off {said}" in view.line
    assert off_text.OFF_LABEL not in view_of(reading.original, chosen()).settings


# ---- all parts ranked ----------------------------------------------------------------------------------------------


def test_the_ranking_is_the_librarys_and_stays_while_something_is_off(monkeypatch):
    calls = []
    monkeypatch.setattr(cache, "rank_parts", lambda *given: (calls.append(1), rank_parts(*given))[1])
    page = Page(prompt=TEXT, lens="change").run()
    model = load("books").model
    found = rank_parts(model, run_trace(model, np.array(ids_of(page))))
    wanted = np.column_stack([found.heads, found.attention, found.mlp])
    np.testing.assert_allclose(floats(page.data("ranking")["lost"]), wanted.ravel(), atol=1e-4)
    page.send("ranking", "switch", ["mlp", 1])
    np.testing.assert_allclose(floats(page.data("ranking")["lost"]), wanted.ravel(), atol=1e-4)
    assert page.data("ranking")["off"] == [["mlp", 1]] and "switched" in page.drawn
    assert calls == [1]
    page.type(TEXT + " and")
    assert calls == [1, 1]


def test_the_board_has_a_bar_for_each_part_once_they_are_ranked():
    page = Page(prompt=TEXT, lens="attention").run()
    assert page.data("heads")["worth"] is None
    lost = page.lens("change").data("ranking")["lost"]
    assert page.lens("attention").data("heads")["worth"] == lost
    assert page.type(TEXT + " and").data("heads")["worth"] is None


def test_a_long_ranking_waits_for_a_press(monkeypatch):
    monkeypatch.setattr(ranked, "_AT_ONCE", 0.0)
    page = Page(prompt=TEXT, lens="change").run()
    assert "ranking" not in page.drawn and any("seconds" in info.value for info in page.at.info)
    assert "ranking" in page.press(change_ranking_text.COMPUTE).drawn


def test_one_token_has_nothing_to_lose():
    assert change_ranking_text.ONE_TOKEN in Page(prompt="a", lens="change").run().words


def test_the_table_has_the_same_numbers(reading):
    from app.explore.lenses.change_ranking import ranking_table

    found = rank_parts(reading.checkpoint.model, run_trace(reading.checkpoint.model, np.array(reading.ids)))
    table = ranking_table(found, reading.checkpoint.config)
    assert table.loc["layer 3", "head 2"] == found.heads[2, 1]
    assert table.loc["layer 1", change_ranking_text.NETWORK] == found.mlp[0]
