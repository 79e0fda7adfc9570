"""Taking a view away: what the menu offers, and that it holds the numbers of the page."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from app.explore.chosen import Chosen
from app.explore.python_lines import python_lines
from app.explore.reading import read
from app.explore.take_away import view_of
from app.shared import learner, loaded, models
from app.shared.takeaway import colours, link
from app.shared.takeaway import text as content
from app.shared.takeaway.page_file import page_file
from app.shared.takeaway.shelf import Piece
from app.shared.takeaway.view import View
from gptcore.checkpoints.checkpoint import load, save
from tests.ui.page import LENSES, Page

HOSTILE = "</script><img src=x onerror=alert(1)> \"a\" 'b' \\ `c` \n {d} $e$ 👩‍👩‍👧‍👦 שלום"
BUTTON = content.TAKE


def opened(page: Page, part: str = content.PICTURES) -> Page:
    """The menu, at one of its parts."""
    page.at.session_state["take_away_part"] = part
    return page.press(BUTTON)


def floats(packed: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(packed), dtype="<f4")


def outcome(lines: str) -> dict:
    """What the lines have made of their names."""
    names: dict = {}
    exec(compile(lines, "lines", "exec"), names)
    return names


def lines_of(page: Page) -> dict:
    return outcome(opened(page, "Python").at.code[0].value)


# ---- the Python lines ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lens", LENSES)
def test_the_lines_of_every_lens_run_over_the_very_tokens(lens):
    page = Page(lens=lens).run()
    ids = [chip["id"] for chip in page.data("strip")["tokens"]]
    assert list(lines_of(page)["ids"]) == ids


def test_the_lines_of_attention_give_the_weights_that_are_drawn():
    page = Page(lens="attention", layer="2", head="3", position="5").run()
    row, made = floats(page.data("heads")["row"]), lines_of(page)
    np.testing.assert_allclose(made["weights"][4, :5], row, atol=1e-6)
    assert made["weights"].shape == (len(made["ids"]),) * 2


def test_the_lines_of_prediction_give_the_bars_the_draw_and_the_perplexity():
    page = Page(lens="prediction", temperature="0.7", top_k="20", top_p="0.9", seed="3").run()
    bars, words, made = page.data("bars")["rows"], page.words, lines_of(page)
    np.testing.assert_allclose(made["stages"].final[[bar["id"] for bar in bars]], [b["probability"] for b in bars])
    np.testing.assert_allclose(made["stages"].raw[[bar["id"] for bar in bars]], [bar["raw"] for bar in bars], rtol=1e-5)
    assert f"perplexity of **{made['perplexity'](made['predicted']).value:,.1f}**" in words
    assert f"gives the number {made['drawn'].uniform:.4f}" in words


def test_the_lines_of_anatomy_give_the_first_vector_and_the_lengths():
    page = Page(lens="anatomy", position="4").run()
    row, made = page.data("vectors")["rows"][-1], lines_of(page)
    np.testing.assert_allclose(made["h_0"], floats(row["values"]), atol=1e-6)
    page.unfold("norm_table")
    table = next(frame.value for frame in page.at.dataframe if "attention adds" in frame.value)
    np.testing.assert_allclose(table["attention adds"], made["lengths"]["attention adds"], rtol=1e-4)


def test_the_lines_of_flow_give_the_open_block_and_the_next_token():
    page = Page(lens="flow", layer="2", head="3", position="5").run()
    data, made = page.data("flow"), lines_of(page)
    np.testing.assert_allclose(made["weights"] @ made["v"], made["attended"], atol=1e-5)
    (bar,) = [bar for bar in data["next"] if bar["id"] == made["likeliest"][0]]
    assert made["stages"].final[bar["id"]] == pytest.approx(bar["probability"], rel=1e-5)
    rows, layers = len(data["rows"]), 6
    weights = floats(data["weights"]).reshape(layers, rows)[1]
    np.testing.assert_allclose(made["weights"], weights[:5], atol=1e-5)


def test_the_lines_of_vectors_give_the_nearest_tokens():
    page = Page(lens="vectors", position="4").run()
    bars, made = page.data("nearest")["rows"], lines_of(page)
    np.testing.assert_allclose(
        made["cosines"][[bar["id"] for bar in bars]], [b["probability"] for b in bars], atol=1e-5
    )


def test_the_lines_of_tokens_give_the_merges_that_the_page_lists():
    page = Page(lens="tokens").run()
    assert len(lines_of(page)["merges"]) == page.at.slider(key="merge_step").max


def chosen(lens: str = "attention") -> Chosen:
    return Chosen(lens, 0, 0, 0, (1.0, None, None), 0)


@pytest.mark.parametrize("text", [HOSTILE, "''' \"\"\" \\n \\", "a\r\nb\x00c\u202e", "\ud800 half"])
def test_any_text_survives_in_the_lines(text):
    reading = read(loaded.model_key("books"), text)
    assert list(outcome(python_lines(reading, chosen()))["ids"]) == list(reading.ids)


def test_ids_that_are_kept_and_texts_that_are_long_stand_as_ids():
    page = Page(lens="attention").run().send("bars", "append", 77)
    made = opened(page, "Python").at.code[0].value
    assert "text =" not in made and outcome(made)["ids"][-1] == 77
    long = read(loaded.model_key("books"), "The fox and the crow. " * 200)
    lines = python_lines(long, chosen()).replace("trace = gptcore.run_trace(model, ids)", "raise SystemExit")
    with pytest.raises(SystemExit):
        outcome(lines)
    assert str(list(long.ids)) in lines and len(long.ids) == 512


def test_before_training_the_lines_give_the_same_initial_weights():
    key = loaded.model_key("books", untrained=True)
    reading = read(key, "The fox said")
    made = outcome(python_lines(reading, chosen()))
    np.testing.assert_allclose(made["trace"].logits, reading.logits, atol=1e-5)


def test_a_run_is_loaded_from_the_folder_of_runs(monkeypatch):
    home = learner.STORE.home
    save(load("books"), home / "abc" / "snapshots" / "step-10")
    monkeypatch.setattr(models, "folder", lambda name, step=None: home / "abc" / "snapshots" / "step-10")
    monkeypatch.setattr("gptcore.places.RUNS", home)
    reading = read(loaded.model_key("run abc", step=10), "The fox said")
    lines = python_lines(reading, chosen())
    assert "gptcore.load(RUNS / 'abc/snapshots/step-10')" in lines
    np.testing.assert_allclose(outcome(lines)["trace"].logits, reading.logits, atol=1e-5)


def test_the_open_number_is_explained_by_the_lines():
    reading = read(loaded.model_key("books"), "The fox said")
    made = outcome(python_lines(reading, chosen(), ("attention", 1, 0, 2, 1)))
    assert made["explanation"].value == pytest.approx(reading.trace.attention[1, 0, 2, 1], abs=1e-6)


# ---- the whole view as a file --------------------------------------------------------------------------------------


class Parts(HTMLParser):
    """Tags, and the texts inside of scripts and styles by their kind."""

    def __init__(self, file: bytes):
        super().__init__()
        self.tags, self.inside, self.texts, self.meta = [], [], {"module": [], "application/json": [], "style": []}, []
        self.feed(file.decode())

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag == "meta":
            self.meta.append(dict(attrs))
        self.inside = self.texts[dict(attrs)["type"]] if tag == "script" else self.texts.get(tag, [])

    def handle_data(self, data):
        self.inside.append(data)

    def handle_endtag(self, tag):
        self.inside = []


def saved(page: Page) -> bytes:
    """The file that the button gives."""
    opened(page, content.VIEW_FILE)
    shelf = page.at.session_state["_shelf"]
    pieces = [piece for _, piece in shelf.pieces.values()]
    tables = {table.title: table.make() for _, table in shelf.tables.values()}
    return page_file(View("Title", {"Model": "books"}, "books", {"Text": page.prompt}, "Caption"), pieces, tables, "")


@pytest.mark.parametrize("lens", LENSES)
def test_the_file_holds_what_every_piece_of_the_page_draws(lens):
    page = Page(lens=lens).run()
    drawn = {key: page.data(key) for key in (*page.drawn, "formula")}
    (given,) = Parts(saved(page)).texts["application/json"]
    assert {piece["key"]: piece["data"] for piece in json.loads(given)["pieces"]} == drawn


def test_another_lens_leaves_nothing_behind_and_the_menu_is_no_part_of_the_view():
    page = Page().run().lens("prediction")
    opened(page)
    keys = set(page.at.session_state["_shelf"].pieces)
    assert {"strip", "bars"} <= keys and "heads" not in keys
    opened(page, content.VIEW_FILE)
    assert "take_away_pictures" not in Parts(saved(page)).texts["application/json"][0]


def test_what_a_learner_types_cannot_leave_its_place_in_the_file():
    table = pd.DataFrame({HOSTILE: [HOSTILE]}, index=[HOSTILE])
    view = View(HOSTILE, {HOSTILE: HOSTILE}, HOSTILE, {HOSTILE: HOSTILE}, HOSTILE)
    piece = Piece("vectors", "vectors", json.dumps({"title": HOSTILE, "rows": [], "stamp": ""}))
    file = page_file(view, [piece], {HOSTILE: table}, 'javascript:"><img>')
    parts = Parts(file)
    assert "img" not in parts.tags and "a" not in parts.tags
    assert json.loads(parts.texts["application/json"][0])["pieces"][0]["data"]["title"] == HOSTILE
    assert parts.tags.count("script") == 4


def test_the_policy_lets_only_our_own_scripts_and_styles_run():
    parts = Parts(saved(Page().run()))
    policy = next(meta["content"] for meta in parts.meta if "http-equiv" in meta)
    assert policy.startswith("default-src 'none'") and "unsafe" not in policy and "http" not in policy

    def hashes(texts: list[str]) -> set[str]:
        return {base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts}

    assert set(re.findall(r"'sha256-([^']+)'", policy)) == hashes(parts.texts["module"] + parts.texts["style"])


def test_tables_in_the_file_have_the_numbers_and_say_if_they_are_cut():
    table = pd.DataFrame({"a": [0.12345678, float("nan")], "b": ["x", "<b>"]}, index=["r", "s"])
    text = page_file(View("t"), [], {"T": table}, "").decode()
    assert "<td>0.1234568</td>" in text and "<td></td>" in text and "&lt;b&gt;" in text
    long = page_file(View("t"), [], {"T": pd.DataFrame({"a": range(30_000)})}, "").decode()
    assert "The first 10,000 of 30,000 rows." in long


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_every_colour_that_a_piece_asks_for_is_in_the_file(mode):
    assert [name for name in colours.names() if not colours.value_of(name, mode)] == []


# ---- the menu ------------------------------------------------------------------------------------------------------


def test_the_menu_costs_a_button_until_it_is_opened(page):
    closed = page.payload
    assert not page.at.tabs and not page.at.code
    assert [part.label for part in opened(page).at.tabs][:4] == ["Pictures", "Tables", "Whole view", "Link"]
    assert page.payload - closed < 60_000


def test_every_table_of_the_page_is_offered_guarded():
    page = opened(Page(lens="prediction").run(), content.TABLES)
    tables = {table.title: table.make() for _, table in page.at.session_state["_shelf"].tables.values()}
    assert list(tables) == ["From the softmax to the draw", "Every token's prediction"]
    assert tables["From the softmax to the draw"].index.name == "token"
    assert {download.label for download in page.at.get("download_button")} >= set(tables)


def test_the_settings_are_said_in_a_line_and_one_by_one(reading):
    now = Chosen("attention", 1, 3, 0, (0.8, 5, None), 0)
    view = view_of(reading, now)
    name = reading.plain_names[1]
    assert view.line == f"books · Attention lens · layer 4, head 1 · token 2 “{name}” · temperature 0.8 · top-k 5"
    assert view.settings["Layer"] == "4" and view.texts["Text"] == reading.text


def test_the_link_has_all_of_the_address_but_the_halls_type(monkeypatch):
    monkeypatch.setattr(type(link.st.context), "url", property(lambda context: "http://192.168.1.20:8501/tasks"))
    page = opened(Page(prompt="a fox & a crow", lens="tokens", present="1").run(), content.LINK)
    shown = page.at.code[0].value
    assert shown.startswith("http://192.168.1.20:8501/tasks?")
    assert "prompt=a+fox+%26+a+crow" in shown and "present" not in shown
    assert page.at.image and not any("localhost" in note.value for note in page.at.info)


def test_an_address_of_this_machine_alone_says_so_and_a_long_one_has_no_code(monkeypatch):
    monkeypatch.setattr(type(link.st.context), "url", property(lambda context: "http://localhost:8501"))
    page = opened(Page(prompt="the fox " * 250).run(), content.LINK)
    notes = " ".join(note.value for note in page.at.info)
    assert "--server.allowedHosts" in notes and "too long for a QR code" in notes and not page.at.image


def test_a_text_whose_trace_is_too_large_says_so(monkeypatch):
    monkeypatch.setattr("app.explore.take_away.MOST_BYTES", 1_000)
    page = opened(Page().run(), "Other tools")
    assert any("take a shorter text" in note.value for note in page.at.info)
    assert [download.label.split()[0:2] for download in page.at.get("download_button")] == [["Save", "books"]]


def test_other_pages_have_the_menu_too():
    for name in ("tasks", "lab", "worked"):
        page = Page()
        page.at.switch_page(f"{name}/page.py")
        page.run()
        assert content.LINK in [part.label for part in opened(page).at.tabs], name
