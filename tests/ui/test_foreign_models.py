"""A folder that transformers wrote, put into models/: it is in the list, and every lens shows it."""

import pytest
import torch
from transformers import GPT2Config, GPT2LMHeadModel

from app.explore import text as content
from gptcore.checkpoints import checkpoint as checkpoints
from gptcore.checkpoints.checkpoint import load
from tests.ui.page import LENSES, Page


@pytest.fixture
def own(stand_in, tmp_path, monkeypatch):
    """A GPT-2 in shards with an output table of its own, whose token table is padded."""
    tokenizer = load(stand_in / "models" / "books").tokenizer
    shape = dict(n_positions=128, n_layer=2, n_head=2, n_embd=16, initializer_range=0.5)
    ends = dict(bos_token_id=0, eos_token_id=0, tie_word_embeddings=False)
    model = GPT2LMHeadModel(GPT2Config(vocab_size=tokenizer.vocab_size + 44, **shape, **ends))
    model.save_pretrained(tmp_path / "theirs", max_shard_size="20KB")
    tokenizer.save(tmp_path / "theirs")
    monkeypatch.setattr(checkpoints, "LOCAL", tmp_path)
    return tmp_path / "theirs"


@pytest.mark.parametrize("lens", LENSES)
def test_every_lens_shows_it(own, lens):
    page = Page(lens=content.LENSES[lens], model="theirs").run()
    assert page.at.selectbox(key="model").value == "theirs"
    assert "strip" in page.drawn and not page.at.error
    if lens == "prediction":
        ids = torch.tensor([load(own).tokenizer.encode(page.prompt).ids])
        theirs = GPT2LMHeadModel.from_pretrained(own).eval()(ids).logits[0, -1].softmax(-1).max().item()
        assert page.data("bars")["rows"][0]["probability"] == pytest.approx(theirs, abs=1e-5)
    if lens == "anatomy":
        ours = page.data("diagram")["models"][0]
        assert "a table of their own" in str(ours) and "final LayerNorm" in str(ours)


def test_entries_without_a_token_are_found_in_the_vocabulary_by_what_they_are(own):
    page = Page(lens=content.LENSES["tokens"], model="theirs").run()
    page.at.text_input(key="vocabulary_search").set_value("[unused")
    page.run()
    size = load(own).tokenizer.vocab_size
    (table,) = (frame.value for frame in page.at.dataframe if "token" in frame.value.columns)
    assert f"[unused {size - 1}]" in [str(text).replace("·", " ").replace("␣", " ") for text in table["token"]]


def test_untrained_is_offered_for_it_too(own):
    page = Page(model="theirs", untrained="true").run()
    assert not page.at.error and "strip" in page.drawn


def test_a_folder_of_another_kind_says_so_on_the_page(own):
    (own / "config.json").write_text('{"model_type": "bert"}')
    page = Page(model="theirs").run()
    assert any("model_type 'bert'" in text.value for text in page.at.text)
