"""The Vectors lens: what it draws is the model's, a second text is read, and what a model lacks is said."""

import base64
import shutil

import numpy as np
import pytest
import torch

from app.explore import cache
from app.explore import text as content
from app.explore.lenses.vectors_maps import token_marks
from app.explore.lenses.vectors_token import PAIRS, Comparison, cosine_table, occurrences
from app.explore.reading import read
from app.shared import loaded
from app.shared.browser.packing import pack_plane
from gptcore.checkpoints import checkpoint as checkpoints
from gptcore.checkpoints.checkpoint import Checkpoint, load_text_model, save
from gptcore.checkpoints.contexts import NEURONS, read_contexts
from gptcore.config import ModelConfig
from gptcore.model.gpt import GPT
from gptcore.trace.trace import run_trace
from gptcore.train.neurons import make_neurons
from tests.ui.page import Page

LENS = content.LENSES["vectors"]
TEXT = 'The fox said to the crow, "Sing, dear crow." And so'


def _numbers(text: str, kind: str = "<f4") -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), dtype=kind)


def _page(look: str = "This token", **query: str) -> Page:
    return Page(lens=LENS, look=look, **{"prompt": TEXT, **query}).run()


def _model(folder, stand_in, **changes):
    """A small model of another shape in models/."""
    tokenizer = load_text_model(stand_in / "models" / "books").tokenizer
    shape = dict(n_positions=64, n_layer=2, n_head=2, d_model=16, init_std=0.5)
    config = ModelConfig(tokenizer.vocab_size, **{**shape, **changes})
    save(Checkpoint(GPT(config).eval(), tokenizer, config, {"name": folder.name}), folder)
    return folder


@pytest.fixture
def own(stand_in, tmp_path, monkeypatch):
    """Puts a model into models/, by its shape."""
    monkeypatch.setattr(checkpoints, "LOCAL", tmp_path / "own")
    return lambda name, **changes: _model(tmp_path / "own" / name, stand_in, **changes)


def test_the_nearest_tokens_are_the_tables(reading):
    rows = _page(position="2").data("nearest")["rows"]
    table = torch.from_numpy(np.array(cache.token_table(reading.key))).double()
    cosines = torch.nn.functional.cosine_similarity(table, table[reading.ids[1]], dim=-1)
    cosines[reading.ids[1]] = -2
    best = cosines.topk(10)
    assert [row["id"] for row in rows] == best.indices.tolist()
    assert [row["label"] for row in rows] == [f"{value:.3f}" for value in best.values]


def test_one_word_in_two_texts(reading):
    page = _page(position="2", other_text="To sing, a fox and the fox")
    table = page.unfold("apart_table").at.dataframe[0].value
    other = read(reading.key, "To sing, a fox and the fox")
    places = [index for index, token in enumerate(other.ids) if token == reading.ids[1]]
    assert len(places) == 2
    here, there = (torch.from_numpy(np.array(cache.states(r.key, r.source, r.ids).hidden)) for r in (reading, other))
    states = torch.nn.functional.cosine_similarity(here[:, 1].double(), there[:, places[-1]].double(), dim=-1)
    np.testing.assert_allclose(table["same word"].iloc[1:], states, atol=1e-6)
    assert table["same word"].iloc[0] == pytest.approx(1)
    assert f"end at **{states[-1]:.2f}**" in page.words
    lines = page.data("apart")["lines"]
    assert [line["name"] for line in lines] == [
        f"“{reading.plain_names[1]}” here and there",
        "other tokens there, mean",
    ]
    for line, column in zip(lines, table.columns, strict=True):
        np.testing.assert_allclose(_numbers(line["values"]), table[column], atol=1e-6)
    page.choose("number_input", "other_place", 1)
    earlier = page.at.dataframe[0].value["same word"]
    assert earlier.iloc[-1] != pytest.approx(table["same word"].iloc[-1], abs=1e-6)


def test_a_word_that_is_not_there_and_no_second_text():
    page = _page(position="2", other_text="The crow")
    assert "does not stand in the other text" in page.words and "apart_table" not in page.at.session_state
    assert "Write a second text" in page.choose("text_input", "other_text", "").words


