"""The Decoding page: its frame, and strategies side by side."""

import json
import time

import pytest
import torch
from streamlit.util import calc_hash

from app.decoding import strategies_measured
from app.decoding import strategies_text as content
from app.decoding.samples import DEFAULT_PROMPT, SAMPLES
from app.decoding.start import MAX_PROMPT
from app.decoding.strategies_measured import FOLDER
from app.shared import loaded
from gptcore.checkpoints.checkpoint import load
from gptcore.decode.generate import generate
from gptcore.decode.strategies import STRATEGIES, Strategy, write
from gptcore.decode.text_measures import measure
from gptcore.evaluate.strategies import BEGINNINGS, MEASURED, read_beginnings
from tests.ui.page import Page


class Decoding(Page):
    """The page, opened by its address."""

    def __init__(self, **query: str):
        super().__init__(**query)
        self.at._page_hash = calc_hash("decoding")  # as a browser that opens this address: AppTest has no other way

    def begin(self, text: str) -> "Decoding":
        """Another beginning."""
        self.at.text_input(key="start").set_value(text)
        self.run()
        return self

    def finish(self) -> "Decoding":
        """Waits, as a browser that looks again and again, until all is written."""
        until = time.monotonic() + 60
        while any(button.label == content.STOP for button in self.at.button):
            assert time.monotonic() < until
            self.run()
        return self

    @property
    def texts(self) -> dict[str, dict]:
        """What the picture was given, by the names of the strategies."""
        return {text["name"]: text for text in self.data("written")["texts"]}

    def spelt(self, name: str) -> str:
        """What one strategy has written."""
        return "".join(token["t"] for token in self.texts[content.NAMES[name]]["tokens"])


@pytest.fixture(scope="module")
def books(stand_in):
    return load(stand_in / "models" / "books")


def _words(checkpoint, name: str, n: int, seed: int = 0, text: str = DEFAULT_PROMPT):
    """What the core writes for the page's own settings."""
    tokenizer = checkpoint.tokenizer
    stop = () if tokenizer.end_of_text_id is None else (tokenizer.end_of_text_id,)
    return list(write(checkpoint.model, tokenizer.encode(text).ids, n, STRATEGIES[name], seed, stop))


@pytest.mark.parametrize("look", ["strategies", "beam", "by_hand"])
def test_the_page_opens_in_each_laboratory(look):
    page = Decoding(decoding=look, n_tokens="3").run()
    assert page.at.text_input(key="start").value == DEFAULT_PROMPT
    assert page.at.segmented_control(key="decoding").value == look


def test_an_empty_beginning_says_what_to_do():
    page = Decoding(n_tokens="2").run().begin("")
    assert "press Enter" in page.words and "written" not in page.drawn


def test_a_sample_fills_the_box():
    page = Decoding(n_tokens="2").run().choose("pills", "beginning", SAMPLES[2].label)
    assert page.at.text_input(key="start").value == SAMPLES[2].text and SAMPLES[2].look_for in page.words


def test_a_long_beginning_with_lines_is_read_from_its_end():
    page = Decoding(start="A line.\n" * 600, n_tokens="2").run().finish()
    assert "its last 512 tokens are read" in page.words
    assert page.at.text_input(key="start").value == ("A line.⏎" * 600)[-MAX_PROMPT:]
    assert all(len(text["tokens"]) == 2 for text in page.texts.values())


def test_every_strategy_writes_what_the_core_writes(books):
    page = Decoding(n_tokens="8", seed="3").run().finish()
    for name in STRATEGIES:
        choices = _words(books, name, 8, 3)
        shown = page.texts[content.NAMES[name]]["tokens"]
        assert [token["t"] for token in shown] == [books.tokenizer.token_text(chosen.id) for chosen in choices]
        assert [token["h"] for token in shown] == pytest.approx([chosen.entropy for chosen in choices], abs=1e-2)
    table = next(frame.value for frame in page.at.dataframe if "per token" in frame.value.columns)
    ids = books.tokenizer.encode(DEFAULT_PROMPT).ids
    for row, name in zip(table.itertuples(), STRATEGIES, strict=True):
        choices = _words(books, name, 8, 3)
        expected = measure(choices, ids, books.tokenizer.decode([chosen.id for chosen in choices]))
        assert row[3] == pytest.approx(expected.log_probability, abs=1e-3)
        assert row[6] == pytest.approx(expected.repeated)


