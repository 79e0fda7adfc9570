"""The Flow lens: what it draws are the trace's own numbers, each under its own name, for any model and text."""

import base64
import json
from collections.abc import Iterator
from unittest.mock import patch

import numpy as np
import pytest
import torch

from app.explore import cache as explore_cache
from app.explore.lenses.flow_steps import stages
from app.explore.prediction_panel import next_distribution
from app.shared import loaded
from gptcore.checkpoints import checkpoint as checkpoints
from gptcore.checkpoints.checkpoint import Checkpoint, save
from gptcore.config import ModelConfig
from gptcore.model.gpt import GPT
from gptcore.provenance.cells import checked
from gptcore.trace.trace import Trace, run_trace
from tests.ui.page import Page

TEXT = 'The fox said to the crow, "Sing, dear crow." And so'
MOST_BYTES = 300_000


@pytest.fixture
def other_models(stand_in, tmp_path, monkeypatch) -> None:
    """GPT-2's kind of block, and one that adds nothing for a token's place."""
    tokenizer = checkpoints.load("books").tokenizer
    shape = dict(n_positions=320, n_layer=3, n_head=3, d_model=99)
    for name, more in (("pre", {"norm": "pre"}), ("nowhere", {"norm": "pre", "positions": "none", "tied": False})):
        model = GPT(ModelConfig(tokenizer.vocab_size, **shape, **more), torch.Generator().manual_seed(2)).eval()
        save(Checkpoint(model, tokenizer, model.config), tmp_path / "own" / name)
    monkeypatch.setattr(checkpoints, "LOCAL", tmp_path / "own")


def _numbers(text: str, count: int) -> np.ndarray:
    raw = base64.b64decode(text)
    return np.frombuffer(raw, dtype="<f4" if len(raw) == 4 * count else "<u2" if len(raw) == 2 * count else "u1")