def test_the_same_letters_are_found_where_the_token_is_not(reading):
    other = read(reading.key, "Crow and crow")
    place = occurrences(other, -1, "crow")
    assert place and all(other.plain_names[index].lower() == "crow" for index in place)
    page = _page(position="1", other_text="and so the crow")
    assert "another token" in page.words
    assert occurrences(other, other.ids[0], "whatever")[0] == 0


def test_a_pair_fills_both_boxes_and_can_be_undone():
    page = _page()
    page.choose("pills", "pair", PAIRS[0].label)
    assert page.prompt == PAIRS[0].here
    assert page.at.text_input(key="other_text").value == PAIRS[0].there
    assert "end at" in page.words and not page.at.pills(key="pair").value
    assert page.press("Undo").prompt == TEXT


def test_a_link_restores_the_view():
    page = _page("Neurons", neuron="7", layer="3", other_text="a fox")
    assert page.at.number_input(key="neuron").value == 7
    assert page.data("neuron_picture")["layer"] == 2 and page.data("neuron_picture")["number"] == 6
    page.choose("segmented_control", "look", "token")
    assert page.at.text_input(key="other_text").value == "a fox"


@pytest.mark.parametrize("other", ["", "\ud83e", "x" * 2_000, "\n\x00<b>$x$", "the " * 400])
def test_any_second_text_is_taken(other):
    assert "nearest" in _page(other_text=other.encode("utf-8", "replace").decode()).drawn


def test_maps_have_every_token_and_mark_the_texts_own(reading):
    page = _page("Maps", position="2")
    drawn = page.data("token_map")
    plane = cache.token_plane(reading.key)
    assert drawn["ids"] == list(range(len(plane.points))) and len(drawn["names"]) == len(drawn["ids"])
    points = _numbers(drawn["points"], "<u2").reshape(-1, 2) / 65_535 * drawn["size"] + drawn["low"]
    np.testing.assert_allclose(points, plane.points, atol=drawn["size"] / 65_535)
    marks = page.data("token_marks")["marks"]
    assert [mark["id"] for mark in marks] == list(dict.fromkeys(reading.ids))
    assert [mark["id"] for mark in marks if mark["strong"]] == [reading.ids[1]]
    assert f"{plane.shares.sum():.1%}".replace("%", " %") in drawn["subtitle"]


def test_what_is_the_same_for_every_text_is_sent_as_it_was():
    page = _page("Maps")
    before = [page.data(key) for key in ("token_map", "position_map", "bands")]
    page.type(TEXT + " the fox")
    assert [page.data(key) for key in ("token_map", "position_map", "bands")] == before


def test_bands_are_cosines_of_positions(reading):
    squares = _page("Maps").data("bands")["squares"]
    own, fixed = (_numbers(square["values"]).reshape(64, 64) for square in squares)
    table = reading.checkpoint.model.position_embedding.weight.double()
    unit = torch.nn.functional.normalize(table, dim=-1)
    cosines = (unit @ unit.T).reshape(64, 8, 64, 8).mean(dim=(1, 3))
    np.testing.assert_allclose(own, cosines, atol=1e-6)
    np.testing.assert_allclose(np.diag(fixed).round(1), np.diag(fixed)[0].round(1))


def test_marks_of_a_long_text_are_those_around_the_chosen_token(reading):
    long = read(reading.key, " ".join(f"{n}" for n in range(400)))
    marks = token_marks(long, 200)
    assert len(marks) <= 60 and sum(mark["strong"] for mark in marks) == 1


@pytest.mark.parametrize(
    "shape",
    [
        {"positions": "none"},
        {"positions": "sinusoidal", "norm": "pre"},
        {"norm": "pre", "tied": False},
        {"n_layer": 1, "n_head": 1, "d_model": 1, "n_positions": 3},
    ],
    ids=str,
)
@pytest.mark.parametrize("look", ["This token", "Maps", "Neurons"])
def test_models_of_other_shapes(own, shape, look):
    own("other", **shape)
    page = _page(look, model="other", other_text="the crow and so")
    assert not page.at.error
    if look == "Maps":
        has_none = shape.get("positions") == "none"
        assert ("has no position embeddings" in page.words) == has_none == ("bands" not in page.drawn)
        if not has_none:
            assert len(page.data("bands")["squares"]) == (1 if shape.get("positions") == "sinusoidal" else 2)