def test_the_first_look_has_something_and_stop_keeps_what_is_there(monkeypatch):
    for name in ("FIRST_SLICE", "SLICE"):
        monkeypatch.setattr(f"app.decoding.writing.{name}", 0.0)  # a token of each text, then the browser looks
    page = Decoding().run()
    assert len(page.texts[content.NAMES["greedy"]]["tokens"]) == 1
    assert page.texts[content.NAMES["beam"]]["state"] == content.WAITING
    page.run().press(content.STOP)
    kept = page.spelt("top_k")
    assert page.run().spelt("top_k") == kept and page.texts[content.NAMES["top_k"]]["state"] == content.STOPPED
    page.press(content.GO_ON).run()
    assert page.spelt("top_k").startswith(kept) and len(page.spelt("top_k")) > len(kept)


def test_a_setting_writes_its_own_text_anew_and_no_other(books):
    page = Decoding(n_tokens="8").run().finish()
    before = {name: page.spelt(name) for name in STRATEGIES}
    kept = {name: text.choices for name, text in page.at.session_state["_writing"].texts.items()}
    page.choose("number_input", "k", 1).finish()
    assert page.spelt("top_k") == page.spelt("greedy")  # one token is left to draw
    now = page.at.session_state["_writing"].texts
    assert [name for name in STRATEGIES if now[name].choices is not kept[name]] == ["top_k"]
    page.choose("number_input", "seed", 5).finish()
    assert {name for name in STRATEGIES if page.spelt(name) != before[name]} >= {"top_p", "temperature", "mixture"}
    assert page.spelt("greedy") == before["greedy"] and page.spelt("beam") == before["beam"]


def test_a_link_restores_texts_settings_and_the_token(books):
    query = dict(
        n_tokens="6", seed="4", k="3", p="0.5", t="1.5", width="2", look_at="top_p.3", penalty="1.5", ngram="2"
    )
    one, other = (Decoding(**query, start="The fox said").run().finish() for _ in range(2))
    assert one.data("written") == other.data("written") and one.data("chosen_from") == other.data("chosen_from")
    assert one.texts[content.NAMES["mixture"]]["settings"].endswith("penalty 1.5, no repeated 2-gram")
    assert one.data("written")["picked"] == [3, 2]
    assert "token 3" in one.data("chosen_from")["title"]


def test_a_click_on_a_token_shows_what_it_was_drawn_from(books):
    page = Decoding(n_tokens="6", k="5").run().finish().send("written", "token", [2, 4])
    assert page.at.query_params["look_at"] == "top_k.5"
    bars = page.data("chosen_from")["rows"]
    ids = list(books.tokenizer.encode(DEFAULT_PROMPT).ids)
    generator = torch.Generator().manual_seed(0)
    step = list(generate(books.model, ids, 5, 1.0, 5, None, generator))[-1]
    (chosen,) = (bar for bar in bars if bar["actual"])
    assert chosen["id"] == step.id and chosen["probability"] == pytest.approx(step.probability, abs=1e-6)
    assert [bar["cut"] for bar in bars[:5]] == [False] * 5 and all(bar["cut"] for bar in bars[5:10])
    assert sum(bar["probability"] for bar in bars) == pytest.approx(1, abs=1e-6)
    assert f"{step.uniform:.4f}" in page.data("chosen_from")["subtitle"]
    assert "5 tokens could be drawn" in page.data("chosen_from")["note"]


