"""The pages with a peer in a GPT's place: what it has is its own, what it lacks is said, and nothing fails."""

import math

import numpy as np
import pytest
import torch
from streamlit.util import calc_hash

from app.decoding.hand.text import NOT_OF_A_PEER, VIEWS
from app.explore import peer_text
from app.explore.pin import Pin, Pins
from app.explore.reading import read
from app.lab import pretrain_form
from app.shared import loaded, models
from gptcore.checkpoints import checkpoint as checkpoints
from gptcore.checkpoints.checkpoint import Checkpoint, load, save
from gptcore.decode.sampling import distribution
from gptcore.measures import kl_divergence
from gptcore.model.bigram import BigramModel
from gptcore.model.kinds import new_model
from gptcore.model.ngram import train_bigram
from gptcore.model.parameters import equal_lstm, parameter_count
from gptcore.tasks.head import TaskHead
from gptcore.tasks.task import Task
from tests.ui.page import LENSES, Page
from tests.ui.test_decoding import Decoding
from tests.ui.test_pins import opened, unpacked
from tests.ui.test_tasks import tasks_page

TEXT = "the fox said to the crow"
DRAWN = ("tokens", "prediction")


@pytest.fixture(autouse=True)
def peers(stand_in, tmp_path, monkeypatch):
    """An LSTM and a bigram with the stand-in's tokenizer, among the learner's own models."""
    base = load(stand_in / "models" / "books")
    tokenizer = base.tokenizer
    config = equal_lstm(base.config).with_changes(d_model=12, init_std=0.8)
    lstm = new_model(config, torch.Generator().manual_seed(1)).eval()
    save(Checkpoint(lstm, tokenizer, config, {"name": "lstm"}), tmp_path / "own" / "lstm")
    walk = np.random.default_rng(3).integers(tokenizer.vocab_size, size=3_000)
    bigram = BigramModel(train_bigram(np.concatenate([walk, tokenizer.encode(TEXT).ids]), tokenizer.vocab_size))
    save(Checkpoint(bigram, tokenizer, bigram.config, {"name": "bigram"}), tmp_path / "own" / "bigram")
    monkeypatch.setattr(checkpoints, "LOCAL", tmp_path / "own")


def test_lists_offer_them_and_only_what_can_be_trained_to_fine_tuning():
    assert list(models.readers()) == ["books", "bigram", "lstm"]
    assert list(models.bases()) == ["books", "lstm"]
    assert list(models.gpts()) == ["books"]


@pytest.mark.parametrize("kind", ["lstm", "bigram"])
def test_explore_draws_what_a_peer_has_and_says_what_it_lacks(kind):
    page = Page(model=kind, prompt=TEXT, off="h1.1~a2").run()
    assert peer_text.NOT_OFF[kind] in page.words
    ours = read(loaded.model_key(kind), TEXT)
    for lens in LENSES:
        page.lens(lens)
        lacks = peer_text.LACKS[kind].get(lens)
        assert (lens in DRAWN) != (lacks is not None and lacks in page.words), lens
        assert f"perplexity {ours.perplexity.value:,.1f}" in page.data("strip")["summary"]
        assert page.data("strip")["summary_cell"] is None
    page.press(peer_text.TO_PREDICTION)
    rows = {row["id"]: row["probability"] for row in page.data("bars")["rows"]}
    raw = distribution(ours.logits[-1]).raw
    assert rows == pytest.approx({token: raw[token] for token in rows})
    assert not any("cell" in row for row in page.data("bars")["rows"])
    page.send("strip", "cell", ["perplexity"])
    assert "arithmetic_terms" not in page.drawn
    page.choose("toggle", "untrained", True)
    assert ("is none without its counts" in page.words) == (kind == "bigram")


def test_a_gpt_and_a_peer_stand_beside_each_other():
    page = opened(Pins((Pin("rival", TEXT, "", "lstm"),), 0), "tokens", prompt=TEXT)
    gpt, lstm = (read(loaded.model_key(name), TEXT) for name in ("books", "lstm"))
    bits = unpacked(page.data("surprises")["beside"])
    np.testing.assert_allclose(bits[1:], lstm.scores.surprisal / math.log(2), rtol=1e-4)
    now, then = (distribution(one.logits[-1]) for one in (gpt, lstm))
    page.lens("prediction")
    assert f"{kl_divergence(now.raw, then.raw):.3f}" in page.words
    page.lens("attention")
    assert "compared" not in page.drawn and "There is none of this in an LSTM" in page.words
    page.lens("layers")
    page.choose("selectbox", "model", "bigram").lens("prediction")
    assert page.drawn >= {"paired", "bars"}


def test_they_write_on_the_decoding_page():
    for kind in ("lstm", "bigram"):
        page = Decoding(model=kind, start=TEXT, n_tokens="6").run().finish()
        assert len(page.texts) > 3 and all(text["tokens"] for text in page.texts.values())
        page.choose("segmented_control", "decoding", "beam")
        for view in ("log", "cache"):
            hand = Page(model=kind, decoding="By hand", start=TEXT, hand_view=VIEWS[view])
            hand.at._page_hash = calc_hash("decoding")
            assert NOT_OF_A_PEER[kind] in hand.run().words


def test_a_fine_tuned_lstm_answers_on_the_tasks_page(tmp_path):
    base = load("lstm")
    tokenizer = base.tokenizer.with_task_tokens()
    config = base.config.with_changes(vocab_size=tokenizer.vocab_size)
    head = TaskHead(Task("classification", ("glad", "sad")), config.d_model)
    examples = [{"texts": ["The fox sang."], "target": "glad"}]
    save(Checkpoint(new_model(config), tokenizer, config, {"examples": examples}, head), tmp_path / "own" / "judge")
    page = tasks_page(task="classification", model="judge")
    assert "An LSTM has no attention" in page.data("rows")["note"]
    assert page.data("rows")["looks"] == [] and "verdict" in page.drawn


def test_the_lab_starts_an_lstm_or_a_fair_pair_of_equal_size(monkeypatch):
    asked = {}
    monkeypatch.setattr(pretrain_form.state, "get", lambda key, default=None: asked.get(key, default))
    (plan,) = pretrain_form._plans("corpus").values()
    asked[pretrain_form.key("model")] = "lstm2"
    (lstm,) = pretrain_form._plans("corpus").values()
    asked[pretrain_form.key("model")] = "pair"
    pair = pretrain_form._plans("corpus")
    assert list(pair) == ["Transformer", "LSTM"] and pair["Transformer"] == plan
    assert (lstm.model.n_layer, pair["LSTM"].model.n_layer) == (2, 1)
    for other in (lstm, pair["LSTM"]):
        assert other.train == plan.train and other.model.architecture == "lstm"
        assert parameter_count(other.model) == pytest.approx(parameter_count(plan.model), rel=0.02)