def test_vectors_too_wide_for_a_map_say_so(monkeypatch):
    monkeypatch.setattr("gptcore.trace.maps.WIDEST", 20)
    page = _page("Maps")
    assert page.at.error and "up to 20 numbers" in page.words


def test_neurons_show_the_traces_numbers(reading):
    page = _page("Neurons", layer="2", position="3")
    acts = run_trace(reading.checkpoint.model, np.array(reading.ids), ("mlp_act",)).mlp_act[1]
    rows = page.data("strongest")["rows"]
    order = (-acts[2]).argsort(kind="stable")[:10]
    assert [row["id"] for row in rows] == [neuron for neuron in order if acts[2, neuron] > 0]
    drawn = page.data("neuron_picture")
    assert drawn["number"] == order[0]
    np.testing.assert_allclose(drawn["values"], acts[:, order[0]], atol=1e-6)
    assert "python -m gptcore neurons" in page.words and drawn["places"] == []  # the stand-in has none
    page.send("strongest", "append", rows[1]["id"])
    assert page.data("neuron_picture")["number"] == rows[1]["id"]
    for nonsense in (-1, 10**9, "3", None, [1]):
        assert page.send("strongest", "append", nonsense).data("neuron_picture")["number"] == rows[1]["id"]


def test_an_activation_can_be_opened():
    page = _page("Neurons", layer="2", neuron="4")
    page.send("neuron_picture", "cell", ["mlp_act", 1, 2, 3])
    assert page.at.query_params["open"] == "mlp_act:1:2:3"


def test_the_strongest_places_are_shown_with_their_sentence(own):
    folder = own("told")
    make_neurons(folder, n_tokens=300, seed=1)
    page = _page("Neurons", model="told", layer="1", neuron="5")
    kept, tokenizer = read_contexts(folder, load_text_model(folder).model), load_text_model(folder).tokenizer
    places, values = kept.contexts.of(0, 4)
    drawn = page.data("neuron_picture")
    assert [place["value"] for place in drawn["places"]] == pytest.approx(values.tolist())
    for place, shown in zip(places, drawn["places"], strict=True):
        token = tokenizer.token_text(int(kept.contexts.sample.ids[place]))
        assert shown["token"] == (token.lstrip(" ") or token).replace("\n", "⏎")
    assert "wrote itself" in drawn["note"] and "300 tokens" in drawn["elsewhere"]


def test_what_cannot_be_told_of_neurons_is_said(own):
    folder = own("told")
    make_neurons(folder, n_tokens=100)
    assert "switch **Untrained** off" in _page("Neurons", model="told", untrained="true").words
    shutil.copy(folder / NEURONS, own("another", init_std=0.3) / NEURONS)
    page = _page("Neurons", model="another")
    assert page.at.error and "other weights" in page.words and "strongest" in page.drawn


def test_a_long_text_has_its_neurons_too():
    page = _page("Neurons", prompt="The" + " crow" * 299)
    assert len(page.data("neuron_picture")["values"]) == 300 and page.payload < 300_000


def test_a_plane_is_packed_to_a_65535th():
    points = np.random.default_rng(0).normal(size=(50, 2)) * [3, 1]
    packed, low, size = pack_plane(points)
    again = _numbers(packed, "<u2").reshape(-1, 2) / 65_535 * size + low
    assert np.abs(again - points).max() <= size / 65_535
    assert pack_plane(np.zeros((3, 2)))[1:] == ([0.0, 0.0], 1e-9)


def test_the_cosine_table_has_a_row_a_stage(reading):
    table = cosine_table(Comparison(reading, 3, reading, 3))
    assert list(table.index) == ["e", "h₀", "h₁", "h₂", "h₃", "h₄", "h₅", "h₆"]
    np.testing.assert_allclose(table["same word"], 1)


def test_a_run_shows_what_it_kept_at_its_last_checkpoint_alone(monkeypatch):
    key = loaded.model_key("books")
    steps = {0: "start", 8: "end"}
    asked = []
    monkeypatch.setattr(cache.models, "steps", lambda name: steps)
    monkeypatch.setattr(cache.models, "folder", lambda name, step=None: asked.append(step) or cache.Path("nowhere"))
    for step, expected in ((0, [0]), (8, [8, None]), (None, [None])):
        asked.clear()
        assert cache.neurons(key._replace(step=step)) is None and asked == expected