@pytest.mark.parametrize("value", ["", "top_k", "top_k.0", "top_k.99", "top_k.x", "nothing.1", "top_k.-1", "²."])
def test_a_token_that_is_not_there_is_none(value):
    page = Decoding(n_tokens="3", look_at=value).run().finish()
    assert content.NOT_YET in page.words
    for click in ([9, 0], [0, 9], [0], "x", [0, True], None):
        page.send("written", "token", click)
        assert page.at.query_params.get("look_at") == value


@pytest.mark.parametrize(
    "query", [dict(n_tokens="0"), dict(n_tokens="9999", k="-3"), dict(p="nan", t="x"), dict(width="99")]
)
def test_an_address_may_say_anything(query):
    Decoding(**{"n_tokens": "2", **query}).run()


def test_the_finding_follows_from_the_texts(books):
    page = Decoding(n_tokens="40").run().finish()
    ids = books.tokenizer.encode(DEFAULT_PROMPT).ids
    measures = {name: measure(_words(books, name, 40), ids, "") for name in STRATEGIES}
    most = max(found.repeated for found in measures.values())
    circling = [content.NAMES[name] for name in STRATEGIES if measures[name].repeated == most]
    said = _finding(page)
    assert (most >= 0.15) == ("stood there before" in said)
    assert all(f"**{name}**" in said for name in circling) or most < 0.15
    likeliest = max(STRATEGIES, key=lambda name: measures[name].per_token)
    assert f"**{content.NAMES[likeliest]}**" in said and f"{measures[likeliest].per_token:.2f}"[1:] in said


def _finding(page: Decoding) -> str:
    return next(element.value for element in page.at.markdown if "nats per token)" in element.value)


def test_it_is_taken_away_with_its_settings_and_lines_that_run(books, capsys, monkeypatch):
    page = Decoding(n_tokens="4", seed="2").run().finish()
    from app.decoding import strategies
    from app.decoding.start import Start
    from app.decoding.take_away import python_lines

    page.press("Take it away")
    start = Start(loaded.model_key("books"), DEFAULT_PROMPT)
    monkeypatch.setattr("app.decoding.strategies.state.get", lambda key, default=None: page.at.session_state[key])
    lines = python_lines(start, strategies)
    assert strategies.settings(start)["Tokens"] == "4"
    exec(lines, {})  # gptcore.load finds the stand-in, as the page does
    printed = capsys.readouterr().out
    for name in STRATEGIES:
        assert f"{name} {page.at.session_state['_writing'].texts[name].spelt!r}" in printed


def _shipped(name: str) -> dict:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["books", "stories"])
def test_what_ships_was_made_by_the_command_it_names(name):
    measured = _shipped(name)
    assert measured["command"].startswith(f"python -m gptcore strategies --model {name} ")
    assert [record["name"] for record in measured["strategies"]] == list(MEASURED)
    assert measured["beginnings"] == len(read_beginnings(BEGINNINGS)) == 20
    for record in measured["strategies"]:
        assert Strategy(**record["settings"]) == MEASURED[record["name"]]
        assert record["texts"] == 20 * (measured["seeds"] if MEASURED[record["name"]].is_random else 1)


def test_of_books_all_sentences_are_so_and_one_that_is_not_so_is_not_said():
    records = _shipped("books")["strategies"]
    said = strategies_measured.sentences(records)
    assert len(said) == len(content.PURPOSES) and not any(" has −" in sentence for sentence in said)
    for record in records:  # the beam is no longer the likeliest, nor what repeats most
        if record["name"] == "beam":
            record["measures"]["per_token"]["mean"] = -3.5
            record["measures"]["length"]["mean"] = 61
    assert " has −3.50 nats" in strategies_measured.sentences(records)[1]


def test_the_table_is_the_models_own_or_says_whose_it_is(monkeypatch):
    page = Decoding(n_tokens="2").run().finish()
    assert "Measured on `books`:" in page.words and _shipped("books")["command"] in page.at.code[0].value
    monkeypatch.setattr(strategies_measured, "FOLDER", FOLDER / "nothing")
    assert content.MEASURED_BROKEN in Decoding(n_tokens="2").run().words