def _cells(grid: dict, rows: list[dict]) -> Iterator[tuple[tuple, float]]:
    """Every cell's name and number, as the browser understands them (grids.js)."""
    shape = grid["rows"], grid["cells"]
    count = shape[0] * shape[1]
    values = _numbers(grid["values"], count).reshape(shape)
    at, token = (
        _numbers(grid[key], count).reshape(shape) if grid[key] else np.zeros(shape, int) for key in ("at", "token")
    )
    for i, j in np.ndindex(shape):
        row, each = rows[i]["first"] + int(token[i, j]), grid["cells"] // max(1, grid["heads"])
        if grid["wide"] == 0:
            column = (rows[j]["first"] + int(at[i, j]),)
        elif grid["heads"]:
            yield (*grid["kind"], j // each, row, j % each * grid["wide"] + int(at[i, j])), values[i, j]
            continue
        else:
            column = (j * grid["wide"] + int(at[i, j]),)
        yield (*grid["kind"], row, *column), values[i, j]


def _number(trace: Trace, cell: tuple) -> float:
    kind, *at = cell
    if kind == "raw_score":
        return trace.raw_scores(*at[:2])[tuple(at[2:])]
    if kind == "masked_score":
        return trace.masked_scores[tuple(at)]
    return getattr(trace, kind)[tuple(at)]


def _check(page: Page, name: str = "books") -> dict:
    """Compares every number on the picture with a trace of its own; returns the picture's data."""
    data = page.data("flow")
    checkpoint = loaded.checkpoint(loaded.model_key(name, False))
    ids = np.array(checkpoint.tokenizer.encode(page.prompt.replace("⏎", "\n")).ids)
    trace = run_trace(checkpoint.model, ids)
    for grid in [*data["states"], *data["inside"]]:
        for cell, value in _cells(grid, data["rows"]):
            checked(cell, checkpoint.config, len(ids))
            if not np.isnan(value):
                assert value == _number(trace, cell) or abs(value - _number(trace, cell)) < 2e-6 * max(1, abs(value)), (
                    cell
                )
    position, layer, head = data["position"], data["layer"], data["head"]
    for bar in data["next"]:
        assert bar["logit"] == pytest.approx(float(trace.logits[position, bar["id"]]), abs=2e-6)
    weights = trace.attention[:, :, position].mean(1)
    weights[layer] = trace.attention[layer, head, position]
    sums = [weights[:, row["first"] : row["last"] + 1].sum(1) for row in data["rows"]]
    drawn = _numbers(data["weights"], len(weights) * len(sums)).reshape(len(weights), -1)
    np.testing.assert_allclose(drawn, np.stack(sums, axis=1), atol=1e-5)
    assert [row["first"] for row in data["rows"]][data["chosen"]] == position
    return data


def test_every_number_is_the_traces(page):
    data = _check(page)
    assert [grid["id"] for grid in data["states"]] == ["token", "place", *(f"h{i}" for i in range(7))]
    assert [grid["id"] for grid in data["inside"]] == [
        *("x", "q", "k", "v", "raw", "scaled", "masked", "weights", "out", "concat", "proj", "sum1", "n"),
        *("up", "act", "down", "sum2", "y"),
    ]
    squares = {grid["id"]: grid for grid in data["inside"] if grid["wide"] == 0}
    assert list(squares) == ["raw", "scaled", "masked", "weights"]
    for name in ("masked", "weights"):
        n = len(data["rows"])
        values = _numbers(squares[name]["values"], n * n).reshape(n, n)
        assert (np.isnan(values) == ~np.tri(n, dtype=bool)).all()


@pytest.mark.parametrize("name", ["pre", "nowhere"])
def test_other_models_are_drawn_as_they_are(other_models, name):
    data = _check(Page(model=name, prompt=TEXT, layer="2", head="3").run(), name)
    assert not data["post_norm"]
    assert ("place" in [grid["id"] for grid in data["states"]]) == (name == "pre")
    assert data["states"][-1]["id"] == "final"
    assert not {"sum1", "sum2"} & {grid["id"] for grid in data["inside"]}
    assert {"ln1", "ln2"} <= {grid["id"] for grid in data["inside"]}
    assert ("neighbouring numbers" in data["texts"]["note"]) and "WₑWₑ" not in str(data["stages"])
    assert any("output matrix" in stage["text"] for stage in data["stages"]) == (name == "nowhere")


@pytest.mark.parametrize(("n_tokens", "position"), [(1, 1), (2, 1), (36, 7), (37, 37), (300, 150)])
def test_texts_of_every_length(n_tokens, position):
    page = Page(prompt="The" + " crow" * (n_tokens - 1), position=str(position)).run()
    data = _check(page)
    assert len(data["rows"]) == n_tokens or (n_tokens > 36 and len(data["rows"]) <= 20)
    assert (f"The text has {n_tokens} tokens" in data["texts"]["note"]) == (n_tokens > 36)
    chosen = data["rows"][data["chosen"]]
    assert chosen["first"] == chosen["last"] == position - 1


def test_a_long_text_sends_little(page):
    page.type("The" + " crow" * 511)
    assert len(page.data("flow")["rows"]) <= 20
    assert page.payload < MOST_BYTES


def test_the_bars_are_the_sliders(page):
    assert [bar["cell"][0] for bar in page.data("flow")["next"]] == ["probability"] * 8
    page.choose("slider", "temperature", 0.5).choose("slider", "top_k", 3)
    bars = page.data("flow")["next"]
    last = len(page.chips) - 1
    assert [bar["cell"] for bar in bars] == [["sampled", last, bar["id"], 0.5, 3, 1] for bar in bars]
    assert [bar["cut"] for bar in bars] == [False] * 3 + [True] * 5
    assert sum(bar["probability"] for bar in bars) == pytest.approx(1)
    assert "divided by the temperature 0.5" in page.data("flow")["stages"][-1]["text"]


def test_clicks_choose_token_block_and_head(page):
    page.send("flow", "position", 2).send("flow", "layer", 1).send("flow", "head", 4)
    data = page.data("flow")
    assert (data["position"], data["layer"], data["head"]) == (2, 1, 4)
    assert page.data("strip")["selected"] == 2
    heads = page.lens("attention").data("heads")
    assert (heads["layer"], heads["head"], heads["position"]) == (1, 4, 2)


@pytest.mark.parametrize(
    ("event", "value"),
    [("position", 10_000), ("layer", 6), ("layer", "1"), ("head", -1), ("head", None), ("stage", 7), ("stage", "<b>")],
)
def test_a_click_that_fits_no_more_changes_nothing(page, event, value):
    before = page.data("flow")
    assert page.send("flow", event, value).data("flow") == before


def test_the_stage_stands_in_the_address(page):
    assert page.send("flow", "stage", "softmax").at.query_params["stage"] == "softmax"
    assert page.data("flow")["stage"] == "softmax"
    assert Page(stage="softmax").run().data("flow")["stage"] == "softmax"


def test_an_edit_runs_the_model_once_and_choosing_never(page):
    with patch.object(explore_cache, "run_trace", wraps=explore_cache.run_trace) as counted:
        page.type("another text")
        assert counted.call_count == 1
        page.send("flow", "position", 0).send("flow", "layer", 1).send("flow", "head", 4)
        page.choose("slider", "temperature", 0.4)
        assert counted.call_count == 1


def test_the_sentences_have_this_texts_own_numbers(reading):
    position, layer, head = 4, 2, 1
    path = reading.path(position)
    texts = {
        s["id"]: s["text"] for s in stages(reading, position, layer, head, path, next_distribution(reading, position))
    }
    n, config = len(reading.ids), reading.checkpoint.config
    assert f"{n} tokens" in texts["tokens"] and f"the id {reading.ids[position]}" in texts["tokens"]
    assert f"q·k, {n} × {n} numbers" in texts["scores"]
    assert f"√{config.d_head} = 2.00" in texts["scale"]
    weights = reading.trace.attention[layer, head, position]
    assert f"(token {weights.argmax() + 1}): {weights.max():.2f}" in texts["softmax"]
    assert f"turned “{reading.plain_names[position]}” by {path.turned[layer]:.0f}°" in texts["add2"]
    assert f"has {reading.logits[position].max():.2f}" in texts["logits"]
    assert not any(mark in text for text in texts.values() for mark in "{}")


def test_data_is_plain_json(page):
    json.dumps(page.data("flow"), allow_nan=False)
